import type { MessagePortMain } from 'electron';
import { BEAT_EVERY_MS, type Hang } from '../contract/terminal/heartbeat.ts';
import type { CoreReady, CoreToMain, UpdateNotice } from '../contract/terminal/shell.ts';
import { backoffMs } from '../domain/backoff.ts';
import { STOP_TIMEOUT_MS, type CoreHosting, type CoreProcess } from './core-hosting.ts';
import { step, UNWATCHED, type WatchEvent } from './core-watch.ts';

/** Before a core that ended is started again. */
const RESTARTS = { firstMs: 100, longestMs: 5_000 };
/** A core that ran this long counts as healthy: the next restart is quick again. */
const HEALTHY_AFTER_MS = 10_000;

export interface CoreKeeper {
  /** Gives the core a new port for a window; false, with nothing done, while no core is ready (`onReady` will tell). */
  connect(createPort: () => MessagePortMain): boolean;
  /** Why the core doesn't answer now; null: it does. */
  hang(): Hang | null;
  /** Whether the program may be replaced now; false where no core answers. */
  mayUpdate(closing: boolean): Promise<boolean>;
  showUpdate(notice: UpdateNotice | null): void;
  stop(): Promise<void>;
}

export interface KeeperParts {
  readonly hosting: CoreHosting;
  /** At each start, so that every window can be given a new port, with what the core says of itself. */
  readonly onReady: (core: CoreReady) => void;
  /** What `hang` answers has changed. */
  readonly onHang: (hang: Hang | null) => void;
  readonly log: (line: string) => void;
}

/** The watch over one core after the other: says what changes. */
function watchCores({ onHang, log }: KeeperParts) {
  let watched = UNWATCHED;
  return {
    now: () => watched,
    /** Why the core is to be ended now; null: it isn't. */
    take(event: WatchEvent): Hang | null {
      const before = watched.hang;
      const { state, end } = step(watched, event);
      watched = state;
      const { hang } = state;
      if (hang !== before) {
        const words = hang === null ? 'answers again' : `doesn't answer (${hang}): the window is covered`;
        log(`the core ${words}`);
        onHang(hang);
      }
      return end ? hang : null;
    },
    ended(): void {
      if (watched.hang !== null) onHang(null);
      watched = UNWATCHED;
    },
  };
}

/** Keeps one core running: a core that ends is started again, one that hangs is ended. */
export function keepCore(parts: KeeperParts): CoreKeeper {
  const { hosting, onReady, log } = parts;
  const watched = watchCores(parts);
  let running: CoreProcess | null = null;
  /** Why the core before this one was ended; null: it wasn't. */
  let hung: Hang | null = null;
  let stopping = false;
  let failures = 0;
  let timer: NodeJS.Timeout | null = null;
  const questions: ((allowed: boolean) => void)[] = [];

  function answer(allowed: boolean): void {
    for (const resolve of questions.splice(0)) resolve(allowed);
  }

  function watch(event: WatchEvent): void {
    if (running === null || stopping) return;
    const why = watched.take(event);
    if (why === null) return;
    log(`the core hangs (${why}): ending it`);
    hung = why;
    running.end();
  }

  function receive(message: CoreToMain): void {
    switch (message.type) {
      case 'beat':
        watch(message);
        return;
      case 'mayUpdate':
        answer(message.allowed);
        return;
      case 'ready':
        watch({ type: 'ready' });
        if (hung !== null) running?.send({ type: 'hung', why: hung });
        hung = null;
        onReady(message);
        return;
      case 'message':
        return;
    }
  }

  function start(args: readonly string[]): void {
    const startedAt = Date.now();
    running = hosting.start(args, receive, (reason) => {
      answer(false);
      running = null;
      watched.ended();
      if (stopping) return;
      failures = Date.now() - startedAt > HEALTHY_AFTER_MS ? 1 : failures + 1;
      const pause = backoffMs(failures, RESTARTS, 1);
      log(`the core ended (${reason}); starting it again in ${pause} ms`);
      timer = setTimeout(() => start(['--resume']), pause);
    });
  }
  start([]);
  const looks = setInterval(() => watch({ type: 'look' }), BEAT_EVERY_MS);

  return {
    connect(createPort) {
      if (running === null || !watched.now().ready) return false;
      running.connect(createPort());
      return true;
    },
    hang: () => watched.now().hang,
    mayUpdate(closing) {
      const core = running;
      if (core === null || !watched.now().ready) return Promise.resolve(false);
      return new Promise((resolve) => {
        questions.push(resolve);
        setTimeout(() => resolve(false), STOP_TIMEOUT_MS).unref();
        core.send({ type: 'mayUpdate', closing });
      });
    },
    showUpdate: (notice) => running?.send({ type: 'update', notice }),
    async stop() {
      stopping = true;
      clearInterval(looks);
      if (timer !== null) clearTimeout(timer);
      await running?.stop();
    },
  };
}
