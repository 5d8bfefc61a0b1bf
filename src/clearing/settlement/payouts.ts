import type { Selectable } from 'kysely';
import { type Envelope, envelopeSchema } from '../../contract/clearing/envelope.ts';
import type { Campaign } from '../../domain/campaign.ts';
import { parseDay } from '../../domain/business-day.ts';
import { type Context, newId, seal } from '../context.ts';
import { ApiError } from '../errors.ts';
import { collectReturned, type Collected } from '../ledger/collect.ts';
import { account, post } from '../ledger/ledger.ts';
import { audit, type Operator, requireRole } from '../operator/operators.ts';
import type { PayoutTable } from '../storage/schema-settlement.ts';
import { lockMoney, type Reader, type Tx } from '../storage/storage.ts';
import { openSettlementDay } from './day.ts';
import { isClosed } from './store-reads.ts';

/** What a store is paid for its closed days, or pays back where the amount is negative. Money is fen. */
export interface PayoutView {
  readonly id: string;
  readonly campaignNumber: number;
  readonly storeId: string;
  /** All lines up to this day that were in no payout before. */
  readonly settlementDay: string;
  readonly amountFen: number;
  /** What each fund pays of it, in the campaign's order; what the store owed isn't in it. */
  readonly shares: readonly number[];
  readonly state: 'prepared' | 'approved' | 'rejected';
  readonly preparedBy: string;
  readonly approvedBy: string | null;
  readonly rejectedBy: string | null;
  readonly reason: string | null;
  readonly paidOn: string | null;
  readonly reference: string | null;
}

/** What is returned for a negative sum is asked for only when an operator says so: mostly the next sales cover it. */
export interface PayoutOrder {
  readonly day: string;
  readonly collect: boolean;
}

/**
 * Prepares one payout for each store that has lines up to a closed day in no payout yet. Moves no money: that needs
 * the approval of another person. Prepared again it finds nothing new. Refuses (`conflict`) a day that isn't closed.
 */
export async function preparePayouts(
  context: Context,
  operator: Operator,
  { day, collect }: PayoutOrder,
): Promise<readonly PayoutView[]> {
  requireRole(operator, 'unionpay');
  return context.storage.transaction(async (tx) => {
    await lockMoney(tx);
    await context.packs.refresh(tx);
    if (!(await isClosed(tx, day))) throw new ApiError('conflict', 'the day is not closed');
    const open = await tx
      .selectFrom('lines')
      .select(['campaign_number', 'store_id'])
      .select((eb) => eb.cast<number>(eb.fn.sum('amount_fen'), 'bigint').as('amount'))
      .where('payout_id', 'is', null)
      .where('settlement_day', '<=', day)
      .groupBy(['campaign_number', 'store_id'])
      .orderBy('campaign_number')
      .orderBy('store_id')
      .execute();
    const prepared: PayoutView[] = [];
    for (const { campaign_number: campaignNumber, store_id: storeId, amount } of open) {
      if (amount <= 0 && !collect) continue;
      prepared.push(await prepareOne(tx, context, operator, { campaignNumber, storeId, day, amount }));
    }
    if (prepared.length > 0)
      await audit(tx, context, operator, 'payouts-prepared', day, { count: prepared.length });
    return prepared;
  });
}

interface OneStore {
  readonly campaignNumber: number;
  readonly storeId: string;
  readonly day: string;
  readonly amount: number;
}

async function prepareOne(
  tx: Tx,
  context: Context,
  operator: Operator,
  { campaignNumber, storeId, day, amount }: OneStore,
): Promise<PayoutView> {
  const id = newId(context, 'po');
  const taken = await tx
    .updateTable('lines')
    .set({ payout_id: id })
    .where('campaign_number', '=', campaignNumber)
    .where('store_id', '=', storeId)
    .where('payout_id', 'is', null)
    .where('settlement_day', '<=', day)
    .returning('shares')
    .execute();
  const row = {
    id,
    campaign_number: campaignNumber,
    store_id: storeId,
    settlement_day: day,
    amount_fen: amount,
    shares: JSON.stringify(sumShares(taken, context.packs.latest(campaignNumber))),
    prepared_by: operator.id,
    approved_by: null,
    paid_on: null,
    reference: null,
    at_ms: context.now(),
  };
  await tx.insertInto('payouts').values(row).execute();
  return toView({ ...row, rejected_by: null, reason: null });
}

