/**
 * A manager's day with 20,000 redemptions and a year's range, in the real window over a real journal. Importable;
 * run by itself it prints the figures: `node test/bench/manager-day.ts [REDEMPTIONS]`, after `npm run build`.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { ensureElectron } from '../../scripts/runtime/electron.ts';
import { businessDay, DAY_MS } from '../../src/domain/business-day.ts';
import { readIdentity } from '../../src/terminal/identity.ts';
import { openCounter } from '../support/counter.ts';
import { openDisplay } from '../support/display.ts';
import { redemptionBody } from '../support/journal-builder.ts';
import { fillFurther } from '../support/journal-filler.ts';
import { median, quantile } from './stats.ts';

export interface ManagerDay {
  readonly redemptions: number;
  /** From the touch to the painted screen, medians, milliseconds. */
  readonly dayMs: number;
  readonly yearMs: number;
  readonly listMs: number;
  /** Between two frames while the list is scrolled from end to end. */
  readonly frameP95Ms: number;
  readonly frameWorstMs: number;
}

const ROUNDS = 5;

/** From a click on one test id until another is painted with this attribute, measured inside the page. */
function clickToPaint(page: Page, click: string, seen: string): Promise<number> {
  return page.evaluate(
    ([from, to]) =>
      new Promise<number>((resolve) => {
        const startedMs = performance.now();
        const look = (): void => {
          if (document.querySelector(to ?? '') === null) {
            requestAnimationFrame(look);
            return;
          }
          requestAnimationFrame(() => resolve(performance.now() - startedMs));
        };
        document.querySelector<HTMLElement>(`[data-testid="${from ?? ''}"]`)?.click();
        look();
      }),
    [click, seen],
  );
}

/** Scrolls the long list from end to end in so many steps, one a frame. */
function scrollFrames(page: Page, steps: number): Promise<readonly number[]> {
  return page.evaluate(
    (count) =>
      new Promise<number[]>((resolve) => {
        const list = document.querySelector('[data-testid="long-list"]');
        if (list === null) throw new Error('no list');
        const frames: number[] = [];
        let lastMs = performance.now();
        let step = 0;
        const next = (nowMs: number): void => {
          frames.push(nowMs - lastMs);
          lastMs = nowMs;
          step += 1;
          list.scrollTop = (list.scrollHeight * step) / count;
          if (step < count) requestAnimationFrame(next);
          else resolve(frames.slice(1));
        };
        requestAnimationFrame(next);
      }),
    steps,
  );
}

/** Starts everything, fills the journal, measures, and ends everything again. Needs a built app. */
export async function managerDay(redemptions: number): Promise<ManagerDay> {
  const folder = mkdtempSync(join(tmpdir(), 'manager-day-'));
  const display = await openDisplay(true);
  try {
    const { executable } = await ensureElectron(() => undefined);
    const counter = await openCounter({ folder, executable, display });
    try {
      await counter.activate();
      await counter.window().close();
      // Nothing of the filler is clearing's business.
      await counter.clearing.stop();
      const identity = readIdentity(counter.dataFolder);
      if (identity === null) throw new Error('not activated');
      const { terminalId, epoch } = identity.certified;
      const now = Date.now();
      fillFurther(counter.dataFolder, { terminalId, epoch, key: identity.key }, 2 * redemptions, (nth) => {
        const older = nth <= redemptions;
        const atMs = older ? now - DAY_MS * (364 - Math.floor((363 * nth) / redemptions)) : now;
        const body = redemptionBody(nth);
        return { atMs, body: { ...body, purchase: { ...body.purchase, businessDay: businessDay(atMs) } } };
      });
      await counter.restart();
      await counter.signIn();
      const { page } = counter.window();
      const many = (count: number): string => `[data-testid="day-total"][data-count="${String(count)}"]`;
      const days: number[] = [];
      const years: number[] = [];
      for (let round = 0; round < ROUNDS; round += 1) {
        days.push(await clickToPaint(page, 'f9', many(redemptions)));
        years.push(await clickToPaint(page, 'range-year', many(2 * redemptions)));
        await clickToPaint(page, 'to-counter', '[data-testid="counter"]');
      }
      await clickToPaint(page, 'f9', many(redemptions));
      const listMs = await clickToPaint(page, 'show-list', '[data-testid="row-0"]');
      const frames = await scrollFrames(page, 300);
      return {
        redemptions,
        dayMs: median(days),
        yearMs: median(years),
        listMs,
        frameP95Ms: quantile(frames, 0.95),
        frameWorstMs: Math.max(...frames),
      };
    } finally {
      await counter.stop();
    }
  } finally {
    await display.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

if (import.meta.main) console.log(JSON.stringify(await managerDay(Number(process.argv[2] ?? 20_000))));
