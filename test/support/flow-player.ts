import { AxeBuilder } from '@axe-core/playwright';
import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import { z } from 'zod';
import { terminalsAnswerSchema } from '../../src/contract/clearing/operator/stores.ts';
import type { Counter } from './counter.ts';
import type { PhoneVoucher } from './demo-phone.ts';
import type { FaultProxy } from './fault-proxy.ts';
import type { Hands } from './hands.ts';

/** Nothing is decided by it: only how long a flow waits before it gives up. */
const PATIENCE = { timeout: 30_000, interval: 20 };

export interface Person {
  readonly name: string;
  readonly pin: string;
}

export interface PlayerOptions {
  readonly counter: Counter;
  /** The network between this counter and clearing. */
  readonly proxy: FaultProxy;
  readonly handsOf: (page: Page) => Promise<Hands>;
  /** Whether axe looks at every screen on the way. */
  readonly axe: boolean;
}

/** Somebody with one pair of hands at one counter: what every flow needs to see, touch and ask clearing for. */
export class Player {
  readonly counter: Counter;
  readonly proxy: FaultProxy;
  /** What axe found. */
  readonly barriers: string[] = [];
  private readonly options: PlayerOptions;
  private held: Hands;

  private constructor(options: PlayerOptions, hands: Hands) {
    this.options = options;
    this.counter = options.counter;
    this.proxy = options.proxy;
    this.held = hands;
  }
  static async sitDown(options: PlayerOptions): Promise<Player> {
    return new Player(options, await options.handsOf(options.counter.window().page));
  }

  get hands(): Hands {
    return this.held;
  }
  get page(): Page {
    return this.counter.window().page;
  }
  see(testId: string): Promise<void> {
    return this.counter.window().see(testId);
  }
  gone(testId: string): Promise<void> {
    return this.page.getByTestId(testId).first().waitFor({ state: 'detached' });
  }
  text(testId: string): Promise<string> {
    return this.counter.window().text(testId);
  }
  async says(testId: string, what: RegExp | string): Promise<void> {
    await expect.poll(() => this.text(testId), PATIENCE).toMatch(what);
  }
  async attribute(testId: string, name: string, value: string): Promise<void> {
    await this.page
      .locator(`[data-testid="${testId}"][${name}="${value}"]`)
      .first()
      .waitFor()
      .catch(async (error: unknown) => {
        const found = await this.page
          .getByTestId(testId)
          .first()
          .getAttribute(name, { timeout: 100 })
          .catch(() => 'nothing');
        const texts = await this.page
          .locator('section.stage, [role="dialog"], [role="status"]')
          .allInnerTexts()
          .catch(() => []);
        const seen = texts.join(' | ').replaceAll(/\s+/gu, ' ').slice(0, 500);
        throw new Error(`${testId} has ${name} ${String(found)}, not ${value}; on the screen: ${seen}`, {
          cause: error,
        });
      });
  }
  /** The bars of the nth chart of the day. */
  bars(chart: number): Locator {
    return this.page.locator('.chart').nth(chart).locator('path[fill="#0c5a78"]');
  }
  /** Nothing on this screen keeps anybody out. */
  async accessible(where: string): Promise<void> {
    if (!this.options.axe) return;
    const found = await new AxeBuilder({ page: this.page }).setLegacyMode(true).analyze();
    this.barriers.push(...found.violations.map(({ id, nodes }) => `${where} ${id}: ${nodes[0]?.html ?? ''}`));
  }
  /** Ends the program and starts it anew, as a person who found it ended. */
  async restart(between: () => void): Promise<void> {
    await this.counter.window().close();
    between();
    await this.counter.restart();
    this.held = await this.options.handsOf(this.page);
  }

  async signIn(user: Person): Promise<void> {
    await this.see('phase-sign-in');
    const people = await this.page
      .locator('[data-testid^="user-"]')
      .evaluateAll((all) =>
        all.map((each) => ({ id: each.getAttribute('data-testid') ?? '', words: each.textContent })),
      );
    const place = people.findIndex(({ words }) => words.includes(user.name));
    await this.hands.down(place, people[place]?.id ?? '');
    await this.hands.digits(user.pin);
    await this.attribute('pin-length', 'data-length', String(user.pin.length));
    await this.hands.action('Enter', 'pin-submit');
    await this.see('phase-open');
  }
  async signOut(): Promise<void> {
    await this.hands.press('sign-out');
    await this.see('phase-sign-in');
  }

  /** Clearing's one-time code for somebody of this terminal, once clearing knows that they are there. */
  async resetCode(name: string): Promise<string> {
    const { id } = await this.terminal();
    const path = `terminals/${id}/users`;
    const usersSchema = z.object({ users: z.array(z.object({ userId: z.string(), name: z.string() })) });
    const user = async (): Promise<string | undefined> =>
      usersSchema
        .parse(await this.counter.clearing.operator(`/v1/operator/${path}`))
        .users.find((each) => each.name === name)?.userId;
    await expect.poll(user, PATIENCE).toBeDefined();
    const answer = await this.operatorDoes(`terminals/${id}/pin-resets`, {
      userId: await user(),
      reason: 'forgotten',
    });
    return z.object({ code: z.string() }).parse(answer).code;
  }

  cut(): void {
    this.proxy.set({ type: 'reset-in-request', afterBytes: 0 });
  }
  mend(): void {
    this.proxy.set({ type: 'none' });
  }

  /** A new voucher of somebody's. */
  voucher(person = `person-${String(Math.random())}`): Promise<PhoneVoucher> {
    const { phone, clearing } = this.counter;
    return phone.order(clearing.url, clearing.operatorToken, { kind: 'supermarket-20', person });
  }
  /** What an operator of clearing does meanwhile. */
  async operatorDoes(path: string, body: unknown): Promise<unknown> {
    const { url, operatorToken } = this.counter.clearing;
    const answer = await fetch(`${url}/v1/operator/${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${operatorToken}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`);
    return answer.json();
  }
  /** This terminal and its store, as clearing knows them. */
  async terminal(): Promise<{ readonly id: string; readonly storeId: string }> {
    const answer = await this.counter.clearing.operator('/v1/operator/terminals');
    const mine = terminalsAnswerSchema.parse(answer).terminals.find(({ epoch }) => epoch > 0);
    if (mine === undefined) throw new Error('clearing knows no activated terminal');
    return mine;
  }
}
