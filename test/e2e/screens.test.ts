import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ensureElectron } from '../../scripts/runtime/electron.ts';
import { MANAGER, openCounter, type Counter } from '../support/counter.ts';
import { openDisplay, type Display } from '../support/display.ts';

let display: Display;
let folder: string;
let counter: Counter;

beforeAll(async () => {
  display = await openDisplay(true);
  const { executable } = await ensureElectron(() => undefined);
  folder = mkdtempSync(join(tmpdir(), 'voucher-terminal-'));
  counter = await openCounter({ folder, executable, display });
});
afterAll(async () => {
  await counter.stop();
  await display.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function violations(): Promise<readonly string[]> {
  const { page } = counter.window();
  const found = await new AxeBuilder({ page }).setLegacyMode(true).analyze();
  return found.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
}

test('shift, redemption, reversal, books and hand-over in the real window; axe finds nothing on the way', async () => {
  const window = counter.window();
  await window.see('phase-activation');
  expect(await violations()).toEqual([]);
  await counter.activate();
  expect(await violations()).toEqual([]);
  await counter.signIn();
  await window.see('step-ready');
  expect(await violations()).toEqual([]);

  // Opening a shift, by keyboard alone.
  await counter.press('F8');
  await window.see('shift');
  await counter.press('Enter');
  await window.see('shift-sheet');
  expect(await violations()).toEqual([]);
  await counter.press('Escape');

  const { phone, clearing } = counter;
  const voucher = await phone.order(clearing.url, clearing.operatorToken, {
    kind: 'supermarket-20',
    person: 'p-1',
  });
  await counter.type('12850');
  await counter.scan(phone.show(Date.now(), voucher));
  await window.page.locator('[data-testid="step-decided"][data-armed="true"]').waitFor();
  expect(await violations()).toEqual([]);
  await counter.press('Enter');
  await window.see('step-accepted');
  await expect
    .poll(() => window.find('pending-count').getAttribute('data-count'), { timeout: 20_000 })
    .toBe('0');

  // The books, by touch alone.
  await window.find('f9').click();
  await window.see('day-total');
  expect(await window.find('day-total').getAttribute('data-discount')).toBe('2000');
  expect(await violations()).toEqual([]);
  await window.find('show-list').click();
  await window.find('row-0').click();
  await window.see('redemption-detail');
  expect(await violations()).toEqual([]);
  await counter.press('Escape');
  await window.find('to-counter').click();

  // Taking it back, by keyboard alone, within the five minutes.
  await counter.press('F2');
  await expect.poll(() => window.find('leave').getAttribute('data-leave')).toBe('alone');
  expect(await violations()).toEqual([]);
  await counter.press('Enter');
  await window.see('reversed');
  await counter.press('Escape');
  await expect.poll(() => window.find('last-state').getAttribute('data-state')).toBe('reversed');

  // Hand-over: nothing redeemed is left unsent, so the cashier closes alone.
  await counter.press('F8');
  await window.see('shift-sheet');
  await counter.press('Enter');
  await expect.poll(() => window.find('shift-sheet').getAttribute('data-type')).toBe('Z');
  await counter.press('Enter');
  await window.see('phase-sign-in');
  await window.page.keyboard.type(MANAGER.pin, { delay: 120 });
  await counter.press('Enter');
  await window.see('step-ready');
});
