import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { businessDay } from '../../src/domain/business-day.ts';
import type { Counter } from '../support/counter.ts';
import { openStand, type CounterStand } from '../support/counter-stand.ts';

/** What a cashier meets when things come in another order than they should, in the real window. */
const TOKEN = 'A'.repeat(43);
const TILL_PORT = 47_381;
const STRAY = '6901234567892';
const ANOTHER_STRAY = '4006381333931';

let stand: CounterStand;
let counter: Counter;

beforeAll(async () => {
  const settings = { till: { enabled: true, port: TILL_PORT, token: TOKEN } };
  stand = await openStand({ settings });
  ({ counter } = stand);
  await counter.activate();
  await counter.signIn();
});
afterAll(() => stand.close());

const operator = async (path: string, body: unknown): Promise<unknown> => {
  const { url, operatorToken } = counter.clearing;
  const answer = await fetch(`${url}/v1/operator/${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${operatorToken}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return answer.json();
};
const paymentCode = async (person: string): Promise<string> =>
  z.object({ code: z.string() }).parse(await operator('payment-codes', { campaignNumber: 1, person })).code;
const order = (person: string) =>
  counter.phone.order(counter.clearing.url, counter.clearing.operatorToken, {
    kind: 'supermarket-20',
    person,
  });

function till(method: string, receipt: string, body?: unknown): Promise<Response> {
  const address = `http://127.0.0.1:${TILL_PORT}/v1/redemptions/${businessDay(Date.now())}/K7/${receipt}`;
  const authorization = `Bearer ${TOKEN}`;
  if (body === undefined) return fetch(address, { method, headers: { authorization } });
  const headers = { authorization, 'content-type': 'application/json' };
  return fetch(address, { method, headers, body: JSON.stringify(body) });
}

/** Step, and the amount that the screen shows. */
async function seen(step: string, fen?: number): Promise<void> {
  const window = counter.window();
  await window.see(`step-${step}`);
  if (fen !== undefined)
    await window.page.locator(`[data-testid="amount"][data-fen="${fen}"]`).first().waitFor();
}
const armed = (step: string): Promise<void> =>
  counter.window().page.locator(`[data-testid="step-${step}"][data-armed="true"]`).waitFor();
const nothing = async (): Promise<void> => {
  await counter.press('Escape');
  await counter.press('Escape');
  await seen('ready', 0);
};
/** What happens while the core is too slow to follow the keys, as on a busy disk. */
async function whileSlow(work: () => Promise<void>): Promise<void> {
  const pid = await counter.window().corePid();
  if (pid === null) throw new Error('no core');
  process.kill(pid, 'SIGSTOP');
  try {
    await work();
    // The last digit is held back until it is known to be no scanner's.
    await sleep(150);
  } finally {
    process.kill(pid, 'SIGCONT');
  }
}

test('a payment code before the amount asks for the amount, and is used with it', async () => {
  await order('wang');
  await counter.scan(await paymentCode('wang'));
  await seen('refused');
  expect(await counter.window().page.locator('.stage-stop').count()).toBe(0);
  await counter.type('12850');
  await counter.press('Enter');
  await seen('decided', 12_850);
  await armed('decided');
  await counter.press('Enter');
  await seen('accepted');
  await nothing();
});

test('an amount is kept after a used voucher; Enter puts the refusal away, and the next voucher is judged', async () => {
  const [first, second] = [await order('li'), await order('zhao')];
  await counter.type('20000');
  await counter.scan(counter.phone.show(Date.now(), first));
  await armed('decided');
  await counter.press('Enter');
  await seen('accepted');
  await nothing();
  await counter.type('30000');
  await counter.scan(counter.phone.show(Date.now() + 1000, first));
  await armed('refused');
  await counter.press('Enter');
  await seen('ready', 30_000);
  // Typed after the refusal: not more digits of the amount that was kept.
  await counter.type('25000');
  await seen('ready', 25_000);
  await counter.scan(counter.phone.show(Date.now(), second));
  await seen('decided', 25_000);
  await nothing();
});

test('a second amount below the minimum is refused for all to see, and digits left behind are void', async () => {
  await counter.type('500');
  await counter.scan(counter.phone.show(Date.now(), await order('zhou')));
  await armed('refused');
  const refusal = counter.window().page.locator('.stage-stop');
  for (const digits of ['600', '600']) {
    await counter.type(digits);
    await refusal.waitFor({ state: 'detached' });
    await counter.press('Enter');
    await refusal.waitFor();
    await seen('refused', 600);
  }
  await counter.type('12');
  await counter.scan(STRAY);
  await refusal.waitFor();
  await armed('refused');
  await counter.press('Enter');
  await seen('ready', 600);
  await nothing();
});

test('keys that a slow core has not followed yet mean what they will mean then', async () => {
  await counter.type('12850');
  await seen('ready', 12_850);
  await whileSlow(async () => {
    await counter.press('Escape');
    await counter.type('5');
  });
  await seen('ready', 5);
  await nothing();

  await counter.type('500');
  await counter.scan(counter.phone.show(Date.now(), await order('wu')));
  await armed('refused');
  await whileSlow(async () => {
    await counter.press('Enter');
    await counter.type('250');
  });
  await seen('ready', 250);
  await nothing();
});

test('nothing takes the green verdict away that was confirmed and is being written', async () => {
  for (const key of ['Escape', 'Enter']) {
    await counter.type('20000');
    await counter.scan(counter.phone.show(Date.now(), await order(`after-${key}`)));
    await armed('decided');
    await whileSlow(async () => {
      await counter.press('Enter');
      if (key === 'Enter') await counter.type('300');
      await counter.press(key);
    });
    await armed('accepted');
    await seen('accepted', 20_000);
    await nothing();
  }
});

test('Esc takes back digits that were erased already; the voucher waits on', async () => {
  await counter.type('20000');
  await counter.scan(counter.phone.show(Date.now(), await order('zheng')));
  await armed('decided');
  await counter.type('5');
  await seen('decided', 5);
  await counter.press('Backspace');
  await seen('decided', 0);
  await counter.press('Escape');
  await seen('decided', 20_000);
  await nothing();
});

test('a stray goods barcode on an idle counter keeps no till out, and ends by itself', async () => {
  await counter.scan(STRAY);
  await seen('refused');
  expect((await till('PUT', 'R-1', { amountFen: 15_000 })).status).toBe(201);
  await seen('ready', 15_000);
  expect((await till('DELETE', 'R-1')).status).toBe(200);
  await seen('ready', 0);
  await counter.scan(ANOTHER_STRAY);
  await seen('refused');
  await counter.window().page.locator('[data-testid="step-ready"]').waitFor({ timeout: 30_000 });
});

test('the amount of a till is the till’s: digits change nothing and say so, and what is redeemed is that amount', async () => {
  const window = counter.window();
  expect((await till('PUT', 'R-2', { amountFen: 9_000 })).status).toBe(201);
  await seen('ready', 9_000);
  await counter.type('10000');
  await seen('ready', 9_000);
  expect(await window.text('hint')).toContain('收银机');
  const answer = await window.page.evaluate(async () => {
    const { terminal } = globalThis as unknown as {
      terminal: {
        call: Record<string, (input: unknown) => Promise<{ ok: boolean; fault?: { code: string } }>>;
      };
    };
    return terminal.call['checkout.setAmount']?.({ amountFen: 10_000 });
  });
  expect(answer).toMatchObject({ ok: false, fault: { code: 'amount-from-till' } });
  await counter.scan(counter.phone.show(Date.now(), await order('qian')));
  await seen('refused', 9_000);
  await counter.type('10000');
  await seen('refused', 9_000);
  await counter.press('Enter');
  await seen('ready', 9_000);
  expect(await (await till('GET', 'R-2')).json()).toMatchObject({ state: 'waiting', amountFen: 9_000 });
  await counter.press('Escape');
  await seen('ready', 0);
  expect(await (await till('GET', 'R-2')).json()).toMatchObject({ state: 'cancelled' });
});

test('a training that cannot be opened says why, and the counter goes on in its real journal', async () => {
  writeFileSync(join(counter.dataFolder, 'training'), 'a file where a folder should be');
  const window = counter.window();
  await counter.press('F1');
  await window.see('training-enter');
  await window.find('training-enter').click();
  await window.see('problem');
  await counter.press('Escape');
  rmSync(join(counter.dataFolder, 'training'));
  await counter.type('20000');
  await counter.scan(counter.phone.show(Date.now(), await order('sun')));
  await armed('decided');
  await counter.press('Enter');
  await seen('accepted');
  await nothing();
});

test('a code scanned in the moment in which a window is put away is the purchase’s, not lost', async () => {
  const window = counter.window();
  const code = counter.phone.show(Date.now(), await order('shen'));
  await counter.press('F1');
  await window.see('training-enter');
  // Main carries messages both ways: while it is busy the window closes, and the core still believes it open.
  await window.app.evaluate(() => {
    setTimeout(() => {
      const endsAtMs = Date.now() + 1500;
      while (Date.now() < endsAtMs);
    }, 200);
  });
  await window.page.evaluate(() => {
    setTimeout(() => {
      document.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true }));
    }, 600);
  });
  await sleep(1000);
  await counter.scan(code);
  await seen('amount-needed');
  await nothing();
});
