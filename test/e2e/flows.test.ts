import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { afterEach, beforeAll, afterAll, expect, test } from 'vitest';
import { ensureElectron } from '../../scripts/runtime/electron.ts';
import { ROOT } from '../support/app-window.ts';
import { MANAGER, openCounter, type Counter } from '../support/counter.ts';
import { openDisplay, type Display } from '../support/display.ts';
import { fingerHands, keyboardHands, type Hands } from '../support/hands.ts';

const CASHIER = { name: 'Li', pin: '1357' };
const TECHNICIAN = { name: 'Zhao', pin: '8642' };

let display: Display;
let executable: string;
let folder: string;
let counter: Counter | null = null;

beforeAll(async () => {
  display = await openDisplay(true);
  ({ executable } = await ensureElectron(() => undefined));
});
afterAll(() => display.stop());
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail')
    await counter?.window().screenshot(join(ROOT, `out/failed-${String(task.result.startTime)}.png`));
  await counter?.stop();
  counter = null;
  rmSync(folder, { recursive: true, force: true });
});

/** Every flow of every role, by one pair of hands, in one started app. */
class Day {
  private readonly counter: Counter;
  private readonly hands: Hands;
  private readonly barriers: string[] = [];
  constructor(its: Counter, hands: Hands) {
    this.counter = its;
    this.hands = hands;
  }

  private get page() {
    return this.counter.window().page;
  }
  private see(testId: string): Promise<void> {
    return this.counter.window().see(testId);
  }
  private async attribute(testId: string, name: string, value: string): Promise<void> {
    await expect
      .poll(() => this.page.getByTestId(testId).first().getAttribute(name), { timeout: 20_000 })
      .toBe(value);
  }
  /** Nothing on this screen keeps anybody out. */
  private async accessible(where: string): Promise<void> {
    const found = await new AxeBuilder({ page: this.page }).setLegacyMode(true).analyze();
    this.barriers.push(...found.violations.map(({ id, nodes }) => `${where} ${id}: ${nodes[0]?.html ?? ''}`));
  }

  async activate(): Promise<void> {
    const { clearing } = this.counter;
    const { words, action } = this.hands;
    await this.see('phase-activation');
    await this.accessible('activation');
    await words('activate-clearingUrl', clearing.url);
    await words('activate-code', clearing.activationCode('supermarket'));
    await words('activate-managerName', MANAGER.name);
    await words('activate-managerPin', MANAGER.pin);
    await words('activate-pinAgain', MANAGER.pin);
    await action('Enter', 'activate-submit');
    await this.see('phase-sign-in');
  }

  async signIn(user: { readonly name: string; readonly pin: string }): Promise<void> {
    await this.see('phase-sign-in');
    const people = await this.page
      .locator('[data-testid^="user-"]')
      .evaluateAll((all) =>
        all.map((each) => ({ id: each.getAttribute('data-testid') ?? '', words: each.textContent })),
      );
    const place = people.findIndex(({ words }) => words.includes(user.name));
    await this.hands.down(place, people[place]?.id ?? '');
    await this.hands.digits(user.pin);
    await this.hands.action('Enter', 'pin-submit');
    await this.see('phase-open');
  }

  async signOut(): Promise<void> {
    await this.hands.press('sign-out');
    await this.see('phase-sign-in');
  }

  async addUser(
    user: { readonly name: string; readonly pin: string },
    role: 'cashier' | 'support',
  ): Promise<void> {
    const { press, words } = this.hands;
    await press('add-user');
    await words('user-name', user.name);
    await press(`user-role-${role}`);
    await words('user-pin', user.pin);
    await press('user-save');
    await this.page.getByText(user.name, { exact: true }).waitFor();
  }

  async openShift(): Promise<void> {
    const { action } = this.hands;
    await action('F8', 'f8');
    await this.see('shift');
    await action('Enter', 'shift-submit');
    await this.see('shift-sheet');
    await this.accessible('shift');
    await action('Escape', 'dialog-close');
  }

  /** Offers a fresh voucher for this amount; gives its code maker back. */
  async offer(amount: string): Promise<() => string> {
    const { phone, clearing } = this.counter;
    const person = `person-${String(Math.random())}`;
    const voucher = await phone.order(clearing.url, clearing.operatorToken, {
      kind: 'supermarket-20',
      person,
    });
    await this.hands.digits(amount, 'hand');
    const show = (): string => phone.show(Date.now(), voucher);
    await this.counter.scan(show());
    return show;
  }

  async redeem(): Promise<() => string> {
    const show = await this.offer('20000');
    await this.page.locator('[data-testid="step-decided"][data-armed="true"]').waitFor();
    await this.attribute('goods', 'data-give', 'false');
    await this.accessible('decided');
    await this.hands.action('Enter', 'confirm');
    await this.see('step-accepted');
    await this.attribute('goods', 'data-give', 'true');
    await this.attribute('payable', 'data-fen', '18000');
    await this.accessible('accepted');
    await this.attribute('pending-count', 'data-count', '0');
    return show;
  }

  async back(): Promise<void> {
    await this.hands.action('Escape', 'cancel');
    await this.see('step-ready');
  }

  /** Too little spent: said by how much, and another amount makes it good without a second scan. */
  async refusedForAmount(): Promise<void> {
    await this.offer('9999');
    await this.attribute('refusal', 'data-code', 'below-threshold');
    expect(await this.counter.window().text('refusal')).toContain('0.01');
    await this.accessible('refused');
    await this.hands.digits('10000', 'hand');
    await this.hands.action('Enter', 'confirm');
    await this.page.locator('[data-testid="step-decided"][data-armed="true"]').waitFor();
    await this.back();
  }

