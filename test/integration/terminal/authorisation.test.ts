import { afterEach, beforeEach, expect, test } from 'vitest';
import { writeCpm } from '../../../src/codes/cpm.ts';
import { explainRefusal } from '../../../src/contract/messages/refusals.ts';
import type { PaymentCodeReason } from '../../../src/domain/refusal-params.ts';
import { openAuthorisedCounter, PATIENCE, type AuthorisedCounter } from '../../support/authorised-counter.ts';

let counter: AuthorisedCounter;
let persons = 0;

beforeEach(async () => {
  counter = await openAuthorisedCounter();
});
afterEach(() => counter.stop());

async function customer(): Promise<string> {
  const person = `person-${(persons += 1)}`;
  await counter.issue(person);
  return person;
}

const setAmount = (amountFen: number): Promise<void> =>
  counter.core().call('checkout.setAmount', { amountFen });

async function show(person: string): Promise<void> {
  await counter.core().call('checkout.scan', { text: await counter.paymentCode(person), source: 'wedge' });
}

async function confirm(): Promise<void> {
  const { decisionId } = await counter.at('decided');
  await counter.core().call('checkout.confirm', { decisionId });
}

/** The newest redemption has clearing's verdict. */
const newestState = async (): Promise<string | undefined> => {
  const [newest] = await counter.core().call('redemptions.recent', { limit: 1 });
  return newest?.state;
};

test('a payment code is held, booked and settled exactly once, to the fen', async () => {
  const person = await customer();
  await setAmount(12_850);
  await show(person);
  const decided = await counter.at('decided');
  expect(decided).toMatchObject({
    voucher: { kindId: 'supermarket-20', faceValueFen: 2000 },
    discountFen: 2000,
    payableFen: 10_850,
    offline: false,
  });
  await confirm();
  expect(await counter.at('accepted')).toMatchObject({ redemption: { kindId: 'supermarket-20' } });
  await expect.poll(newestState, PATIENCE).toBe('settled');
  expect(await counter.settled()).toEqual({ redemptions: 1, redeemedFen: 2000, netFen: 2000 });
  await setAmount(12_850);
  await show(person);
  expect(await counter.at('refused')).toMatchObject({ code: 'already-redeemed' });
});

test('a payment code before the amount waits for the amount', async () => {
  const person = await customer();
  await show(person);
  expect(await counter.at('refused')).toMatchObject({ code: 'amount-missing' });
  await setAmount(10_000);
  expect(await counter.at('decided')).toMatchObject({ payableFen: 8000 });
});

test('what stands behind a code of 云闪付 is said as it is: no voucher, a code that nobody knows, a code of another form', async () => {
  const said = async (text: string): Promise<readonly [unknown, string]> => {
    await setAmount(10_000);
    await counter.core().call('checkout.scan', { text, source: 'wedge' });
    const state = await counter.at('refused');
    await counter.core().call('checkout.cancel', undefined);
    return [[state.code, state.params], explainRefusal('zh', state).headline];
  };
  const refusal = (reason: PaymentCodeReason) => ['not-a-voucher-code', { found: 'payment-code', reason }];
  expect(await said(await counter.paymentCode('nobody-with-a-voucher'))).toEqual([
    refusal('no-voucher'),
    '此付款码名下没有本店可用的消费券。',
  ]);
  expect(await said(`62${'1'.repeat(17)}`)).toEqual([refusal('unknown'), '清算系统查不到这个付款码。']);
  expect(await said(writeCpm('A000000333010101', new Uint8Array([0x57, 1, 1])))).toEqual([
    refusal('unsupported'),
    '清算系统不支持这种云闪付码。',
  ]);
});

test('below the minimum nothing is held, and a higher amount asks anew', async () => {
  const person = await customer();
  await setAmount(9999);
  await show(person);
  expect(await counter.at('refused')).toMatchObject({ code: 'below-threshold', params: { shortfallFen: 1 } });
  await setAmount(10_000);
  await counter.at('decided');
  await setAmount(20_000);
  expect(await counter.at('decided')).toMatchObject({ amountFen: 20_000, payableFen: 18_000 });
  await confirm();
  await expect.poll(newestState, PATIENCE).toBe('settled');
  expect(await counter.settled()).toMatchObject({ redemptions: 1, redeemedFen: 2000 });
});