function sumShares(lines: readonly { readonly shares: string }[], { funds }: Campaign): readonly number[] {
  const sums = funds.map(() => 0);
  for (const { shares } of lines)
    for (const [index, share] of (JSON.parse(shares) as number[]).entries())
      sums[index] = (sums[index] ?? 0) + share;
  return sums;
}

export interface Approval {
  readonly ids: readonly string[];
  /** The day on which the bank pays. */
  readonly paidOn: string;
  /** The bank's, or the order's, reference. */
  readonly reference: string;
}

/**
 * Approves payouts, all or none, and books them: what the stores are owed leaves the settlement account, and what
 * they owe goes back to the funds. Refuses (`forbidden`) whoever prepared one of them, and (`conflict`) one that was
 * decided already.
 */
export async function approvePayouts(
  context: Context,
  operator: Operator,
  { ids, paidOn, reference }: Approval,
): Promise<readonly PayoutView[]> {
  requireRole(operator, 'finance');
  if (parseDay(paidOn) === null) throw new ApiError('bad-request', 'not a day of the calendar');
  return context.storage.transaction(async (tx) => {
    await lockMoney(tx);
    await context.packs.refresh(tx);
    const approved: PayoutView[] = [];
    for (const id of new Set(ids)) {
      const payout = await openPayout(tx, id);
      if (payout.preparedBy === operator.id)
        throw new ApiError('forbidden', 'the approval needs another person than the one who prepared it');
      if (paidOn < payout.settlementDay)
        throw new ApiError('bad-request', 'paid before the days that it is for');
      approved.push(await approveOne(tx, context, operator, payout, { paidOn, reference }));
    }
    return approved;
  });
}

async function approveOne(
  tx: Tx,
  context: Context,
  operator: Operator,
  payout: PayoutView,
  paid: { readonly paidOn: string; readonly reference: string },
): Promise<PayoutView> {
  const { id, campaignNumber, storeId } = payout;
  const campaign = context.packs.latest(campaignNumber);
  const { payableFen, owed } = await partsOf(tx, payout, campaign);
  const transfer = { what: 'payout', reference: id, atMs: context.now() };
  await post(tx, campaignNumber, transfer, [
    { account: account.payable(storeId), amountFen: payableFen },
    { account: account.settlement, amountFen: -payableFen },
  ]);
  const collected =
    owed.length === 0 ? null : await collectReturned(tx, campaign, { storeId, parts: owed }, transfer);
  const approved: PayoutView = { ...payout, ...paid, state: 'approved', approvedBy: operator.id };
  const bookedDay = await openSettlementDay(tx, context.now(), 0);
  await tx
    .updateTable('payouts')
    .set({
      approved_by: operator.id,
      paid_on: paid.paidOn,
      reference: paid.reference,
      booked_day: bookedDay,
      collected: collected === null ? null : JSON.stringify(collected),
      advice: JSON.stringify(
        seal(context, 'settlement', { format: 'zmdv-payout', version: 1, ...approved, bookedDay, collected }),
      ),
    })
    .where('id', '=', id)
    .execute();
  await audit(tx, context, operator, 'payout-approved', id, { ...paid, amountFen: payout.amountFen });
  return approved;
}

/** What of a payout was owed to the store, and what the store owed of earlier payouts, by where it goes back to. */
async function partsOf(
  tx: Tx,
  { id }: PayoutView,
  campaign: Campaign,
): Promise<{ readonly payableFen: number; readonly owed: Collected['parts'] }> {
  const lines = await tx
    .selectFrom('lines')
    .leftJoin('lines as target', 'target.id', 'lines.corrects')
    .select(['lines.amount_fen as amount', 'lines.owed as owed', 'lines.kind_number as kind'])
    .select('target.kind as target_kind')
    .where('lines.payout_id', '=', id)
    .execute();
  const owed = new Map<Collected['parts'][number]['of'], number>();
  let payableFen = 0;
  for (const line of lines) {
    if (line.owed === 0) payableFen += line.amount;
    else {
      const of = line.target_kind === 'loss' ? 'cover' : categoryOf(campaign, line.kind);
      owed.set(of, (owed.get(of) ?? 0) - line.amount);
    }
  }
  return { payableFen, owed: [...owed].map(([of, amountFen]) => ({ of, amountFen })) };
}

