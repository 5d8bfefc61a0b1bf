import { afterEach, beforeEach, expect, test } from 'vitest';
import { reverse as reverseAt } from '../../../../src/terminal/counter/reversal.ts';
import { FaultError } from '../../../../src/terminal/fault-error.ts';
import { NOON } from '../../../support/journal-builder.ts';
import { PINS, reportWorld, type ReportWorld } from '../../../support/report-world.ts';

const FIVE_MINUTES = 5 * 60_000;
let world: ReportWorld;
beforeEach(async () => {
  world = await reportWorld();
  await world.signIn('李小红', PINS.cashier);
});
afterEach(() => world.close());

const approval = (pin = PINS.manager) => ({ managerId: 'M-1', pin });
async function faultOf(run: () => unknown): Promise<string> {
  try {
    await run();
  } catch (error) {
    if (error instanceof FaultError) return error.fault.code;
    throw error;
  }
  return 'none';
}
const reverse = (
  name: { readonly epoch: number; readonly seq: number },
  allowed: ReturnType<typeof approval> | null = null,
  reason = '',
) => world.counter['redemptions.reverse']({ ...name, approval: allowed, reason });

test('the same cashier takes a redemption back alone within five minutes, and its voucher is free again', async () => {
  const name = world.redeem(1);
  world.at(NOON + FIVE_MINUTES - 1);
  const view = await reverse(name);
  expect(view.state).toBe('reversed');
  expect(world.journal.redemptionOfVoucher(1, '1')).toBeNull();
  expect(world.redeem(1).seq).toBeGreaterThan(name.seq);
});

test('from the fifth minute on only with the manager, and with a reason', async () => {
  const name = world.redeem(1);
  world.at(NOON + FIVE_MINUTES);
  expect(await faultOf(() => reverse(name))).toBe('reversal-needs-manager');
  expect(await faultOf(() => reverse(name, approval()))).toBe('reversal-needs-manager');
  expect(await faultOf(() => reverse(name, approval('000000'), 'wrong-amount'))).toBe('wrong-pin');
  expect(world.journal.redemption(name.epoch, name.seq)?.state).toBe('pending');
  expect((await reverse(name, approval(), 'wrong-amount')).state).toBe('reversed');
});

test("another cashier's redemption needs the manager at once, and a cashier is no manager", async () => {
  const name = world.redeem(1);
  await world.signIn('王强', PINS.other);
  expect(await faultOf(() => reverse(name))).toBe('reversal-needs-manager');
  const cashier = { managerId: world.userId('李小红'), pin: PINS.cashier };
  expect(await faultOf(() => reverse(name, cashier, 'wrong-amount'))).toBe('not-allowed');
  expect((await reverse(name, approval(), 'wrong-amount')).state).toBe('reversed');
});

test('a redemption is taken back once, never after its business day, and never one that is not there', async () => {
  const name = world.redeem(1);
  expect(await faultOf(() => reverse({ epoch: 1, seq: 999 }))).toBe('redemption-unknown');
  await reverse(name);
  expect(await faultOf(() => reverse(name))).toBe('reversal-not-possible');
  const late = world.redeem(2);
  world.at(Date.UTC(2023, 5, 10, 16, 0));
  expect(await faultOf(() => reverse(late, approval(), 'wrong-amount'))).toBe('reversal-too-late');
});

test('a sale of the new calendar day can be taken back although the cut-over that just came counts it to the old one', async () => {
  world.at(Date.UTC(2023, 5, 10, 17, 0));
  const name = world.redeem(1, '2023-06-11');
  const parts = { ...world.parts, cutOverMinutes: () => 360 };
  const view = await reverseAt(parts, { ...name, approval: null, reason: '' });
  expect(view.state).toBe('reversed');
});

test('what goods came back of is not taken back whole', async () => {
  const name = world.redeem(1, undefined, 15_000);
  const { epoch, seq } = name;
  const redemptionId = world.journal.redemption(epoch, seq)?.redemptionId ?? '';
  world.journal.append(NOON, () => ({
    kind: 'refund',
    body: {
      ...{ of: { epoch, seq }, redemptionId, returnedFen: 1000, backToFundFen: 0, paidOutFen: 1000 },
      ...{ by: 'C-1', approvedBy: 'M-1', reason: '' },
    },
  }));
  expect(await faultOf(() => reverse(name))).toBe('reversal-not-possible');
});

test('of two reversals at the same moment one is written', async () => {
  const name = world.redeem(1);
  world.at(NOON + FIVE_MINUTES);
  const both = await Promise.all([
    faultOf(() => reverse(name, approval(), 'wrong-amount')),
    faultOf(() => reverse(name, approval(), 'wrong-amount')),
  ]);
  expect(both.toSorted()).toEqual(['none', 'reversal-not-possible']);
});

test('shifts are numbered without gaps and hold what was redeemed between opening and closing', async () => {
  world.redeem(1);
  await world.counter['shift.open'](undefined);
  expect(await faultOf(() => world.counter['shift.open'](undefined))).toBe('shift-already-open');
  world.redeem(2);
  const undone = world.redeem(3);
  await reverse(undone);
  const x = await world.counter['shift.report'](undefined);
  expect(x).toMatchObject({ type: 'X', number: 1, total: { count: 1 }, reversed: { count: 1 } });
  expect(await faultOf(() => world.counter['shift.close']({ approval: null }))).toBe('shift-has-unsent');
  const z = await world.counter['shift.close']({ approval: approval() });
  expect(z).toMatchObject({ type: 'Z', number: 1, closedByName: '李小红', unsent: { count: 1 } });
  world.redeem(4);
  expect(await faultOf(() => world.counter['shift.report'](undefined))).toBe('shift-not-open');
  await world.counter['shift.open'](undefined);
  expect(await world.counter['shift.report'](undefined)).toMatchObject({ number: 2, total: { count: 0 } });
});
