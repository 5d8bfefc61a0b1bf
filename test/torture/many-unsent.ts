import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { businessDay } from '../../src/domain/business-day.ts';
import { readIdentity } from '../../src/terminal/identity.ts';
import type { JournalIdentity } from '../../src/terminal/journal/types.ts';
import { startClearing, type ClearingProcess } from '../support/clearing-process.ts';
import type { CoreProcess } from '../support/core-process.ts';
import { createPhone } from '../support/demo-phone.ts';
import { redemptionBody } from '../support/journal-builder.ts';
import { fillFurther } from '../support/journal-filler.ts';
import {
  AMOUNT_FEN,
  makeDataFolder,
  openForBusiness,
  until,
  voucherStock,
  watchedCore,
} from '../support/live-counter.ts';

/** With so few nothing can have grown yet: what the many are held against. */
const FEW = 1000;
const SENT_FIRST = 10_000;
const REDEMPTIONS = 40;
/** Serials that clearing never issued: the filler's vouchers are nobody's. */
const FIRST_SERIAL = 1_000_000_000;
const LONGEST_MS = 3_600_000;
const MIB = 1_048_576;
/**
 * What may grow is bounded: page cache and statement memory of SQLite (16 MB a connection, three connections), and
 * the heap's own breathing. A thousand bytes an entry would be 1,000 MB.
 */
const MOST_MORE_MEMORY_MIB = 96;
/** A start reads the end of the journal, not all of it: a gigabyte would be all. */
const MOST_MORE_READ_MIB = 48;

export interface UnsentFigures {
  readonly unsent: number;
  readonly redemptions: number;
  /** From the start of the process to a counter that is open. */
  readonly startMs: number;
  readonly readAtStartMib: number;
  readonly confirmP50Ms: number;
  /** Until so many entries had their verdicts, with the others waiting. */
  readonly sent: number;
  readonly sentMs: number;
  readonly peakMib: number;
  /** New redemptions that the screen didn't accept. */
  readonly unsettled: number;
}

export interface UnsentOptions {
  readonly unsent: number;
  /** The core's entry file. */
  readonly entry: string;
  readonly say: (line: string) => void;
}

function fieldOf(pid: number, file: 'status' | 'io', name: string): number {
  const text = readFileSync(`/proc/${pid}/${file}`, 'utf8');
  return Number(new RegExp(`^${name}:\\s*(\\d+)`, 'm').exec(text)?.[1] ?? 0);
}

/** Resident memory, MiB: Linux keeps the highest since the process began. */
const peakOf = (pid: number): number => fieldOf(pid, 'status', 'VmHWM') / 1024;

/** The first of the entries are signed, so that clearing judges them as it judges every other. */
function fill(folder: string, identity: JournalIdentity, storeId: string, unsent: number): void {
  const atMs = Date.now();
  const make = (first: number) => (nth: number) => {
    const body = redemptionBody(FIRST_SERIAL + first + nth, { scannedAtMs: atMs });
    const purchase = { ...body.purchase, storeId, businessDay: businessDay(atMs) };
    return { atMs, body: { ...body, purchase } };
  };
  const signed = Math.min(SENT_FIRST, unsent);
  fillFurther(folder, identity, signed, make(0), { signed });
  if (unsent > signed) fillFurther(folder, identity, unsent - signed, make(signed));
}

/** Amounts, scans and confirmations of new customers; how long each confirmation took, milliseconds. */
async function redeemSome(core: CoreProcess, clearing: ClearingProcess): Promise<readonly number[]> {
  const phone = createPhone();
  const stock = voucherStock(clearing, phone);
  await stock.order(REDEMPTIONS);
  const took: number[] = [];
  for (let nth = 0; nth < REDEMPTIONS; nth += 1) {
    await core.call('checkout.setAmount', { amountFen: AMOUNT_FEN });
    await core.call('checkout.scan', { text: phone.show(Date.now(), stock.next()), source: 'wedge' });
    const state = core.latest('checkout');
    if (state?.step !== 'decided') throw new Error(`the screen shows ${JSON.stringify(state)}`);
    const startedMs = performance.now();
    await core.call('checkout.confirm', { decisionId: state.decisionId });
    took.push(performance.now() - startedMs);
  }
  return took.toSorted((a, b) => a - b);
}

