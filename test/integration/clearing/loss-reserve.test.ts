import { afterEach, beforeEach, expect, it } from 'vitest';
import { account, balances } from '../../../src/clearing/ledger/ledger.ts';
import { zhumadian2023Pack } from '../../../src/contract/campaign/zhumadian-2023.ts';
import type { TestTerminal } from '../../support/clearing-terminal.ts';
import { createWorld, type World } from '../../support/clearing-world.ts';
import type { Phone } from '../../support/demo-phone.ts';

/** A loss reserve for one double spend of 20 yuan, and not for a second. */
const RESERVE_FEN = 3000;
let world: World;
beforeEach(async () => {
  const pack = { ...zhumadian2023Pack(), offlineDoubleSpendBorneBy: 'fund', lossReserveFen: RESERVE_FEN };
  world = await createWorld({ packs: [pack] });
});
afterEach(() => world.close());

async function balance(name: string): Promise<number> {
  const all = await balances(world.clearing.context.storage.db, 1);
  return all.find((one) => one.name === name)?.balanceFen ?? 0;
}

const take = (terminal: TestTerminal, phone: Phone, offline = true) =>
  terminal.redeem({
    evidence: phone.evidence(world.now()),
    atMs: world.now(),
    amountFen: 10_000,
    discountFen: 2000,
    offline,
  });

async function lastVerdict(terminal: TestTerminal) {
  return (await terminal.send()).verdicts.at(-1);
}

it('the loss reserve pays the second of two counters that took a voucher offline, as long as it lasts, and no fund does', async () => {
  const one = await world.terminal(await world.store('supermarket'));
  const two = await world.terminal(await world.store('supermarket'));
  const [{ phone: first }, { phone: second }] = [
    await world.voucher({ kind: 'supermarket-20' }),
    await world.voucher({ kind: 'supermarket-20' }),
  ];
  take(one, first);
  take(one, second);
  await one.send();
  const entry = take(two, first);
  expect(await lastVerdict(two)).toMatchObject({
    verdict: 'refused',
    reason: 'already-redeemed',
    borneBy: 'fund',
  });
  expect(await balance(account.payable(two.storeId))).toBe(2000);
  expect([await balance(account.reserve), await balance(account.cover)]).toEqual([1000, 1000]);
  take(two, second);
  expect(await lastVerdict(two)).toMatchObject({ verdict: 'refused', borneBy: 'merchant' });
  expect(await balance(account.payable(two.storeId))).toBe(2000);
  // The sale is undone: the reserve has it back, and the voucher stays with the first counter.
  two.reverse(entry, world.now());
  expect(await lastVerdict(two)).toMatchObject({ verdict: 'settled' });
  expect([await balance(account.reserve), await balance(account.cover)]).toEqual([RESERVE_FEN, RESERVE_FEN]);
  expect(await balance(account.payable(two.storeId))).toBe(0);
  expect((await two.feed()).changes.map(({ change }) => change)).toEqual(['spent', 'spent']);
});

it('the loss reserve does not pay a counter that took the voucher twice itself, or knew better online', async () => {
  const one = await world.terminal(await world.store('supermarket'));
  const two = await world.terminal(await world.store('supermarket'));
  const { phone } = await world.voucher({ kind: 'supermarket-20' });
  take(one, phone);
  take(one, phone);
  expect(await lastVerdict(one)).toMatchObject({ verdict: 'refused', borneBy: 'merchant' });
  take(two, phone, false);
  expect(await lastVerdict(two)).toMatchObject({ verdict: 'refused', borneBy: 'merchant' });
  expect(await balance(account.cover)).toBe(RESERVE_FEN);
});
