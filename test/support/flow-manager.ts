import { expect } from 'vitest';
import { MANAGER } from './counter.ts';
import type { Person, Player } from './flow-player.ts';

/** What a store's manager does: people, the day, returns, reconciliation, the end of a terminal. */

export async function addUser(player: Player, user: Person, role: 'cashier' | 'support'): Promise<void> {
  const { press, words } = player.hands;
  await press('add-user');
  await words('user-name', user.name);
  await press(`user-role-${role}`);
  await words('user-pin', user.pin);
  await press('user-save');
  await player.page.getByText(user.name, { exact: true }).waitFor();
}

export async function openBooks(player: Player): Promise<void> {
  await player.hands.action('F9', 'f9');
  await player.see('day-total');
}

/** From a bar of the chart to the single redemption and down to its entry in the journal. */
export async function drillDown(player: Player): Promise<void> {
  const { press, bar } = player.hands;
  await player.accessible('day');
  await bar(player.bars(1).first(), 'by-kind-supermarket-20');
  await player.see('row-0');
  await player.accessible('list');
  await press('row-0');
  await player.see('redemption-detail');
  await press('entry-0');
  await player.says('entry-body-0', /"amountFen": 20000/);
  await player.accessible('journal entry');
  await press('detail-back');
  await press('drawer-close');
}

/** A return of the redemption in this row: what the customer gets is shown before anything is asked for. */
async function returnGoods(
  player: Player,
  row: number,
  /** No amount: all that is left of it. */
  how: { readonly amount: string | null; readonly paid: string },
): Promise<void> {
  const { action, press, digits } = player.hands;
  await press('show-list');
  await press(`row-${String(row)}`);
  await player.see('redemption-detail');
  await press('return-open');
  if (how.amount === null) await press('return-whole');
  else await digits(how.amount, 'return');
  await player.attribute('return-preview', 'data-paid', how.paid);
  await player.accessible('return');
  await action('Enter', 'return-submit');
  await action('F5', 'return-reason-goods-returned');
  await digits(MANAGER.pin, 'return');
  await player.attribute('pin-length', 'data-length', String(MANAGER.pin.length));
  await player.accessible('return approval');
  await action('Enter', 'return-submit');
  await player.see('returned');
  await action('Enter', 'return-submit');
  await player.gone('return');
  await press('detail-back');
  await press('drawer-close');
}

/** A part of one sale's goods back, and the whole of another's, on the same day. */
export async function returns(player: Player): Promise<void> {
  await returnGoods(player, 0, { amount: '5000', paid: '5000' });
  await returnGoods(player, 1, { amount: null, paid: '18000' });
  // The sums behind the list have followed: of two sales one was taken back whole.
  await player.attribute('day-total', 'data-count', '1');
}

/** Any past day by the calendar, and today again. */
export async function pastDay(player: Player): Promise<void> {
  const { action, press } = player.hands;
  const today = (await player.page.getByTestId('day-total').getAttribute('data-count')) ?? '';
  await press('range-from');
  await player.see('calendar');
  await player.accessible('calendar');
  if (player.hands.name === 'keyboard') {
    await player.page.keyboard.press('PageUp');
    await action('Enter', '');
  } else {
    await press('month-back');
    await press(`day-${await firstDayShown(player)}`);
  }
  await player.gone('calendar');
  await press('range-yesterday');
  await player.attribute('day-total', 'data-count', '0');
  await player.accessible('empty day');
  await press('range-today');
  await player.attribute('day-total', 'data-count', today);
}

const firstDayShown = async (player: Player): Promise<string> =>
  ((await player.page.locator('[data-testid^="day-"]').first().getAttribute('data-testid')) ?? '').slice(4);

/** Without a network there is no reconciliation: that is said, and tried again it comes. */
export async function reconcileOffline(player: Player): Promise<void> {
  await player.hands.tab('reconcile');
  await player.see('failed');
  await player.accessible('reconciliation failed');
}

/** What clearing refused stands in the picture, with its reason, and leads to its redemption. */
export async function reconcileDifference(player: Player): Promise<void> {
  const { press, tab } = player.hands;
  await tab('reconcile');
  await player.attribute('reconciled', 'data-off', '1');
  await player.accessible('reconciliation');
  const line = player.page.locator('[data-testid^="line-"]').first();
  await press((await line.getAttribute('data-testid')) ?? '');
  await player.see('redemption-detail');
  await press('detail-back');
}

export async function reconcileAgreed(player: Player): Promise<void> {
  await player.hands.tab('reconcile');
  await player.attribute('reconciled', 'data-off', '0');
  expect(Number(await player.page.getByTestId('reconciled').getAttribute('data-matched'))).toBeGreaterThan(0);
  await player.accessible('reconciled');
}

export async function exportDay(player: Player): Promise<void> {
  await player.hands.tab('day');
  for (const format of ['csv', 'xlsx'] as const) {
    await player.hands.press(`export-${format}`);
    await player.says('export-note', new RegExp(`\\.${format}`));
  }
}

export async function shifts(player: Player): Promise<void> {
  await player.hands.tab('shifts');
  await player.see('shift-sheet');
  await player.accessible('shifts');
}

/** A PIN that was forgotten: clearing's one-time code, a new PIN, and in. */
export async function forgottenPin(player: Player, user: Person, newPin: string): Promise<void> {
  const { action, words, digits } = player.hands;
  const code = await player.resetCode(user.name);
  await player.see('phase-sign-in');
  await action('F1', 'forgotten-open');
  await player.see('forgotten');
  await player.accessible('forgotten');
  await words('reset-code', code);
  await action('Enter', 'reset-use');
  await player.attribute('new-pin', 'data-again', 'false');
  await player.accessible('new PIN');
  await digits(newPin, 'new-pin');
  await action('Enter', 'pin-submit');
  await player.attribute('new-pin', 'data-again', 'true');
  await digits(newPin, 'new-pin');
  await action('Enter', 'pin-submit');
  await player.gone('new-pin');
  await player.signIn({ ...user, pin: newPin });
}

/** The end of a terminal: said to be for ever before it is asked for. */
export async function retire(player: Player): Promise<void> {
  const { press, tab, action } = player.hands;
  await action('F9', 'f9');
  await tab('users');
  await press('retire-open');
  await player.see('retire-submit');
  await player.accessible('retire');
  await press('retire-closed');
  await press('retire-submit');
  await player.see('retired');
  await action('F9', 'to-counter');
  await player.see('step-ready');
}
