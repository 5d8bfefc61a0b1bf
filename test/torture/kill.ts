import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { ed25519PublicKey } from '../../src/contract/clearing/envelope.ts';
import type { RedemptionView } from '../../src/contract/terminal/state.ts';
import { verifyJournal } from '../../src/terminal/journal/verify.ts';
import { FILES } from '../../src/terminal/journal/storage.ts';
import { startClearing, type ClearingProcess } from '../support/clearing-process.ts';
import type { CoreProcess } from '../support/core-process.ts';
import { createPhone } from '../support/demo-phone.ts';
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

export interface KillOptions {
  readonly kills: number;
  readonly seed: number;
  /** The core's entry file. */
  readonly entry: string;
  readonly progress?: (done: number, shown: number, problems: number) => void;
}

export interface KillFigures {
  readonly kills: number;
  /** Of them while the core was still starting. */
  readonly whileStarting: number;
  /** Redemptions that the screen called accepted before the kill. */
  readonly shown: number;
  /** Redemptions that were in the journal though the screen went dark before it could say so. */
  readonly unseen: number;
  /** Shown, and not in the journal at the next start. */
  readonly lost: number;
  readonly settledTwice: number;
  /** Shown, and not settled when all was sent. */
  readonly notSettled: number;
  /** Every start that failed, and whatever else should not be; the first few. */
  readonly problems: readonly string[];
}

/** A life has fewer redemptions than this before the one in which it may end. */
const MOST_BEFORE = 4;
const SHARE_WHILE_STARTING = 0.15;
const VOUCHERS_AT_ONCE = 40;
/** More than a life takes. */
const VOUCHERS_A_LIFE = 8;
const MOST_PROBLEMS = 10;
/** More than a life has redemptions. */
const LOOKED_AT = 100;

const nameOf = ({ epoch, seq }: { readonly epoch: number; readonly seq: number }): string =>
  `${epoch}:${seq}`;

interface Told {
  readonly shown: Map<string, RedemptionView>;
  readonly problems: string[];
}

/**
 * Some redemptions, and then one more that the kill may find anywhere: between amount and scan, in the
 * transaction, between the two flushes, in sync, or after it all. Gives back how long a redemption took.
 */
async function workUntilKilled(
  core: CoreProcess,
  random: Random,
  typicalMs: number,
  redeem: () => Promise<unknown>,
): Promise<number> {
  const startedMs = performance.now();
  const before = random.below(MOST_BEFORE);
  for (let nth = 0; nth < before; nth += 1) await redeem();
  const tookMs = before === 0 ? typicalMs : (performance.now() - startedMs) / before;
  const death = sleep(random.next() * tookMs * 1.5).then(() => core.kill());
  try {
    for (let nth = 0; nth < 2; nth += 1) await redeem();
  } catch (error) {
    if (!(error instanceof Error) || error.message !== 'core-ended') throw error;
  }
  await death;
  return tookMs;
}

/** After a start: what was shown must be among the newest, unchanged. */
async function findLost(core: CoreProcess, told: Told, fresh: readonly RedemptionView[]): Promise<number> {
  const recent = await core.call('redemptions.recent', { limit: LOOKED_AT });
  const there = new Map(recent.map((row) => [nameOf(row), row]));
  const lost = fresh.filter((row) => there.get(nameOf(row))?.serial !== row.serial);
  for (const row of lost) told.problems.push(`shown and gone: ${nameOf(row)} serial ${row.serial}`);
  return lost.length;
}

async function life(core: CoreProcess, random: Random, startMs: number): Promise<'starting' | 'working'> {
  if (random.chance(SHARE_WHILE_STARTING)) {
    await Promise.race([sleep(random.below(startMs)), core.ready]);
    await core.kill();
    return 'starting';
  }
  await core.ready;
  return 'working';
}

