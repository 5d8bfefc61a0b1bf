import { setTimeout } from 'node:timers/promises';
import type { Fault } from '../../contract/terminal/errors.ts';
import type { TillCheckout } from './checkout.ts';
import type { TillSettings } from './schemas.ts';

/** Short enough that the counter is whole again soon after the other program has gone. */
const RETRY_MS = 10_000;

/** The till interface as the core opens and closes it, with each journal that it opens and closes. */
export interface TillInterface {
  /** Never fails: the counter works without it. A port that another program holds is tried again and again. */
  open(settings: TillSettings, checkout: TillCheckout): void;
  /** Why it is not open although it should be: `till-port-taken`. Null: nothing is wrong. */
  fault(): Fault | null;
  close(): Promise<void>;
}

/** `onChange` is called whenever `fault` changed. */
export function createTillInterface(log: (line: string) => void, onChange: () => void): TillInterface {
  let closing = new AbortController();
  let running: Promise<void> = Promise.resolve();
  let fault: Fault | null = null;

  function show(next: Fault | null): void {
    if (next?.code === fault?.code) return;
    fault = next;
    if (fault !== null) log(`the till interface could not be opened: ${String(fault.params['detail'])}`);
    onChange();
  }

  /** Off by default. Its server is loaded only where it is on: most counters never need it. */
  async function keepOpen(
    settings: TillSettings,
    checkout: TillCheckout,
    signal: AbortSignal,
  ): Promise<void> {
    const { enabled, port, token } = settings;
    if (!enabled) return;
    if (token === null) {
      log('the till interface is on in the settings, but has no token: it stays closed');
      return;
    }
    const closed = new Promise<void>((resolve) => {
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
    const { startTillServer } = await import('./server.ts');
    const onRefused = (reason: string): void => log(`the till interface turned a request away: ${reason}`);
    while (!signal.aborted) {
      try {
        const server = await startTillServer({ checkout, token, port, onRefused });
        show(null);
        await closed;
        await server.stop();
      } catch (error) {
        show({ code: 'till-port-taken', params: { port, detail: String(error) } });
        await setTimeout(RETRY_MS, undefined, { signal, ref: false }).catch(() => undefined);
      }
    }
  }

  return {
    open: (settings, checkout) => {
      closing = new AbortController();
      running = keepOpen(settings, checkout, closing.signal).catch((error: unknown) => {
        log(`the till interface could not be opened: ${String(error)}`);
      });
    },
    fault: () => fault,
    close: async () => {
      closing.abort();
      await running;
      show(null);
    },
  };
}