  /** The same voucher again: the screen shows in which redemption it went. */
  async usedAlready(show: () => string): Promise<void> {
    await this.back();
    await this.hands.digits('20000', 'hand');
    await this.counter.scan(show());
    await this.attribute('refusal', 'data-code', 'already-redeemed');
    await this.see('earlier');
    expect(await this.counter.window().text('earlier')).toContain('180.00');
    await this.accessible('used already');
    await this.back();
  }

  async reverse(): Promise<void> {
    const { action } = this.hands;
    await action('F2', 'f2');
    await this.attribute('leave', 'data-leave', 'alone');
    await this.accessible('reversal');
    await action('Enter', 'reverse-submit');
    await this.see('reversed');
    await action('Escape', 'dialog-close');
    await this.attribute('last-state', 'data-state', 'reversed');
  }

  async handOver(): Promise<void> {
    const { action } = this.hands;
    await action('F8', 'f8');
    await this.see('shift-sheet');
    await action('Enter', 'shift-submit');
    await this.attribute('shift-sheet', 'data-type', 'Z');
    await this.accessible('Z report');
    await action('Enter', 'shift-submit');
    await this.see('phase-sign-in');
  }

  /** The day, the single redemption, and a part of its goods back. */
  async books(): Promise<void> {
    const { action, press, digits } = this.hands;
    await action('F9', 'f9');
    await this.attribute('day-total', 'data-discount', '2000');
    await this.accessible('day');
    await press('show-list');
    await this.see('row-0');
    await this.accessible('list');
    await press('row-0');
    await this.see('redemption-detail');
    await press('return-open');
    await digits('5000', 'return');
    await this.see('return-preview');
    await this.attribute('return-preview', 'data-paid', '5000');
    await this.accessible('return');
    await action('Enter', 'return-submit');
    await action('F5', 'return-reason-goods-returned');
    await digits(MANAGER.pin, 'return');
    await this.accessible('return approval');
    await action('Enter', 'return-submit');
    await this.see('returned');
    await action('Enter', 'return-submit');
    await this.see('redemption-detail');
    await press('detail-back');
    await press('drawer-close');
  }

  async anyDay(): Promise<void> {
    const { action, press, down } = this.hands;
    await press('range-from');
    await this.see('calendar');
    await this.accessible('calendar');
    if (this.hands.name === 'keyboard') {
      await this.page.keyboard.press('PageUp');
      await action('Enter', '');
    } else {
      await press('month-back');
      await this.page.locator('[data-testid^="day-"]').first().click();
    }
    await this.page.getByTestId('calendar').waitFor({ state: 'detached' });
    await this.see('day-total');
    await down(0, 'range-today');
  }

  async reconcile(): Promise<void> {
    await this.hands.tab('reconcile');
    await this.attribute('reconciled', 'data-off', '0');
    expect(Number(await this.page.getByTestId('reconciled').getAttribute('data-matched'))).toBeGreaterThan(0);
    await this.accessible('reconciliation');
  }

  async exportDay(): Promise<void> {
    await this.hands.tab('day');
    await this.hands.press('export-csv');
    await expect.poll(() => this.counter.window().text('export-note'), { timeout: 20_000 }).toMatch(/\.csv/);
  }

  async support(): Promise<void> {
    const { tab, press } = this.hands;
    await this.see('support');
    await this.accessible('state');
    await tab('data');
    await press('back-up');
    await expect.poll(() => this.counter.window().text('back-up-note'), { timeout: 20_000 }).toMatch(/\.db/);
    await this.accessible('data');
    await tab('carry');
    await this.accessible('carry');
    await tab('bundle');
    await press('write-bundle');
    await expect.poll(() => this.counter.window().text('bundle-note'), { timeout: 20_000 }).not.toBe('');
    const path = /\/\S+/.exec(await this.counter.window().text('bundle-note'))?.[0] ?? '';
    expect(readFileSync(path, 'utf8')).not.toContain(MANAGER.pin);
    await this.accessible('bundle');
  }

  async whole(): Promise<void> {
    const { action, tab } = this.hands;
    await this.activate();
    await this.signIn(MANAGER);
    await action('F9', 'f9');
    await tab('users');
    await this.addUser(CASHIER, 'cashier');
    await this.addUser(TECHNICIAN, 'support');
    await this.accessible('users');
    await this.signOut();

    await this.signIn(CASHIER);
    await this.see('step-ready');
    await this.accessible('ready');
    await this.openShift();
    const show = await this.redeem();
    await this.usedAlready(show);
    await this.refusedForAmount();
    await this.reverse();
    await this.redeem();
    await this.back();
    await this.handOver();

    await this.signIn(MANAGER);
    await this.books();
    await this.anyDay();
    await this.reconcile();
    await this.exportDay();
    await tab('shifts');
    await this.see('shift-sheet');
    await this.accessible('shifts');
    await this.signOut();

    await this.signIn(TECHNICIAN);
    await this.support();
    await this.signOut();
    expect(this.barriers).toEqual([]);
  }
}

test('cashier, manager and technician do all their work by keyboard alone, in Chinese at 1366×768; axe finds nothing on the way', async () => {
  folder = mkdtempSync(join(tmpdir(), 'voucher-terminal-'));
  counter = await openCounter({ folder, executable, display, size: { width: 1366, height: 768 } });
  await new Day(counter, keyboardHands(counter.window().page)).whole();
});

test('and by finger alone, in English at 1024×768', async () => {
  folder = mkdtempSync(join(tmpdir(), 'voucher-terminal-'));
  counter = await openCounter({
    folder,
    executable,
    display,
    language: 'en',
    size: { width: 1024, height: 768 },
  });
  await new Day(counter, fingerHands(counter.window().page)).whole();
});
