import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { playDemo, DEMO_STEPS } from '../../scripts/demo/steps.ts';
import type { Seen } from '../../scripts/demo/transcript.ts';
import { ensureElectron } from '../../scripts/runtime/electron.ts';
import { businessDay } from '../../src/domain/business-day.ts';
import { openCounter, type Counter } from '../support/counter.ts';
import { openDisplay, type Display } from '../support/display.ts';

let display: Display;
let executable: string;
let folder: string;
let counter: Counter;

beforeAll(async () => {
  display = await openDisplay(true);
  ({ executable } = await ensureElectron(() => undefined));
});
afterAll(() => display.stop());
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'voucher-terminal-'));
  counter = await openCounter({ folder, executable, display });
});
afterEach(async () => {
  await counter.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Scans a fresh voucher for 200 yuan and waits until Enter would confirm it. */
async function offerVoucher(): Promise<void> {
  const { phone, clearing } = counter;
  const person = `person-${Math.random()}`;
  const voucher = await phone.order(clearing.url, clearing.operatorToken, { kind: 'supermarket-20', person });
  await counter.type('20000');
  await counter.scan(phone.show(Date.now(), voucher));
  await counter
    .window()
    .page.locator('[data-testid="step-decided"][data-armed="true"]')
    .waitFor({ timeout: 15_000 });
}

const totalsSchema = z.object({ totals: z.array(z.object({ count: z.int() })) });

/** How many redemptions of today clearing has settled. */
async function settledToday(): Promise<number> {
  const answer = await counter.clearing.operator(`/v1/operator/day-totals?day=${businessDay(Date.now())}`);
  return totalsSchema.parse(answer).totals.reduce((sum, { count }) => sum + count, 0);
}

/** The process that draws the window; null while there is none, or its page still loads. */
const rendererPid = (): Promise<number | null> =>
  counter.window().app.evaluate(({ BrowserWindow }) => {
    const contents = BrowserWindow.getAllWindows()[0]?.webContents;
    return contents === undefined || contents.isCrashed() || contents.isLoading()
      ? null
      : contents.getOSProcessId();
  });

/** Ends or stops the window's process, and waits until the page shows the last sale again, in a new one. */
async function outlive(fault: (renderer: number) => void | Promise<void>): Promise<void> {
  const renderer = await rendererPid();
  if (renderer === null) throw new Error('no window');
  await fault(renderer);
  // The page loads again by itself. The driver can't follow a page whose process was killed, main can.
  await expect
    .poll(async () => ![null, renderer].includes(await rendererPid()), { timeout: 30_000 })
    .toBe(true);
  const lastOnScreen = (): Promise<unknown> =>
    counter
      .window()
      .app.evaluate(({ BrowserWindow }) =>
        BrowserWindow.getAllWindows()[0]?.webContents.executeJavaScript(
          `document.querySelector('[data-testid="last"]')?.innerText ?? ''`,
        ),
      );
  await expect.poll(lastOnScreen, { timeout: 15_000 }).toContain('180.00');
}

test('every step of the demo goes as expected in the real window', async () => {
  const seen: (Seen & { readonly title: string })[] = [];
  await playDemo(counter, {
    step: async (title, run) => {
      seen.push({ title, ...(await run()) });
    },
    end: () => true,
  });
  expect(seen.filter(({ asExpected }) => !asExpected)).toEqual([]);
  expect(seen).toHaveLength(DEMO_STEPS);
});

test('a core killed around the moment of confirming loses nothing that was shown as accepted', async () => {
  await counter.activate();
  await counter.signIn();
  let accepted = 0;
  // From before the call is received until after it is shown.
  for (const delayMs of [1, 5, 12, 30, 60]) {
    await offerVoucher();
    const window = counter.window();
    const pid = await window.corePid();
    if (pid === null) throw new Error('no core');
    const killed = new Promise<void>((resolve) => {
      setTimeout(() => {
        process.kill(pid, 'SIGKILL');
        resolve();
      }, delayMs);
    });
    const shown = window
      .see('step-accepted', 1500)
      .then(() => true)
      .catch(() => false);
    await counter.press('Enter');
    await killed;
    if (await shown) accepted += 1;
    await expect.poll(() => window.corePid(), { timeout: 15_000 }).not.toBe(pid);
    await window.see('phase-open');
    await expect
      .poll(() => window.find('pending-count').getAttribute('data-count'), { timeout: 20_000 })
      .toBe('0');
    await expect.poll(() => window.find('core-away').count(), { timeout: 15_000 }).toBe(0);
    await counter.press('Escape');
    await window.see('step-ready');
  }
  await counter.window().close();
  const db = new Database(join(counter.dataFolder, 'journal.db'), { readonly: true });
  const recorded = db
    .prepare(`SELECT count(*) FROM entries WHERE kind = 'redemption'`)
    .pluck()
    .get() as number;
  db.close();
  expect(recorded).toBeGreaterThanOrEqual(accepted);
  expect(await settledToday()).toBe(recorded);
  await counter.restart();
});

test("a window's process that hangs, one that is killed, and a main process that is killed lose nothing that was shown as accepted", async () => {
  await counter.activate();
  await counter.signIn();
  await offerVoucher();
  await counter.press('Enter');
  await counter.window().see('step-accepted');
  await outlive(() =>
    counter.window().page.evaluate(() => {
      setTimeout(() => {
        for (;;);
      }, 0);
    }),
  );
  await outlive((renderer) => {
    process.kill(renderer, 'SIGKILL');
  });

  const main = counter.window().app.process();
  const ended = once(main, 'exit');
  main.kill('SIGKILL');
  await ended;
  await counter.restart();
  await counter.signIn();
  await expect.poll(() => counter.window().text('last'), { timeout: 10_000 }).toContain('180.00');
});

test('a database of a newer version is named on screen and left as it is', async () => {
  await counter.activate();
  await counter.window().close();
  const file = join(counter.dataFolder, 'journal.db');
  const db = new Database(file);
  db.pragma('user_version = 9999');
  db.close();
  await counter.restart();
  const window = counter.window();
  await window.see('phase-fault');
  expect(await window.find('phase-fault').getAttribute('data-code')).toBe('database-newer');
  const after = new Database(file, { readonly: true });
  expect(after.pragma('user_version', { simple: true })).toBe(9999);
  after.close();
});

test('a scanner that is pulled out and put back works again without a restart, and the light says so', async () => {
  await counter.activate();
  await counter.signIn();
  const tone = (): Promise<string | null> => counter.window().find('light-scanner').getAttribute('data-tone');
  await expect.poll(tone, { timeout: 10_000 }).toBe('ok');
  await counter.scanner.unplug();
  await expect.poll(tone, { timeout: 10_000 }).not.toBe('ok');
  await counter.scanner.replug();
  await expect.poll(tone, { timeout: 10_000 }).toBe('ok');
  await offerVoucher();
});
