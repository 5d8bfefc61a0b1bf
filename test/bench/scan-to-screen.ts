/**
 * Last scanner byte → verdict painted, in the real window against a real clearing server. Importable; run by
 * itself it prints the quantiles: `node test/bench/scan-to-screen.ts [SCANS [ENTRIES]]`, after `npm run build`.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { Page } from 'playwright-core';
import { ensureElectron } from '../../scripts/runtime/electron.ts';
import { loadKeys } from '../../src/clearing/keys/keys.ts';
import { openSqlite } from '../../src/clearing/storage/storage.ts';
import { businessDay } from '../../src/domain/business-day.ts';
import { readIdentity } from '../../src/terminal/identity.ts';
import { FILES } from '../../src/terminal/journal/storage.ts';
import { openCounter, type Counter } from '../support/counter.ts';
import type { PhoneVoucher } from '../support/demo-phone.ts';
import { openDisplay } from '../support/display.ts';
import { redemptionBody } from '../support/journal-builder.ts';
import { fillFurther } from '../support/journal-filler.ts';
import { createLoadWorld } from './clearing/load-world.ts';
import { quantile } from './stats.ts';

/** Wall clock with the resolution of a performance clock, milliseconds. */
const nowMs = (): number => performance.timeOrigin + performance.now();

/** The same code again within a second is the same scan: so many vouchers take turns. */
const VOUCHERS = 8;
/** A person's pace would be slower; at an idle counter the core and the window are idle again by then. */
const PAUSE_MS = 120;

interface Painted {
  readonly atMs: number;
  readonly step: string;
}

/** Notes when a new verdict stands on the screen: the frame after the change was handed to the compositor. */
async function watchPaints(page: Page): Promise<void> {
  await page.evaluate(() => {
    const paints: Painted[] = [];
    Object.assign(window, { paints });
    let shown = '';
    new MutationObserver(() => {
      const step = document.querySelector('section.stage')?.getAttribute('data-testid') ?? '';
      if (step === shown) return;
      shown = step;
      requestAnimationFrame(() => {
        // A message posted in a frame arrives after it was painted.
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => {
          paints.push({ atMs: performance.timeOrigin + performance.now(), step });
        };
        port2.postMessage(null);
      });
    }).observe(document.body, { subtree: true, childList: true, attributes: true });
  });
}

const takePaint = (page: Page, step: string): Promise<Painted | undefined> =>
  page.evaluate(
    (wanted) =>
      (window as unknown as { paints: Painted[] }).paints.findLast((paint) => paint.step === wanted),
    step,
  );

/** How far the window's clock is ahead of ours: the tightest of some round trips decides. */
async function clockAhead(page: Page): Promise<number> {
  let best = { tripMs: Number.POSITIVE_INFINITY, aheadMs: 0 };
  for (let round = 0; round < 20; round += 1) {
    const before = nowMs();
    const there = await page.evaluate(() => performance.timeOrigin + performance.now());
    const tripMs = nowMs() - before;
    if (tripMs < best.tripMs) best = { tripMs, aheadMs: there - (before + tripMs / 2) };
  }
  return best.aheadMs;
}

/** Touches the number pad as fast as the window takes it: typed keys would have to keep a person's pace. */
const enterAmount = (page: Page): Promise<void> =>
  page.evaluate((digits) => {
    for (const digit of digits) document.querySelector<HTMLElement>(`[data-testid="pin-${digit}"]`)?.click();
  }, '20000');

const orderVouchers = ({ phone, clearing }: Counter): Promise<readonly PhoneVoucher[]> =>
  Promise.all(
    Array.from({ length: VOUCHERS }, (_, nth) =>
      phone.order(clearing.url, clearing.operatorToken, { kind: 'supermarket-20', person: `bench-${nth}` }),
    ),
  );

/**
 * Milliseconds from the last byte to the painted verdict, one for each scan; the counter must be signed in. `goOn` is
 * asked before every customer.
 */
async function measureScans(
  counter: Counter,
  vouchers: readonly PhoneVoucher[],
  goOn: (served: number) => Promise<boolean>,
): Promise<readonly number[]> {
  const { page } = counter.window();
  const { phone, scanner } = counter;
  await watchPaints(page);
  const aheadMs = await clockAhead(page);
  const times: number[] = [];
  while (await goOn(times.length)) {
    await enterAmount(page);
    await page.waitForTimeout(PAUSE_MS);
    await scanner.write(phone.show(Date.now(), vouchers[times.length % VOUCHERS]));
    const lastByteMs = nowMs();
    await scanner.write('\r\n');
    await page.getByTestId('step-decided').waitFor();
    await page.waitForTimeout(50);
    const painted = await takePaint(page, 'step-decided');
    if (painted === undefined) throw new Error('no paint was seen');
    times.push(painted.atMs - aheadMs - lastByteMs);
    await counter.press('Escape');
    await page.getByTestId('step-ready').waitFor();
  }
  return times;
}

