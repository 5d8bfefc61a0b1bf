import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RedemptionView } from '../../src/contract/terminal/state.ts';
import { startClearing } from '../support/clearing-process.ts';
import { createPhone } from '../support/demo-phone.ts';
import { startFaultProxy, type ProxyFault } from '../support/fault-proxy.ts';
import {
  makeDataFolder,
  openForBusiness,
  readBooks,
  redeemAt,
  until,
  voucherStock,
  watchedCore,
} from '../support/live-counter.ts';
import { createRandom, type Random } from './random.ts';

export interface NetworkOptions {
  readonly redemptions: number;
  readonly seed: number;
  /** The core's entry file; default the one in src. */
  readonly entry?: string;
}

export interface NetworkFigures {
  readonly redemptions: number;
  readonly shownFen: number;
  readonly settled: number;
  readonly settledFen: number;
  readonly settledTwice: number;
  /** Shown, and not settled for the same sum when the network was whole again. */
  readonly missing: number;
  /** Exchanges by what happened to them. */
  readonly exchanges: Readonly<Partial<Record<ProxyFault['type'], number>>>;
}

/** Longer than any wait of the core for an answer, and the backoff after it. */
const LONGEST_SETTLING_MS = 240_000;
const MOST_LATENCY_MS = 150;
/** A request's head and a feed; an answer's head and its first verdicts. */
const MOST_REQUEST_BYTES = 3000;
const MOST_ANSWER_BYTES = 4000;
const VOUCHERS_AT_ONCE = 100;
/** Between customers, so that most redemptions travel alone. */
const MOST_PAUSE_MS = 20;

/** Half of the exchanges meet a fault. Black holes are few: each costs the wait for an answer. */
function someFault(random: Random): ProxyFault {
  const dice = random.next();
  if (dice < 0.5) return { type: 'none' };
  if (dice < 0.7) return { type: 'latency', ms: 1 + random.below(MOST_LATENCY_MS) };
  if (dice < 0.8) return { type: 'reset-in-request', afterBytes: random.below(MOST_REQUEST_BYTES) };
  if (dice < 0.97) return { type: 'reset-in-answer', afterBytes: random.below(MOST_ANSWER_BYTES) };
  return { type: 'black-hole', delivered: random.chance(0.7) };
}

/** A core and a clearing server, each in its own process, with a bad network between them. */
export async function redeemOverBadNetwork(options: NetworkOptions): Promise<NetworkFigures> {
  const random = createRandom(options.seed);
  const folder = mkdtempSync(join(tmpdir(), 'torture-network-'));
  const clearing = await startClearing(join(folder, 'clearing'));
  const proxy = await startFaultProxy(clearing.url);
  const shown = new Map<string, RedemptionView>();
  const { entry } = options;
  const core = watchedCore(
    { dataFolder: makeDataFolder(join(folder, 'terminal')), ...(entry === undefined ? {} : { entry }) },
    (row) => void shown.set(`${row.epoch}:${row.seq}`, row),
  );
  try {
    const phone = createPhone();
    const stock = voucherStock(clearing, phone);
    await openForBusiness(core, clearing, proxy.url);
    proxy.plan(() => someFault(random));
    const left = () => core.latest('sync')?.offlineLeft?.count ?? 1;
    while (shown.size < options.redemptions) {
      if (stock.left() === 0) await stock.order(Math.min(VOUCHERS_AT_ONCE, options.redemptions - shown.size));
      // At the limit the counter waits for the network, as its people would.
      await until('room within the offline limits', () => left() > 0, LONGEST_SETTLING_MS);
      const state = await redeemAt(core, phone, stock.next());
      await sleep(random.below(MOST_PAUSE_MS));
      if (state?.step !== 'accepted') throw new Error(`the screen shows ${JSON.stringify(state)}`);
    }
    proxy.set({ type: 'none' });
    await core.call('sync.now', undefined);
    await until(
      'everything to be settled',
      () => {
        const state = core.latest('sync');
        return state?.connection === 'online' && state.pendingCount === 0;
      },
      LONGEST_SETTLING_MS,
    );
    await core.stop();
    await clearing.stop();
    const books = readBooks(join(folder, 'clearing'));
    const missing = [...shown].filter(([name, { discountFen }]) => books.settled.get(name) !== discountFen);
    return {
      redemptions: shown.size,
      shownFen: [...shown.values()].reduce((sum, { discountFen }) => sum + discountFen, 0),
      settled: books.settled.size,
      settledFen: books.settlementAccountFen,
      settledTwice: books.paidTwice.length,
      missing: missing.length,
      exchanges: Object.fromEntries(proxy.met),
    };
  } finally {
    await core.kill();
    await proxy.close();
    await clearing.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
