import type { TillCheckout } from './checkout.ts';
import type { TillSettings } from './schemas.ts';
import type { TillServer } from './server.ts';

/** The till interface as the core opens and closes it, with each journal that it opens and closes. */
export interface TillInterface {
  /** Never fails: the counter works without it, and the till says itself that it can't connect. */
  open(settings: TillSettings, checkout: TillCheckout): void;
  close(): Promise<void>;
}

export function createTillInterface(log: (line: string) => void): TillInterface {
  let server: TillServer | null = null;

  /** Off by default. Its server is loaded only where it is on: most counters never need it. */
  async function start({ enabled, port, token }: TillSettings, checkout: TillCheckout): Promise<void> {
    if (!enabled) return;
    if (token === null) {
      log('the till interface is on in the settings, but has no token: it stays closed');
      return;
    }
    const { startTillServer } = await import('./server.ts');
    const onRefused = (reason: string): void => log(`the till interface turned a request away: ${reason}`);
    server = await startTillServer({ checkout, token, port, onRefused });
  }

  return {
    open: (settings, checkout) => {
      start(settings, checkout).catch((error: unknown) => {
        log(`the till interface could not be opened: ${String(error)}`);
      });
    },
    close: async () => {
      await server?.stop();
      server = null;
    },
  };
}
