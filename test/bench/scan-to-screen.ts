/**
 * Last scanner byte → verdict painted, in the real window against a real clearing server. Importable; run by
 * itself it prints the quantiles: `node test/bench/scan-to-screen.ts [SCANS]`, after `npm run build`.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { ensureElectron } from '../../scripts/runtime/electron.ts';
import { openCounter, type Counter } from '../support/counter.ts';
import { openDisplay } from '../support/display.ts';
import { quantile } from './stats.ts';

/** Wall clock with the resolution of a performance clock, milliseconds. */
const nowMs = (): number => performance.timeOrigin + performance.now();

/** The same code again within a second is the same scan: so many vouchers take turns. */
const VOUCHERS = 8;
/** A person's pace between two customers would be slower; the core and the window are idle again by then. */
const PAUSE_MS = 250;

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

/** Milliseconds from the last byte to the painted verdict, one for each scan; the counter must be signed in. */
export async function measureScans(counter: Counter, scans: number): Promise<readonly number[]> {
  const { page } = counter.window();
  const { phone, clearing, scanner } = counter;
  const vouchers = await Promise.all(
    Array.from({ length: VOUCHERS }, (_, nth) =>
      phone.order(clearing.url, clearing.operatorToken, { kind: 'supermarket-20', person: `bench-${nth}` }),
    ),
  );
  await watchPaints(page);
  const aheadMs = await clockAhead(page);
  const times: number[] = [];
  for (let nth = 0; nth < scans; nth += 1) {
    await counter.type('20000');
    await page.waitForTimeout(PAUSE_MS);
    await scanner.write(phone.show(Date.now(), vouchers[nth % VOUCHERS]));
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

export interface ScanToScreen {
  readonly scans: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
}

/** Starts everything, scans, and ends everything again. Needs a built app. */
export async function scanToScreen(scans: number): Promise<ScanToScreen> {
  const folder = mkdtempSync(join(tmpdir(), 'scan-to-screen-'));
  const display = await openDisplay(true);
  try {
    const { executable } = await ensureElectron(() => undefined);
    const counter = await openCounter({ folder, executable, display });
    try {
      await counter.activate();
      await counter.signIn();
      // The first ones warm caches and compilers.
      const times = (await measureScans(counter, scans + 5)).slice(5);
      return {
        scans: times.length,
        p50Ms: quantile(times, 0.5),
        p95Ms: quantile(times, 0.95),
        p99Ms: quantile(times, 0.99),
      };
    } finally {
      await counter.stop();
    }
  } finally {
    await display.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

if (import.meta.main) console.log(JSON.stringify(await scanToScreen(Number(process.argv[2] ?? 100))));
