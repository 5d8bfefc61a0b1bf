import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Counter } from '../support/counter.ts';
import { openStand, type CounterStand } from '../support/counter-stand.ts';
import type { PhoneVoucher } from '../support/demo-phone.ts';

/** A goods barcode: digits alone, as they would be typed into the amount. */
const BARCODE = '6901234567892';

let stand: CounterStand;
let counter: Counter;

beforeAll(async () => {
  stand = await openStand();
  ({ counter } = stand);
  await counter.activate();
  await counter.signIn();
});
afterAll(() => stand.close());

const order = (): Promise<PhoneVoucher> =>
  counter.phone.order(counter.clearing.url, counter.clearing.operatorToken, {
    kind: 'supermarket-20',
    person: `person-${String(Math.random())}`,
  });
const show = (voucher: PhoneVoucher): string => counter.phone.show(Date.now(), voucher);
const see = (testId: string): Promise<void> => counter.window().see(testId);
const shown = (): Promise<string> => counter.window().text('step-ready');
const armed = (): Promise<void> =>
  counter.window().page.locator('[data-testid="step-decided"][data-armed="true"]').waitFor();
const clear = async (): Promise<void> => {
  await counter.press('Escape');
  await see('step-ready');
};

/** How many redemptions the journal holds. */
function booked(): number {
  const db = new Database(join(counter.dataFolder, 'journal.db'), { readonly: true });
  try {
    return db.prepare('SELECT count(*) FROM redemptions').pluck().get() as number;
  } finally {
    db.close();
  }
}

test('without an amount nothing can be confirmed: the screen asks for it', async () => {
  const before = booked();
  await counter.scan(show(await order()));
  await see('step-amount-needed');
  await counter.type('0');
  await counter.press('Enter');
  expect(await counter.window().find('confirm').isDisabled()).toBe(true);
  // What was typed goes first; the code still waits then.
  await counter.press('Escape');
  await see('step-amount-needed');
  await clear();
  expect(booked()).toBe(before);
});

test('the largest amount is taken, the digit beyond it is refused by name, pasted text leaves it alone', async () => {
  const window = counter.window();
  await counter.type('999999999');
  await expect.poll(shown).toContain('9,999,999.99');
  await counter.type('9');
  await expect.poll(() => window.text('hint')).toContain('9,999,999.99');
  await window.page.keyboard.insertText('12.50 yuan');
  expect(await shown()).toContain('9,999,999.99');
  await counter.scan(show(await order()));
  await armed();
  expect(await window.find('payable').getAttribute('data-fen')).toBe('999997999');
  await clear();
});

/** Through Electron's own input, key by key without a pause between: a busy PC must not make a person of it. */
async function typeLikeScanner(code: string): Promise<void> {
  await counter.window().app.evaluate(
    ({ BrowserWindow }, keys) => {
      const contents = BrowserWindow.getAllWindows()[0]?.webContents;
      for (const keyCode of keys)
        for (const type of ['keyDown', 'char', 'keyUp'] as const) contents?.sendInputEvent({ type, keyCode });
    },
    [...code.split(''), 'Return'],
  );
}

test('a scanner that types does not type into the amount', async () => {
  await counter.type('123');
  await expect.poll(shown).toContain('1.23');
  await typeLikeScanner(BARCODE);
  await see('refusal');
  expect(await counter.window().find('refusal').getAttribute('data-code')).toBe('not-a-voucher-code');
  expect(await counter.window().find('amount').getAttribute('data-fen')).toBe('123');
  await clear();
});

test('two codes at once give one verdict, and one Enter books one redemption', async () => {
  const before = booked();
  await counter.type('20000');
  await counter.scanner.write(`${show(await order())}\r\n${show(await order())}\r\n`);
  await armed();
  await counter.press('Enter');
  await see('step-accepted');
  expect(booked()).toBe(before + 1);
  await clear();
});

test('a scan while a dialog is open is named and dropped, typed or not: nothing is booked by it', async () => {
  const before = booked();
  await counter.press('F1');
  await see('help');
  await typeLikeScanner(BARCODE);
  await see('scan-ignored');
  await see('help');
  await counter.press('Escape');

  await counter.type('20000');
  await counter.press('F8');
  await see('shift');
  await counter.scan(show(await order()));
  await see('scan-ignored');
  await counter.press('Escape');
  await see('step-ready');
  expect(booked()).toBe(before);
  await clear();
});

test('after a fault of the main process the counter sells on, and no box stops the program', async () => {
  const before = booked();
  await counter.window().app.evaluate(() => {
    setTimeout(() => {
      throw new Error('a planted fault');
    }, 0);
  });
  await counter.type('20000');
  await counter.scan(show(await order()));
  await armed();
  await counter.press('Enter');
  await see('step-accepted');
  expect(booked()).toBe(before + 1);
  await clear();
});

test('a window that is closed before the confirmation has booked nothing; closed right after it, screen and journal agree', async () => {
  const before = booked();
  await counter.type('20000');
  await counter.scan(show(await order()));
  await armed();
  await counter.restart();
  await counter.signIn();
  await see('step-ready');
  expect(booked()).toBe(before);

  await counter.type('20000');
  await counter.scan(show(await order()));
  await armed();
  await counter.press('Enter');
  await counter.restart();
  await counter.signIn();
  await see('step-ready');
  const after = booked();
  await counter.press('F2');
  await see('reversal');
  const listed = counter.window().page.locator('[data-testid^="recent-"]');
  await expect.poll(() => listed.count()).toBe(after);
});
