import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Counter } from '../support/counter.ts';
import { openStand, type CounterStand } from '../support/counter-stand.ts';

let stand: CounterStand;
let counter: Counter;

beforeAll(async () => {
  stand = await openStand();
  ({ counter } = stand);
  await counter.activate();
  await counter.signIn();
});
afterAll(() => stand.close());

/** What the next customer's phone shows. */
async function code(): Promise<string> {
  const { phone, clearing } = counter;
  // Good for a while already: an answer of clearing's that was held up puts the terminal's clock back by seconds.
  const order = {
    kind: 'supermarket-20',
    person: `person-${String(Math.random())}`,
    notBeforeMs: Date.now() - 60_000,
  };
  return phone.show(Date.now(), await phone.order(clearing.url, clearing.operatorToken, order));
}

/** Sells for 200 yuan with a voucher of 20: the green verdict is on the screen. */
async function redeem(): Promise<void> {
  const tone = (): Promise<string | null> => counter.window().find('light-scanner').getAttribute('data-tone');
  await expect.poll(tone, { timeout: 30_000 }).toBe('ok');
  await counter.type('20000');
  await counter.scan(await code());
  await counter.window().page.locator('[data-testid="step-decided"][data-armed="true"]').waitFor();
  await counter.press('Enter');
  await counter.window().see('step-accepted');
  // Clearing's answer is written to the disk: who is held at that is told of a slow disk.
  await counter.window().page.locator('[data-testid="pending-count"][data-count="0"]').waitFor();
}

async function corePid(): Promise<number> {
  const pid = await counter.window().corePid();
  if (pid === null) throw new Error('no core');
  return pid;
}

/** What a person sees in the middle of the stage: the test id of the outermost thing there. */
const inSight = (): Promise<string | null> =>
  counter.window().page.evaluate(() => {
    const { innerWidth, innerHeight } = window;
    const seen = document.elementFromPoint(innerWidth / 3, innerHeight / 2);
    return (
      seen?.closest('[data-testid="core-away"], [data-testid^="step-"]')?.getAttribute('data-testid') ?? null
    );
  });

const isCovered = async (): Promise<boolean> => (await inSight()) === 'core-away';

beforeEach(redeem);

test('a green verdict over a core that is held is covered; keys are told to be void; after 10 s the next customer is served', async () => {
  const window = counter.window();
  const pid = await corePid();
  expect(await inSight()).toBe('step-accepted');
  process.kill(pid, 'SIGSTOP');
  const fromMs = performance.now();
  await expect.poll(isCovered, { timeout: 10_000, interval: 50 }).toBe(true);
  expect(performance.now() - fromMs).toBeLessThan(4_500);
  expect(await window.find('core-away').getAttribute('data-why')).toBe('silent');
  await counter.type('815');
  await window.page.locator('[data-testid="core-away-keys"][data-missed="true"]').waitFor();
  await counter.scan(await code());

  await expect.poll(isCovered, { timeout: 30_000, interval: 50 }).toBe(false);
  expect(performance.now() - fromMs).toBeGreaterThan(9_000);
  await window.see('step-ready');
  expect(await corePid()).not.toBe(pid);
  expect(await window.find('amount').getAttribute('data-fen')).toBe('0');
  expect(await window.text('last')).toContain('180.00');
  await redeem();
});

test('a core that answers again in time goes on; what was scanned meanwhile is not taken, and told so', async () => {
  const window = counter.window();
  const pid = await corePid();
  process.kill(pid, 'SIGSTOP');
  await expect.poll(isCovered, { timeout: 10_000, interval: 50 }).toBe(true);
  await counter.scan(await code());
  await sleep(1_000);
  process.kill(pid, 'SIGCONT');
  await window.page.locator('[data-testid="scan-ignored"][data-why="stalled"]').waitFor();
  await expect.poll(isCovered, { interval: 50 }).toBe(false);
  expect(await corePid()).toBe(pid);
  await window.see('step-ready');
});

test('a PC that slept, and a main process that was held, cover nothing', async () => {
  const core = await corePid();
  const main = counter.window().app.process().pid ?? 0;
  for (const pids of [[core, main], [main]]) {
    for (const pid of pids) process.kill(pid, 'SIGSTOP');
    await sleep(4_500);
    // Main is the first to wake.
    for (const pid of pids.toReversed()) {
      process.kill(pid, 'SIGCONT');
      await sleep(1_000);
    }
    for (let looks = 0; looks < 40; looks += 1) {
      expect(await isCovered()).toBe(false);
      await sleep(50);
    }
  }
  expect(await corePid()).toBe(core);
});
