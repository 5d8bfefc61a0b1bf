import type { AppPage } from '../../test/support/app-window.ts';
import type { Counter } from '../../test/support/counter.ts';
import type { PhoneVoucher } from '../../test/support/demo-phone.ts';
import type { Seen, Transcript } from './transcript.ts';

const SETTLE_TIMEOUT_MS = 20_000;
const POLL_MS = 50;

/** Waits until a reading of the screen satisfies, and returns it; throws what it last was. */
async function until<T>(read: () => Promise<T>, good: (value: T) => boolean, what: string): Promise<T> {
  const deadline = Date.now() + SETTLE_TIMEOUT_MS;
  for (;;) {
    const value = await read();
    if (good(value)) return value;
    if (Date.now() > deadline) throw new Error(`${what}: still ${JSON.stringify(value)}`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

/** How many steps `playDemo` plays. */
export const DEMO_STEPS = 12;

/** A morning at the counter, played in the real window. */
export async function playDemo(counter: Counter<AppPage>, { step }: Transcript): Promise<void> {
  const { clearing, phone } = counter;
  const window = counter.window();
  const order = (kind: string): Promise<PhoneVoucher> =>
    phone.order(clearing.url, clearing.operatorToken, { kind, person: `demo-${kind}-${Date.now()}` });
  const show = (voucher: PhoneVoucher): Promise<void> => counter.scan(phone.show(Date.now(), voucher));
  const settled = (state: string): Promise<string | null> =>
    until(
      () => window.find('last-state').getAttribute('data-state'),
      (value) => value === state,
      'the last redemption',
    );
  const pending = (count: number): Promise<string | null> =>
    until(
      () => window.find('pending-count').getAttribute('data-count'),
      (value) => value === String(count),
      'pending',
    );
  const screen = async (testId: string, ...parts: readonly string[]): Promise<Seen> => {
    await window.see(testId);
    const saw = await window.text(testId);
    return { saw, asExpected: parts.every((part) => saw.includes(part)) };
  };
  const clear = async (): Promise<void> => {
    await counter.press('Escape');
    await window.see('step-ready');
  };

  const first = await order('supermarket-20');
  const second = await order('supermarket-20');
  const third = await order('supermarket-20');

  await step('activation with a one-time code', async () => {
    await counter.activate();
    return { saw: 'activated, first manager made', asExpected: true };
  });
  await step('sign-in, ready to scan', async () => {
    await counter.signIn();
    await window.see('step-ready');
    const tone = await until(
      () => window.find('light-network').getAttribute('data-tone'),
      (value) => value === 'ok',
      'network light',
    );
    return { saw: `ready, network ${String(tone)}`, asExpected: true };
  });
  await step('128.50 with a 20-yuan supermarket voucher', async () => {
    await counter.type('12850');
    await show(first);
    return screen('step-decided', '108.50');
  });
  await step('Enter: accepted', async () => {
    await window.page.locator('[data-testid="step-decided"][data-armed="true"]').waitFor();
    await counter.press('Enter');
    return screen('step-accepted', '108.50');
  });
  await step('settled by clearing', async () => {
    await settled('settled');
    const saw = await window.text('last');
    return { saw, asExpected: saw.includes('108.50') };
  });
  await step('99.99: refused, and by how much it falls short', async () => {
    await clear();
    await counter.type('9999');
    await show(second);
    return screen('step-refused', '0.01');
  });
  await step('the first voucher again: refused, with when and where', async () => {
    await clear();
    await counter.type('12850');
    await show(first);
    return screen('step-refused', '演示超市');
  });
  await step('an Alipay code: named', async () => {
    await clear();
    await counter.scan('281234567890123456');
    return screen('step-refused', '支付宝');
  });
  await step('a goods barcode: named', async () => {
    await clear();
    await counter.scan('6901234567892');
    return screen('step-refused', '商品条码');
  });
  await step('clearing stopped: accepted offline, one pending', async () => {
    await clear();
    await clearing.stop();
    await until(
      () => window.find('connection').first().getAttribute('data-state'),
      (value) => value === 'offline',
      'connection',
    );
    await counter.type('15000');
    await show(second);
    await window.page.locator('[data-testid="step-decided"][data-armed="true"]').waitFor();
    await counter.press('Enter');
    await window.see('step-accepted');
    await pending(1);
    return { saw: `accepted, ${await window.text('sync-band')}`, asExpected: true };
  });
  await step('clearing comes back: settled, none pending', async () => {
    await clearing.start();
    await settled('settled');
    await pending(0);
    return { saw: await window.text('last'), asExpected: true };
  });
  await step(
    'the core is killed right after an acceptance: it comes back, the redemption is there',
    async () => {
      await clear();
      await counter.type('20000');
      await show(third);
      await window.page.locator('[data-testid="step-decided"][data-armed="true"]').waitFor();
      const before = await window.corePid();
      if (before === null) throw new Error('no process of the core found');
      await counter.press('Enter');
      await window.see('step-accepted');
      process.kill(before, 'SIGKILL');
      const after = await until(
        () => window.corePid(),
        (pid) => pid !== null && pid !== before,
        'the core',
      );
      await window.see('phase-open');
      await settled('settled');
      const saw = await window.text('last');
      return { saw: `core ${before} → ${String(after)}; ${saw}`, asExpected: saw.includes('180.00') };
    },
  );
}
