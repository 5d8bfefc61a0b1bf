import { execFileSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { ensureElectron } from '../../scripts/runtime/electron.ts';
import { openCounter } from '../support/counter.ts';
import { openDisplay, type Display } from '../support/display.ts';
import { hideKeys, installInputMethod } from '../support/input-method.ts';
import { enterDevicesPage } from '../support/support-screen.ts';
import { createKeyboardScanner } from '../support/xdotool.ts';
import { compare, customerCodes, type SoakResult } from './scans.ts';

const KEY_MS = 2;
/** Lowest of the real-time priorities: before everything that isn't one of them. */
const PRIORITY = '1';
/** Codes of a payment's length rather than a voucher's: it is keys that take the time. */
const MIN_CODE_LENGTH = 8;
const MAX_CODE_LENGTH = 60;
/** So many codes, then the input method is switched. */
const CODES_A_TURN = 100;
const SETTLE_MS = 1000;

/**
 * Real key events of an X server into the real window, as a scanner in keyboard mode sends them; every other
 * hundred while an input method hides the characters. What counts is what the screen showed.
 */
export async function soakWindow(
  scans: number,
  dir: string,
  onProgress: (line: string) => void,
): Promise<SoakResult> {
  const display = await openDisplay(true);
  const { executable } = await ensureElectron(() => undefined);
  const counter = await openCounter({ folder: mkdtempSync(join(dir, 'window-')), executable, display });
  try {
    await counter.activate();
    const { page } = counter.window();
    await installInputMethod(page);
    await counter.signIn();
    await enterDevicesPage(counter);
    const scanner = createKeyboardScanner(display, undefined, KEY_MS, paceKeeper(display));
    await scanner.scan(['FIRST-CODE']);
    await counter.window().see('typed-text');
    await watch(page);
    const codes = customerCodes(scans).map((code, index) =>
      code.slice(0, MIN_CODE_LENGTH + ((index * 17) % (MAX_CODE_LENGTH - MIN_CODE_LENGTH + 1))),
    );
    const startedAtMs = performance.now();
    let told = 0;
    for (let from = 0; from < codes.length; from += CODES_A_TURN) {
      await hideKeys(page, (from / CODES_A_TURN) % 2 === 1);
      // Who only tests a scanner asks the core nothing, and is signed out after a while.
      await page.evaluate(() => window.terminal.call['printer.waiting'](undefined));
      const turn = codes.slice(from, from + CODES_A_TURN);
      await scanner.scan(turn);
      await page.waitForTimeout(SETTLE_MS);
      const came = await seen(page);
      for (const line of differences(turn, came.slice(told))) onProgress(line);
      told = came.length;
      if (from % 1000 === 0) onProgress(`${String(from + turn.length)} typed, ${String(told)} shown`);
    }
    const came = await seen(page);
    return compare(codes, came, startedAtMs);
  } finally {
    await counter.stop();
    await display.stop();
  }
}

/**
 * A real scanner keeps its pace whatever the PC is busy with. Root can give the stand-in (xdotool and the X server,
 * which takes the times) the same; anybody else needs a quiet machine.
 */
function paceKeeper({ pid }: Display): readonly string[] {
  try {
    execFileSync('chrt', ['--fifo', '--pid', PRIORITY, String(pid)], { stdio: 'ignore' });
    return ['chrt', '--fifo', PRIORITY];
  } catch {
    return [];
  }
}

function differences(typed: readonly string[], shown: readonly string[]): readonly string[] {
  return [
    ...shown.filter((text) => !typed.includes(text)).map((text) => `not typed: "${text}"`),
    ...typed.filter((code) => !shown.includes(code)).map((code) => `not shown: ${code}`),
  ];
}

/** Writes down what the screen shows for each scan; the number beside it tells the same code twice from once. */
async function watch(page: Page): Promise<void> {
  await page.evaluate(() => {
    const came: string[] = [];
    Object.assign(window, { came });
    const shown = document.querySelector('[data-testid="typed-text"]');
    if (shown === null) throw new Error('no code was shown');
    new MutationObserver(() => came.push(shown.textContent)).observe(shown, {
      attributeFilter: ['data-count'],
    });
  });
}

function seen(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => (window as unknown as { came: string[] }).came);
}
