import { expect } from 'vitest';
import { z } from 'zod';
import type { PhoneVoucher } from './demo-phone.ts';
import { REPEAT_WINDOW_MS } from '../../src/terminal/devices/repeat-gate.ts';
import { MANAGER } from './counter.ts';
import type { Player } from './flow-player.ts';

/** What a cashier does at the counter, and what everybody does there before and after. */

export async function activate(player: Player): Promise<void> {
  const { clearing } = player.counter;
  const { words, action } = player.hands;
  await player.see('phase-activation');
  await player.accessible('activation');
  await words('activate-clearingUrl', player.proxy.url);
  await words('activate-code', clearing.activationCode('supermarket'));
  await words('activate-managerName', MANAGER.name);
  await words('activate-managerPin', MANAGER.pin);
  await words('activate-pinAgain', MANAGER.pin);
  await action('Enter', 'activate-submit');
  await player.see('phase-sign-in');
}

/** Changes the language of the running app, wherever one is. */
export async function speak(player: Player, language: 'zh' | 'en'): Promise<void> {
  await player.hands.press('language');
  await player.page.locator(`html[lang^="${language}"]`).waitFor();
}

/** A verdict that Enter may answer. */
const armed = (player: Player, step: string): Promise<void> =>
  player.page.locator(`[data-testid="step-${step}"][data-armed="true"]`).waitFor();

export async function back(player: Player): Promise<void> {
  await player.hands.action('Escape', 'cancel');
  await player.see('step-ready');
}

/** A scan that is faster than the last digit on its way to the core is no person's. */
async function typeAmount(player: Player, amount: string): Promise<void> {
  await player.hands.digits(amount, 'hand');
  await player.attribute('amount', 'data-fen', amount);
}

/** Types the amount and holds the voucher to the scanner; gives its code maker back. */
async function offer(player: Player, amount: string, voucher?: PhoneVoucher): Promise<() => string> {
  const its = voucher ?? (await player.voucher());
  const show = (): string => player.counter.phone.show(Date.now(), its);
  await typeAmount(player, amount);
  await player.counter.scan(show());
  return show;
}

async function confirm(player: Player): Promise<void> {
  await armed(player, 'decided');
  await player.attribute('goods', 'data-give', 'false');
  await player.accessible('decided');
  await player.hands.action('Enter', 'confirm');
  await player.see('step-accepted');
  await player.accessible('accepted');
}

/** 200 yuan with a voucher of 20, booked and settled. */
export async function redeem(player: Player): Promise<() => string> {
  const show = await offer(player, '20000');
  await confirm(player);
  await player.attribute('goods', 'data-give', 'true');
  await player.attribute('payable', 'data-fen', '18000');
  await player.attribute('pending-count', 'data-count', '0');
  return show;
}

/** Without a network: booked here, and the band says what waits. */
export async function redeemOffline(player: Player, voucher: PhoneVoucher): Promise<void> {
  await offer(player, '20000', voucher);
  await confirm(player);
  await player.attribute('pending-count', 'data-count', '1');
  await player.see('offline-left');
  await player.accessible('offline');
}

export async function openShift(player: Player): Promise<void> {
  const { action } = player.hands;
  await action('F8', 'f8');
  await player.see('shift');
  await action('Enter', 'shift-submit');
  await player.see('shift-sheet');
  await player.accessible('shift');
  await action('Escape', 'dialog-close');
}

/** Too little spent: said by how much, and another amount makes it good without a second scan. */
export async function refusedForAmount(player: Player): Promise<void> {
  await offer(player, '9999');
  await player.attribute('refusal', 'data-code', 'below-threshold');
  expect(await player.text('refusal')).toContain('0.01');
  await player.accessible('refused');
  await player.hands.digits('10000', 'hand');
  await player.hands.action('Enter', 'confirm');
  await armed(player, 'decided');
  await back(player);
}

/** The same voucher again: the screen shows in which redemption it went. */
export async function usedAlready(player: Player, show: () => string): Promise<void> {
  await typeAmount(player, '20000');
  // A phone shows a new code every second, and the same one within a second is the same scan.
  await player.page.waitForTimeout(REPEAT_WINDOW_MS + 100);
  await player.counter.scan(show());
  await player.attribute('refusal', 'data-code', 'already-redeemed');
  await player.see('earlier');
  expect(await player.text('earlier')).toContain('180.00');
  await player.accessible('used already');
  await back(player);
}

export async function reverse(player: Player): Promise<void> {
  const { action } = player.hands;
  await action('F2', 'f2');
  await player.attribute('leave', 'data-leave', 'alone');
  await player.accessible('reversal');
  await action('Enter', 'reverse-submit');
  await player.see('reversed');
  await player.accessible('reversed');
  await action('Escape', 'dialog-close');
  await player.attribute('last-state', 'data-state', 'reversed');
}

/** Clearing's answer is cut off: neither yes nor no. Asked again, it comes, and the purchase goes on. */
export async function unknownAskedAgain(player: Player): Promise<void> {
  const person = `person-${String(Math.random())}`;
  await player.voucher(person);
  const { code } = z
    .object({ code: z.string() })
    .parse(await player.operatorDoes('payment-codes', { campaignNumber: 1, person }));
  await typeAmount(player, '20000');
  player.proxy.set({ type: 'reset-in-answer', afterBytes: 40 });
  await player.counter.scan(code);
  await armed(player, 'unknown');
  await player.attribute('goods', 'data-give', 'false');
  await player.accessible('unknown');
  player.mend();
  await player.hands.action('Enter', 'confirm');
  await confirm(player);
  await player.attribute('pending-count', 'data-count', '0');
  await back(player);
}

/** Into training by the help, a voucher redeemed there, and out again: it looks different and books nothing. */
export async function practise(player: Player): Promise<void> {
  const { action, press } = player.hands;
  const lastBefore = (await player.page.getByTestId('last').getAttribute('data-seq')) ?? '';
  await action('F1', 'f1');
  await player.see('help');
  await action('F7', 'training-enter');
  await player.see('training');
  await player.attribute('last', 'data-seq', '0');
  await player.accessible('training');
  await typeAmount(player, '20000');
  await action('F7', 'f7');
  await press('practice-supermarket-20');
  await confirm(player);
  await player.see('training');
  await player.attribute('goods', 'data-give', 'false');
  await back(player);
  await action('F7', 'f7');
  await action('F7', 'training-leave');
  await player.gone('training');
  // Neither in sight nor reprinted: the last redemption is the real one again.
  await player.attribute('last', 'data-seq', lastBefore);
}

export async function handOver(player: Player): Promise<void> {
  const { action } = player.hands;
  await action('F8', 'f8');
  await player.see('shift-sheet');
  await action('Enter', 'shift-submit');
  await player.attribute('shift-sheet', 'data-type', 'Z');
  await player.accessible('Z report');
  await action('Enter', 'shift-submit');
  await player.see('phase-sign-in');
}

/** A terminal that was retired takes no voucher any more, and says so. */
export async function refusedByRetirement(player: Player): Promise<void> {
  await offer(player, '20000');
  await player.attribute('refusal', 'data-code', 'terminal-suspended');
  await player.accessible('retired');
}