async function measure({ unsent, entry, say }: UnsentOptions): Promise<UnsentFigures> {
  const folder = mkdtempSync(join(tmpdir(), 'torture-unsent-'));
  const dataFolder = makeDataFolder(join(folder, 'terminal'));
  const clearing = await startClearing(join(folder, 'clearing'));
  const accepted = new Set<string>();
  const started = (resume: boolean): CoreProcess =>
    watchedCore({ dataFolder, entry, resume }, ({ epoch, seq }) => void accepted.add(`${epoch}:${seq}`));
  let core = started(false);
  try {
    await openForBusiness(core, clearing);
    // Ends without a farewell, so that whoever is signed in still is.
    await core.kill();
    const identity = readIdentity(dataFolder);
    if (identity === null) throw new Error('not activated');
    const { terminalId, epoch } = identity.certified;
    say(`filling in ${unsent} entries`);
    fill(dataFolder, { terminalId, epoch, key: identity.key }, identity.store.id, unsent);
    const startedMs = performance.now();
    core = started(true);
    await core.ready;
    const { app } = await core.call('app.snapshot', undefined);
    const startMs = performance.now() - startedMs;
    if (app.phase !== 'open') throw new Error(`the core is ${app.phase}: ${JSON.stringify(app.fault)}`);
    const readAtStartMib = fieldOf(core.pid, 'io', 'rchar') / MIB;
    await until('the network', () => core.latest('sync')?.connection === 'online', LONGEST_MS);
    const sent = Math.min(SENT_FIRST, unsent);
    const waiting = (): number => core.latest('sync')?.pendingCount ?? Infinity;
    const drained = until('verdicts', () => waiting() <= unsent + accepted.size - sent, LONGEST_MS).then(
      () => performance.now() - startedMs - startMs,
    );
    const took = await redeemSome(core, clearing);
    const sentMs = await drained;
    return {
      ...{ unsent, redemptions: REDEMPTIONS, startMs, readAtStartMib, sent, sentMs },
      confirmP50Ms: took[took.length >> 1] ?? 0,
      peakMib: peakOf(core.pid),
      unsettled: REDEMPTIONS - accepted.size,
    };
  } finally {
    await core.kill();
    await clearing.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Opens a counter whose journal has very many entries that clearing has never seen, and one with few: what a start
 * reads and the memory that the core takes must not grow with them. Times are told and decide nothing.
 */
export async function compareUnsent(options: UnsentOptions): Promise<{
  readonly few: UnsentFigures;
  readonly many: UnsentFigures;
  readonly problems: readonly string[];
}> {
  const few = await measure({ ...options, unsent: FEW });
  options.say(describeUnsent(few));
  const many = await measure(options);
  const problems: string[] = [];
  const moreMemory = many.peakMib - few.peakMib;
  const moreRead = many.readAtStartMib - few.readAtStartMib;
  if (moreMemory > MOST_MORE_MEMORY_MIB) problems.push(`${Math.round(moreMemory)} MiB more memory`);
  if (moreRead > MOST_MORE_READ_MIB) problems.push(`${Math.round(moreRead)} MiB more read at start`);
  return { few, many, problems };
}

export function describeUnsent(figures: UnsentFigures): string {
  const { startMs, readAtStartMib, confirmP50Ms, sent, sentMs, peakMib } = figures;
  return (
    `open after ${Math.round(startMs)} ms, ${readAtStartMib.toFixed(1)} MiB read by then; ` +
    `confirmed in ${confirmP50Ms.toFixed(1)} ms (p50); the first ${sent} judged after ${Math.round(sentMs)} ms; ` +
    `at most ${Math.round(peakMib)} MiB resident`
  );
}
