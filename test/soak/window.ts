import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { ensureElectron } from '../../scripts/runtime/electron.ts';
import { openCounter } from '../support/counter.ts';
import { openDisplay } from '../support/display.ts';
import { enterDevicesPage } from '../support/support-screen.ts';
import { createKeyboardScanner } from '../support/xdotool.ts';
import { compare, customerCodes, type SoakResult } from './scans.ts';

/** Typing takes two milliseconds a character: codes of a payment's length, not of a voucher's. */
const MAX_CODE_LENGTH = 60;

/** Real key events of an X server into the real window, as a scanner in keyboard mode sends them. */
export async function soakWindow(scans: number, dir: string): Promise<SoakResult> {
  const display = await openDisplay(true);
  const { executable } = await ensureElectron(() => undefined);
  const counter = await openCounter({ folder: mkdtempSync(join(dir, 'window-')), executable, display });
  try {
    await counter.activate();
    await counter.signIn();
    await enterDevicesPage(counter);
    const { page } = counter.window();
    const scanner = createKeyboardScanner(display);
    await scanner.scan(['FIRST-CODE']);
    await counter.window().see('typed-text');
    await page.evaluate(() => {
      const came: string[] = [];
      Object.assign(window, { came });
      const shown = document.querySelector('[data-testid="typed-text"]');
      if (shown === null) throw new Error('no code was shown');
      new MutationObserver(() => came.push(shown.textContent)).observe(shown, {
        characterData: true,
        subtree: true,
        childList: true,
      });
    });
    const codes = customerCodes(scans).map((code) => code.slice(0, MAX_CODE_LENGTH));
    const startedAtMs = performance.now();
    await scanner.scan(codes);
    await page.waitForTimeout(1000);
    const came = await page.evaluate(() => (window as unknown as { came: string[] }).came);
    return compare(codes, came, startedAtMs);
  } finally {
    await counter.stop();
    await display.stop();
  }
}