/** A counter that was activated and whose window is closed. */
export interface ClosedCounter {
  readonly counter: Counter;
  readonly folder: string;
  readonly end: () => Promise<void>;
}

/** A counter of its own for one measurement. Needs a built app. */
export async function closedCounter(): Promise<ClosedCounter> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-counter-'));
  const display = await openDisplay(true);
  const { executable } = await ensureElectron(() => undefined);
  const counter = await openCounter({ folder, executable, display });
  await counter.activate();
  await counter.window().close();
  return {
    counter,
    folder,
    end: async () => {
      await counter.stop();
      await display.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The first ones warm caches and compilers. */
const WARM_SCANS = 5;

/** Milliseconds of each scan at an idle counter that reaches clearing; the counter ends with it. */
export async function scanToScreen(
  { counter, end }: ClosedCounter,
  scans: number,
): Promise<readonly number[]> {
  try {
    await counter.restart();
    await counter.signIn();
    const goOn = (served: number): Promise<boolean> => Promise.resolve(served < scans + WARM_SCANS);
    const times = await measureScans(counter, await orderVouchers(counter), goOn);
    return times.slice(WARM_SCANS);
  } finally {
    await end();
  }
}

/** A counter that comes back from a day without a network: so many of its redemptions, by real vouchers, wait. */
async function queueUp({ counter, folder }: ClosedCounter, count: number): Promise<void> {
  await counter.clearing.stop();
  const identity = readIdentity(counter.dataFolder);
  if (identity === null) throw new Error('not activated');
  const { terminalId, epoch, storeId } = identity.certified;
  const clearing = join(folder, 'clearing');
  const storage = await openSqlite(join(clearing, 'clearing.sqlite'));
  const world = await createLoadWorld(storage, loadKeys(join(clearing, 'keys.json')));
  try {
    const shown = await world.vouchers(count);
    const atMs = Date.now();
    const make = (nth: number) => {
      const body = redemptionBody(nth);
      const purchase = { ...body.purchase, storeId, businessDay: businessDay(atMs) };
      const evidence = shown[nth - 1] ?? body.evidence;
      return { atMs, body: { ...body, evidence, purchase, scannedAtMs: atMs, offline: true } };
    };
    // Clearing checks every signature.
    fillFurther(counter.dataFolder, { terminalId, epoch, key: identity.key }, count, make, { signed: count });
  } finally {
    await world.clearing.close();
  }
}

export interface WhileSettling {
  /** Milliseconds. */
  readonly times: readonly number[];
  readonly entries: number;
  /** Of them settled, not only answered. */
  readonly settled: number;
}

function settledIn(dataFolder: string): number {
  const db = new Database(join(dataFolder, FILES.database), { readonly: true });
  try {
    return Number(db.prepare("SELECT count(*) FROM verdicts WHERE verdict = 'settled'").pluck().get());
  } finally {
    db.close();
  }
}

/** A terminal that failed for long asks again after up to half a minute. */
const WAIT_FOR_SYNC_MS = 180_000;

export interface WaitingCounter extends ClosedCounter {
  readonly entries: number;
  readonly vouchers: readonly PhoneVoucher[];
}

/** One whose own queue of so many entries waits for a clearing that is stopped. */
export async function waitingCounter(entries: number): Promise<WaitingCounter> {
  const closed = await closedCounter();
  const vouchers = await orderVouchers(closed.counter);
  await queueUp(closed, entries);
  return { ...closed, entries, vouchers };
}

/** While the counter's own queue is being settled, until it is empty. Ends the counter. */
export async function scanWhileSettling(waiting: WaitingCounter): Promise<WhileSettling> {
  const { counter, entries, vouchers, end } = waiting;
  try {
    await counter.restart();
    await counter.signIn();
    const { page } = counter.window();
    const pending = async (): Promise<number> =>
      Number(await page.getByTestId('pending-count').getAttribute('data-count'));
    await counter.clearing.start();
    const startedMs = performance.now();
    while ((await pending()) >= entries)
      if (performance.now() - startedMs > WAIT_FOR_SYNC_MS) throw new Error('nothing is being settled');
    const goOn = async (): Promise<boolean> => (await pending()) > 0;
    const times = await measureScans(counter, vouchers, goOn);
    await counter.window().close();
    return { times: times.slice(WARM_SCANS), entries, settled: settledIn(counter.dataFolder) };
  } finally {
    await end();
  }
}

if (import.meta.main) {
  const idle = await scanToScreen(await closedCounter(), Number(process.argv[2] ?? 100));
  const settling = await scanWhileSettling(await waitingCounter(Number(process.argv[3] ?? 10_000)));
  for (const times of [idle, settling.times])
    console.log([0.5, 0.95, 0.99].map((part) => quantile(times, part).toFixed(1)).join(' '));
}