/**
 * Kills a real core (its entry file in plain Node, real SQLite on a real disk) at random instants while it
 * redeems and syncs with a real clearing server, and holds what its screen showed against journal and books.
 */
export async function killCores(options: KillOptions): Promise<KillFigures> {
  const random = createRandom(options.seed);
  const folder = mkdtempSync(join(tmpdir(), 'torture-kill-'));
  const dataFolder = makeDataFolder(join(folder, 'terminal'));
  const told: Told = { shown: new Map(), problems: [] };
  let clearing: ClearingProcess | null = null;
  let core: CoreProcess | null = null;
  try {
    clearing = await startClearing(join(folder, 'clearing'));
    const phone = createPhone();
    const stock = voucherStock(clearing, phone);
    let fresh: RedemptionView[] = [];
    const start = (resume: boolean): CoreProcess =>
      watchedCore({ dataFolder, entry: options.entry, resume }, (row) => {
        fresh.push(row);
        told.shown.set(nameOf(row), row);
      });
    core = start(false);
    await openForBusiness(core, clearing);
    const figures = { kills: 0, whileStarting: 0, lost: 0 };
    let startMs = 1000;
    let typicalMs = 20;
    while (figures.kills < options.kills) {
      if (stock.left() < VOUCHERS_A_LIFE) await stock.order(VOUCHERS_AT_ONCE);
      const working = core;
      typicalMs = await workUntilKilled(working, random, typicalMs, () =>
        redeemAt(working, phone, stock.next()),
      );
      figures.kills += 1;
      const shownBefore = fresh;
      fresh = [];
      for (;;) {
        const startedMs = performance.now();
        core = start(true);
        if ((await life(core, random, startMs)) === 'working') {
          startMs = performance.now() - startedMs;
          break;
        }
        figures.kills += 1;
        figures.whileStarting += 1;
      }
      const { app } = await core.call('app.snapshot', undefined);
      if (app.phase !== 'open') throw new Error(`the core is ${app.phase}: ${JSON.stringify(app.fault)}`);
      figures.lost += await findLost(core, told, shownBefore);
      if (told.problems.length > MOST_PROBLEMS) break;
      options.progress?.(figures.kills, told.shown.size, told.problems.length);
    }
    await core.call('sync.now', undefined);
    const last = core;
    await until('everything to be settled', () => {
      const state = last.latest('sync');
      return state?.connection === 'online' && state.pendingCount === 0;
    });
    await core.stop();
    await clearing.stop();
    return { ...figures, ...settle(told, folder, dataFolder) };
  } finally {
    await core?.kill();
    await clearing?.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

const identitySchema = z.object({
  rootKey: z.object({ keyId: z.string(), publicKey: z.string() }),
});

/** The last look: journal whole, books right, everything shown settled once. */
function settle(told: Told, folder: string, dataFolder: string) {
  const { shown, problems } = told;
  const books = readBooks(join(folder, 'clearing'));
  const { rootKey } = identitySchema.parse(
    JSON.parse(readFileSync(join(dataFolder, 'identity', 'terminal.json'), 'utf8')),
  );
  const root = new Map([[rootKey.keyId, ed25519PublicKey(rootKey.publicKey)]]);
  const verified = verifyJournal(join(dataFolder, FILES.database), { root, head: null });
  if (verified.result === 'broken') problems.push(`verify-journal: ${JSON.stringify(verified.first)}`);
  const missing = [...shown].filter(([name, { discountFen }]) => books.settled.get(name) !== discountFen);
  for (const [name] of missing) problems.push(`shown and not settled: ${name}`);
  if (books.settledFen !== books.settlementAccountFen)
    problems.push(`lines ${books.settledFen} fen, account ${books.settlementAccountFen} fen`);
  return {
    shown: shown.size,
    unseen: books.settled.size - (shown.size - missing.length),
    notSettled: missing.length,
    settledTwice: books.paidTwice.length,
    problems: problems.slice(0, MOST_PROBLEMS),
  };
}
