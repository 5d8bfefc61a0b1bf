import type { MessagePortMain } from 'electron';
import type { CoreReady, UpdateNotice } from '../contract/terminal/shell.ts';
import { backoffMs } from '../domain/backoff.ts';
import { STOP_TIMEOUT_MS, type CoreHosting, type CoreProcess } from './core-hosting.ts';

/** Before a core that ended is started again. */
const RESTARTS = { firstMs: 100, longestMs: 5_000 };
/** A core that ran this long counts as healthy: the next restart is quick again. */
const HEALTHY_AFTER_MS = 10_000;

export interface CoreKeeper {
  /** Gives the core a new port for a window; false, with nothing done, while no core is ready (`onReady` will tell). */
  connect(createPort: () => MessagePortMain): boolean;
  /** Whether the program may be replaced now; false where no core answers. */
  mayUpdate(closing: boolean): Promise<boolean>;
  showUpdate(notice: UpdateNotice | null): void;
  stop(): Promise<void>;
}

/**
 * Keeps one core running: a core that ends is noticed and started again. `onReady` fires at each start, so that
 * every window can be given a new port, with what the core says of itself.
 */
export function keepCore(
  hosting: CoreHosting,
  onReady: (core: CoreReady) => void,
  log: (line: string) => void,
): CoreKeeper {
  let running: CoreProcess | null = null;
  let ready = false;
  let stopping = false;
  let failures = 0;
  let timer: NodeJS.Timeout | null = null;
  const questions: ((allowed: boolean) => void)[] = [];

  function answer(allowed: boolean): void {
    for (const resolve of questions.splice(0)) resolve(allowed);
  }

  function start(args: readonly string[]): void {
    const startedAt = Date.now();
    ready = false;
    running = hosting.start(
      args,
      (message) => {
        if (message.type === 'mayUpdate') answer(message.allowed);
        if (message.type !== 'ready') return;
        ready = true;
        onReady(message);
      },
      (reason) => {
        answer(false);
        running = null;
        ready = false;
        if (stopping) return;
        failures = Date.now() - startedAt > HEALTHY_AFTER_MS ? 1 : failures + 1;
        const pause = backoffMs(failures, RESTARTS, 1);
        log(`the core ended (${reason}); starting it again in ${pause} ms`);
        timer = setTimeout(() => start(['--resume']), pause);
      },
    );
  }
  start([]);

  return {
    connect(createPort) {
      if (running === null || !ready) return false;
      running.connect(createPort());
      return true;
    },
    mayUpdate(closing) {
      const core = running;
      if (core === null || !ready) return Promise.resolve(false);
      return new Promise((resolve) => {
        questions.push(resolve);
        setTimeout(() => resolve(false), STOP_TIMEOUT_MS).unref();
        core.send({ type: 'mayUpdate', closing });
      });
    },
    showUpdate: (notice) => running?.send({ type: 'update', notice }),
    async stop() {
      stopping = true;
      if (timer !== null) clearTimeout(timer);
      await running?.stop();
    },
  };
}
