import { rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RedemptionView } from '../../src/contract/terminal/state.ts';
import { asJournalError } from '../../src/terminal/journal/errors.ts';
import type { CoreProcess } from '../support/core-process.ts';
import { createPhone } from '../support/demo-phone.ts';
import {
  makeDataFolder,
  openForBusiness,
  redeemAt,
  until,
  voucherStock,
  watchedCore,
} from '../support/live-counter.ts';
import { childOptionsSchema, type childAnswerSchema } from './disk-full.ts';
import { createRandom } from './random.ts';
import type { z } from 'zod';

/** Runs on the small disk: a counter whose disk fills up, point by point. Says what it saw as one JSON object. */

/** Most room that a point leaves: some twelve redemptions' worth of WAL. */
const MOST_ROOM_BYTES = 524_288;
const MOST_ATTEMPTS = 40;
/** A clean end takes the WAL away, so that it must grow again. */
const POINTS_A_RUN = 6;
const MOST_PROBLEMS = 10;

const options = childOptionsSchema.parse(JSON.parse(process.argv[2] ?? ''));
const { folder, points, entry, clearingUrl, operatorToken, activationCode } = options;
const random = createRandom(options.seed);
const ballast = join(folder, 'ballast');
const dataFolder = makeDataFolder(join(folder, 'terminal'));
const clearing = { url: clearingUrl, operatorToken, activationCode: () => activationCode };
const phone = createPhone();
const stock = voucherStock(clearing, phone);
const nameOf = ({ epoch, seq }: RedemptionView): string => `${epoch}:${seq}`;

const shown = new Map<string, RedemptionView>();
const problems: string[] = [];
const figures = { saidFull: 0, notConfirmed: 0, starts: 0, lost: 0, stuck: 0 };

function freeBytes(): number {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}
function leaveRoom(bytes: number): void {
  const fill = freeBytes() - bytes;
  if (fill <= 0) return;
  try {
    writeFileSync(ballast, Buffer.alloc(fill));
  } catch (error) {
    // The core wrote meanwhile: then the disk is just full.
    if (asJournalError(error)?.code !== 'disk-full') throw error;
  }
}
const giveRoom = (): void => rmSync(ballast, { force: true });

const start = (resume: boolean): CoreProcess =>
  watchedCore({ dataFolder, entry, resume }, (row) => void shown.set(nameOf(row), row));

/** One redemption; false if the core said that the disk is full, or anything worse. */
async function attempt(core: CoreProcess): Promise<boolean> {
  if (stock.left() === 0) await stock.order(40);
  try {
    const state = await redeemAt(core, phone, stock.next());
    if (state?.step === 'recorded-not-confirmed') figures.notConfirmed += 1;
    else if (state?.step !== 'accepted') problems.push(`the screen shows ${JSON.stringify(state)}`);
    return true;
  } catch (error) {
    const code = error instanceof Error ? error.message : String(error);
    if (code === 'disk-full') figures.saidFull += 1;
    else problems.push(`the core said ${code}`);
    await core.call('checkout.cancel', undefined);
    return false;
  }
}

/** A start on the full disk: it works, or it says why not, and works once there is room. */
async function startWhileFull(core: CoreProcess): Promise<CoreProcess> {
  figures.starts += 1;
  await core.kill();
  const full = start(true);
  await full.ready;
  const { app } = await full.call('app.snapshot', undefined);
  if (app.phase === 'open') {
    await attempt(full);
    return full;
  }
  if (app.fault?.code !== 'disk-full') problems.push(`started into ${JSON.stringify(app.fault)}`);
  await full.kill();
  giveRoom();
  return startedAgain();
}

async function startedAgain(): Promise<CoreProcess> {
  const core = start(true);
  await core.ready;
  const { app } = await core.call('app.snapshot', undefined);
  if (app.phase !== 'open') throw new Error(`the core is ${app.phase}: ${JSON.stringify(app.fault)}`);
  return core;
}

async function main(): Promise<z.infer<typeof childAnswerSchema>> {
  let core = start(false);
  await openForBusiness(core, clearing);
  for (let point = 0; point < points && problems.length < MOST_PROBLEMS; point += 1) {
    if (point % POINTS_A_RUN === POINTS_A_RUN - 1) {
      await core.stop();
      core = await startedAgain();
    }
    leaveRoom(random.below(MOST_ROOM_BYTES));
    for (let nth = 0; nth < MOST_ATTEMPTS && (await attempt(core)); nth += 1);
    if (random.chance(0.15)) core = await startWhileFull(core);
    giveRoom();
    if (!(await attempt(core))) figures.stuck += 1;
    const recent = await core.call('redemptions.recent', { limit: 60 });
    const there = new Set(recent.map(nameOf));
    const newest = [...shown.values()].slice(-20);
    figures.lost += newest.filter((row) => !there.has(nameOf(row))).length;
  }
  await core.call('sync.now', undefined);
  await until('everything to be settled', () => {
    const state = core.latest('sync');
    return state?.connection === 'online' && state.pendingCount === 0;
  });
  await core.stop();
  return { points, shown: shown.size, ...figures, problems, settled: [...shown.keys()] };
}

process.stdout.write(JSON.stringify(await main()));
