import { afterEach, beforeEach, expect, test } from 'vitest';
import { FaultError } from '../../../../src/terminal/fault-error.ts';
import { returnHandlers } from '../../../../src/terminal/counter/handlers.ts';
import { DAY_MS } from '../../../../src/domain/business-day.ts';
import { BODY_SCHEMAS } from '../../../../src/contract/journal/entry.ts';
import { NOON } from '../../../support/journal-builder.ts';
import { PINS, reportWorld, type ReportWorld } from '../../../support/report-world.ts';

let world: ReportWorld;
let returns: ReturnType<typeof returnHandlers>;
let nowMs: number;

beforeEach(async () => {
  world = await reportWorld();
  nowMs = NOON;
  returns = returnHandlers({ ...world.parts, nowMs: () => nowMs });
  await world.signIn('陈店长', PINS.manager);
});
afterEach(() => world.close());

interface Name {
  readonly epoch: number;
  readonly seq: number;
}

async function faultOf(run: () => unknown): Promise<unknown> {
  try {
    await run();
  } catch (error) {
    if (error instanceof FaultError) return error.fault;
    throw error;
  }
  return 'none';
}
const preview = (name: Name, returnedFen: number) =>
  returns['manager.returnPreview']({ ...name, returnedFen });
const book = (
  name: Name,
  returnedFen: number,
  expected: { backToFundFen: number; paidOutFen: number },
  pin = PINS.manager,
) =>
  returns['manager.return']({
    ...name,
    returnedFen,
    expected,
    reason: 'defect',
    approval: { managerId: 'M-1', pin },
  });

// The world's redemption: 100.00 yuan, a voucher of 20 from 100 on, 80.00 paid.
test.each([
  // returned, later, kind, back to the fund, the customer gets, the customer owes
  ['the whole sale on its day is a reversal', 10_000, 0, 'reversal', 2000, 8000, 0],
  ['the whole sale a day later gives the value to the fund', 10_000, DAY_MS, 'refund', 2000, 8000, 0],
  ['a part that leaves less than the minimum costs the discount', 3000, 0, 'refund', 2000, 1000, 0],
  ['goods worth the discount give nothing back', 2000, 0, 'refund', 2000, 0, 0],
  ['goods worth less than the discount leave the customer owing', 500, 0, 'refund', 2000, 0, 1500],
  ['one fen is a return like any other', 1, DAY_MS, 'refund', 2000, 0, 1999],
])('%s', async (_promise, returnedFen, laterMs, kind, backToFundFen, paidOutFen, customerOwesFen) => {
  const name = world.redeem(1);
  nowMs = NOON + laterMs;
  expect(await preview(name, returnedFen)).toMatchObject({
    kind,
    backToFundFen,
    paidOutFen,
    customerOwesFen,
    restFen: 10_000 - returnedFen,
    minSpendFen: 10_000,
  });
  const view = await book(name, returnedFen, { backToFundFen, paidOutFen });
  if (kind === 'reversal') {
    expect(view.state).toBe('reversed');
    expect(world.journal.redemptionOfVoucher(1, '1')).toBeNull();
  } else {
    expect(view).toMatchObject({ state: 'pending', returnedFen, backToFundFen });
    expect(world.journal.redemptionOfVoucher(1, '1')).not.toBeNull();
  }
});

test('while the rest still meets the minimum the discount stays, down to the exact fen', async () => {
  const name = world.redeem(1, undefined, 15_000);
  expect(await preview(name, 5001)).toMatchObject({ backToFundFen: 2000, paidOutFen: 3001 });
  expect(await preview(name, 5000)).toMatchObject({ backToFundFen: 0, paidOutFen: 5000 });
  await book(name, 3000, { backToFundFen: 0, paidOutFen: 3000 });
  expect(await preview(name, 2000)).toMatchObject({
    returnedBeforeFen: 3000,
    restFen: 10_000,
    backToFundFen: 0,
  });
  await book(name, 2001, { backToFundFen: 2000, paidOutFen: 1 });
  expect(await faultOf(() => preview(name, 1))).toEqual({
    code: 'return-not-possible',
    params: { reason: 'discount-returned' },
  });
  const refunds = world.journal.entriesAfter(name, 10).filter(({ kind }) => kind === 'refund');
  expect(refunds.map(({ body }) => BODY_SCHEMAS.refund.parse(JSON.parse(body)))).toMatchObject([
    { returnedFen: 3000, backToFundFen: 0, paidOutFen: 3000, approvedBy: 'M-1', reason: 'defect' },
    { returnedFen: 2001, backToFundFen: 2000, paidOutFen: 1 },
  ]);
});

test('more than was bought, a redemption that is gone, or a stale preview is refused and books nothing', async () => {
  const name = world.redeem(1);
  expect(await faultOf(() => preview(name, 10_001))).toMatchObject({
    params: { reason: 'too-much', leftFen: 10_000 },
  });
  expect(await faultOf(() => book(name, 3000, { backToFundFen: 0, paidOutFen: 3000 }))).toMatchObject({
    code: 'decision-changed',
  });
  expect(
    await faultOf(() => book(name, 3000, { backToFundFen: 2000, paidOutFen: 1000 }, '000000')),
  ).toMatchObject({ code: 'wrong-pin' });
  expect(world.journal.redemption(name.epoch, name.seq)?.returnedFen).toBe(0);
  await book(name, 10_000, { backToFundFen: 2000, paidOutFen: 8000 });
  expect(await faultOf(() => preview(name, 1))).toMatchObject({ params: { reason: 'reversed' } });
  expect(await faultOf(() => preview({ epoch: 1, seq: 999 }, 1))).toMatchObject({
    code: 'redemption-unknown',
  });
});

test('of two returns of the same goods at the same moment one is booked', async () => {
  const name = world.redeem(1);
  const outcomes = await Promise.allSettled([
    book(name, 3000, { backToFundFen: 2000, paidOutFen: 1000 }),
    book(name, 3000, { backToFundFen: 2000, paidOutFen: 1000 }),
  ]);
  expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  expect(world.journal.redemption(name.epoch, name.seq)).toMatchObject({
    returnedFen: 3000,
    backToFundFen: 2000,
  });
});

test('without the campaign’s rules a part is not judged: the customer would lose a discount that the rest still earns', async () => {
  const name = world.redeem(1, undefined, 15_000);
  returns = returnHandlers({ ...world.parts, nowMs: () => nowMs, kind: () => null });
  expect(await faultOf(() => preview(name, 52))).toEqual({
    code: 'return-not-possible',
    params: { reason: 'rules-unknown' },
  });
  expect(await preview(name, 15_000)).toMatchObject({ kind: 'reversal', backToFundFen: 2000 });
});
