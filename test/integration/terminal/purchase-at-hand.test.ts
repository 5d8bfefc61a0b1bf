import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openAuthorisedCounter, type AuthorisedCounter } from '../../support/authorised-counter.ts';

/** What the counter does with the purchase at hand when things come in another order than they should. */
let counter: AuthorisedCounter;

beforeEach(async () => {
  counter = await openAuthorisedCounter();
});
afterEach(() => counter.stop());

const call: ReturnType<AuthorisedCounter['core']>['call'] = (...parameters) =>
  counter.core().call(...parameters);

const setAmount = (amountFen: number): Promise<void> => call('checkout.setAmount', { amountFen });
const scan = (text: string): Promise<void> => call('checkout.scan', { text, source: 'wedge' });

async function redeem(): Promise<void> {
  await setAmount(10_000);
  await scan(await counter.voucherCode());
  const { decisionId } = await counter.at('decided');
  await call('checkout.confirm', { decisionId });
  await counter.at('accepted');
}

test('an amount is typed once: after a used voucher another one is judged on it', async () => {
  const used = await counter.voucherCode();
  await setAmount(10_000);
  await scan(used);
  const { decisionId } = await counter.at('decided');
  await call('checkout.confirm', { decisionId });
  await setAmount(25_000);
  await scan(used);
  expect(await counter.at('refused')).toMatchObject({ code: 'already-redeemed', can: { escape: 'back' } });
  await call('checkout.acknowledge', undefined);
  expect(await counter.at('ready')).toMatchObject({ amountFen: 25_000 });
  await scan(await counter.voucherCode());
  expect(await counter.at('decided')).toMatchObject({ amountFen: 25_000, payableFen: 23_000 });
});

test('below the minimum the code waits for more goods; read and put away, the amount stays', async () => {
  await setAmount(9_900);
  await scan(await counter.voucherCode());
  expect(await counter.at('refused')).toMatchObject({ code: 'below-threshold', can: { keepsCode: true } });
  await setAmount(10_000);
  await counter.at('decided');
  await setAmount(9_900);
  await counter.at('refused');
  await call('checkout.acknowledge', undefined);
  expect(await counter.at('ready')).toMatchObject({ amountFen: 9_900 });
});

test('a training is not begun over a purchase, nor while clearing is asked', async () => {
  await setAmount(10_000);
  await expect(call('training.enter', undefined)).rejects.toThrow('training-not-now');
  counter.proxy.set({ type: 'black-hole', delivered: false });
  await scan(await counter.paymentCode('nobody'));
  await counter.at('asking');
  await expect(call('training.enter', undefined)).rejects.toThrow('training-not-now');
  await call('checkout.cancel', undefined);
  await call('training.enter', undefined);
  expect((await call('app.snapshot', undefined)).app).toMatchObject({ training: true, phase: 'open' });
});

test('a training that cannot be opened leaves the real journal at work, and says why', async () => {
  writeFileSync(join(counter.dataFolder, 'training'), 'a file where a folder should be');
  await expect(call('training.enter', undefined)).rejects.toThrow('data-folder-unwritable');
  expect((await call('app.snapshot', undefined)).app).toMatchObject({
    training: false,
    phase: 'open',
    fault: null,
  });
  await redeem();
  rmSync(join(counter.dataFolder, 'training'));
  // Its keys can be made, its journal can't.
  mkdirSync(join(counter.dataFolder, 'training', 'journal.db'), { recursive: true });
  await expect(call('training.enter', undefined)).rejects.toThrow();
  expect((await call('app.snapshot', undefined)).app).toMatchObject({
    training: false,
    phase: 'open',
    fault: null,
  });
  expect((await call('app.snapshot', undefined)).app.user).not.toBeNull();
  await redeem();
});

test('a training whose real journal cannot be opened at its end is a fault that ends by itself', async () => {
  await call('training.enter', undefined);
  const database = join(counter.dataFolder, 'journal.db');
  renameSync(database, `${database}.aside`);
  mkdirSync(database);
  await call('training.leave', undefined);
  const { app } = await call('app.snapshot', undefined);
  expect(app).toMatchObject({ phase: 'fault', training: false });
  await expect(
    call('app.activate', {
      clearingUrl: counter.proxy.url,
      activationCode: 'ABCD-EFGH-2345',
      managerName: '王店长',
      managerPin: '246810',
    }),
  ).rejects.toThrow('already-activated');
  rmSync(database, { recursive: true });
  renameSync(`${database}.aside`, database);
  await expect
    .poll(async () => (await call('app.snapshot', undefined)).app.phase, { timeout: 20_000 })
    .toBe('open');
  await redeem();
});

test('an identity that is lost is named; nobody is asked to activate a terminal that has a journal', async () => {
  await redeem();
  const identity = join(counter.dataFolder, 'identity', 'terminal.json');
  await counter.core().kill();
  renameSync(identity, `${identity}.aside`);
  await counter.restart();
  const { app } = await call('app.snapshot', undefined);
  expect(app).toMatchObject({ phase: 'fault', fault: { code: 'identity-missing' } });
  await expect(
    call('app.activate', {
      clearingUrl: counter.proxy.url,
      activationCode: 'ABCD-EFGH-2345',
      managerName: '王店长',
      managerPin: '246810',
    }),
  ).rejects.toThrow('already-activated');
  await counter.core().kill();
  renameSync(`${identity}.aside`, identity);
  await counter.restart();
  expect((await call('app.snapshot', undefined)).app.phase).not.toBe('fault');
});