test('an answer that was cut is unknown, never a refusal; asked again it is the same voucher, charged once', async () => {
  const person = await customer();
  await setAmount(10_000);
  counter.proxy.set({ type: 'reset-in-answer', afterBytes: 40 });
  await show(person);
  const { authorisationId } = await counter.at('unknown');
  await expect(counter.core().call('checkout.query', { authorisationId: 'another' })).rejects.toThrow(
    'authorisation-unknown',
  );
  counter.proxy.set({ type: 'none' });
  await counter.core().call('checkout.query', { authorisationId });
  await confirm();
  await expect.poll(newestState, PATIENCE).toBe('settled');
  expect(await counter.settled()).toEqual({ redemptions: 1, redeemedFen: 2000, netFen: 2000 });
});

test('an answer that alone was lost is asked for again by itself, although clearing was never out of reach', async () => {
  const person = await customer();
  await setAmount(10_000);
  counter.proxy.set({ type: 'reset-in-answer', afterBytes: 40 });
  await show(person);
  await counter.at('unknown');
  counter.proxy.set({ type: 'none' });
  await counter.at('decided');
});

test('what nobody answers is unknown in the end; given up, its voucher is free again', async () => {
  const person = await customer();
  await setAmount(10_000);
  counter.proxy.set({ type: 'black-hole', delivered: true });
  await show(person);
  expect(await counter.at('asking')).toMatchObject({ amountFen: 10_000 });
  await counter.at('unknown');
  await counter.core().call('checkout.cancel', undefined);
  await counter.at('ready');
  counter.proxy.set({ type: 'none' });
  await counter.core().call('sync.now', undefined);
  await counter.online();
  await setAmount(30_000);
  await show(person);
  expect(await counter.at('decided')).toMatchObject({ amountFen: 30_000, discountFen: 2000 });
});

test('a release that overtakes its request leaves nothing held behind it', async () => {
  const person = await customer();
  await setAmount(10_000);
  let delayed = false;
  counter.proxy.plan(() => {
    if (delayed) return { type: 'none' };
    delayed = true;
    return { type: 'latency', ms: 1500 };
  });
  await show(person);
  await counter.at('asking');
  await counter.core().call('checkout.cancel', undefined);
  // The delayed request has reached clearing by the time the next one is decided on.
  await expect.poll(() => counter.proxy.met.get('latency'), PATIENCE).toBe(1);
  await setAmount(20_000);
  await show(person);
  expect(await counter.at('decided')).toMatchObject({ amountFen: 20_000, discountFen: 2000 });
  await confirm();
  await expect.poll(newestState, PATIENCE).toBe('settled');
  expect(await counter.settled()).toEqual({ redemptions: 1, redeemedFen: 2000, netFen: 2000 });
});

test('killed between hold and confirmation, the voucher is free again; killed after it, it settles once', async () => {
  const person = await customer();
  await setAmount(10_000);
  await show(person);
  await counter.at('decided');
  await counter.killAndRestart();
  await counter.online();
  expect(await counter.core().call('redemptions.recent', { limit: 5 })).toEqual([]);
  await setAmount(10_000);
  await show(person);
  const { decisionId } = await counter.at('decided');
  // Neither the capture nor the entry reaches clearing before the core is gone.
  counter.proxy.set({ type: 'black-hole', delivered: false });
  await counter.core().call('checkout.confirm', { decisionId });
  await counter.at('accepted');
  await counter.core().kill();
  expect(await counter.settled()).toMatchObject({ redemptions: 0 });
  counter.proxy.set({ type: 'none' });
  await counter.killAndRestart();
  await expect.poll(newestState, PATIENCE).toBe('settled');
  expect(await counter.settled()).toEqual({ redemptions: 1, redeemedFen: 2000, netFen: 2000 });
});

test('taken back before clearing heard of it, the voucher is free and no fund has paid', async () => {
  const person = await customer();
  await setAmount(10_000);
  await show(person);
  const { decisionId } = await counter.at('decided');
  counter.proxy.set({ type: 'black-hole', delivered: false });
  await counter.core().call('checkout.confirm', { decisionId });
  const { redemption } = await counter.at('accepted');
  const { epoch, seq } = redemption;
  await counter.core().call('redemptions.reverse', { epoch, seq, reason: '', approval: null });
  counter.proxy.set({ type: 'none' });
  await counter.core().call('sync.now', undefined);
  await expect
    .poll(async () => (await counter.core().call('support.status', undefined)).unsentEntries, PATIENCE)
    .toBe(0);
  expect(await counter.settled()).toMatchObject({ netFen: 0 });
  await setAmount(10_000);
  await show(person);
  await counter.at('decided');
});