function categoryOf(campaign: Campaign, kindNumber: number): Campaign['kinds'][number]['category'] {
  const kind = campaign.kinds.find(({ number }) => number === kindNumber);
  if (kind === undefined) throw new Error('a line of a kind that does not exist');
  return kind.category;
}

/**
 * Refuses a prepared payout: its lines are free for another one. What was refunded in the meantime stays owed, and is
 * taken off by the next.
 */
export async function rejectPayout(
  context: Context,
  operator: Operator,
  id: string,
  reason: string,
): Promise<PayoutView> {
  requireRole(operator, 'finance', 'unionpay');
  return context.storage.transaction(async (tx) => {
    await lockMoney(tx);
    const payout = await openPayout(tx, id);
    await tx.updateTable('lines').set({ payout_id: null }).where('payout_id', '=', id).execute();
    await tx.updateTable('payouts').set({ rejected_by: operator.id, reason }).where('id', '=', id).execute();
    await audit(tx, context, operator, 'payout-rejected', id, { reason });
    return { ...payout, state: 'rejected', rejectedBy: operator.id, reason };
  });
}

async function openPayout(tx: Tx, id: string): Promise<PayoutView> {
  const row = await tx.selectFrom('payouts').select(VIEW_COLUMNS).where('id', '=', id).executeTakeFirst();
  if (row === undefined) throw new ApiError('not-found', 'no such payout');
  const payout = toView(row);
  if (payout.state !== 'prepared') throw new ApiError('conflict', `this payout is ${payout.state} already`);
  return payout;
}

const VIEW_COLUMNS = [
  'id',
  'campaign_number',
  'store_id',
  'settlement_day',
  'amount_fen',
  'shares',
  'prepared_by',
  'approved_by',
  'rejected_by',
  'reason',
  'paid_on',
  'reference',
] as const;

type PayoutRow = Pick<Selectable<PayoutTable>, (typeof VIEW_COLUMNS)[number]>;

function toView(row: PayoutRow): PayoutView {
  const { approved_by: approvedBy, rejected_by: rejectedBy } = row;
  return {
    id: row.id,
    campaignNumber: row.campaign_number,
    storeId: row.store_id,
    settlementDay: row.settlement_day,
    amountFen: row.amount_fen,
    shares: JSON.parse(row.shares) as number[],
    state: approvedBy !== null ? 'approved' : rejectedBy !== null ? 'rejected' : 'prepared',
    preparedBy: row.prepared_by,
    approvedBy,
    rejectedBy,
    reason: row.reason,
    paidOn: row.paid_on,
    reference: row.reference,
  };
}

/** How many payouts one answer lists. */
const MAX_LISTED = 2000;

export interface PayoutFilter {
  readonly day?: string | undefined;
  readonly storeId?: string | undefined;
}

/** Payouts, the newest first. */
export async function listPayouts(
  db: Reader,
  { day, storeId }: PayoutFilter,
): Promise<readonly PayoutView[]> {
  let query = db.selectFrom('payouts').select(VIEW_COLUMNS);
  if (day !== undefined) query = query.where('settlement_day', '=', day);
  if (storeId !== undefined) query = query.where('store_id', '=', storeId);
  const rows = await query.orderBy('at_ms', 'desc').orderBy('id').limit(MAX_LISTED).execute();
  return rows.map(toView);
}

/** What was sealed when a payout was approved; null where there is none. */
export async function findAdvice(db: Reader, id: string): Promise<Envelope | null> {
  const row = await db.selectFrom('payouts').select('advice').where('id', '=', id).executeTakeFirst();
  return typeof row?.advice === 'string' ? envelopeSchema.parse(JSON.parse(row.advice)) : null;
}
