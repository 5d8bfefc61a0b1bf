import type { Campaign, VoucherKind } from '../../domain/campaign.ts';
import type { Context } from '../context.ts';
import { ApiError } from '../errors.ts';
import { account } from '../ledger/ledger.ts';
import { audit, type Operator, requireRole } from '../operator/operators.ts';
import { findKind } from '../operator/vouchers.ts';
import { lockMoney, type Reader } from '../storage/storage.ts';

export interface RoundView {
  readonly campaignNumber: number;
  readonly kind: string;
  readonly round: number;
  readonly quota: number;
  readonly issued: number;
  readonly opensAtMs: number;
  readonly closesAtMs: number;
}

export interface NewRound {
  readonly campaignNumber: number;
  readonly kind: string;
  readonly quota: number;
  readonly opensAtMs: number;
  readonly closesAtMs: number;
}

/**
 * Opens a round from what is left (plan section 七: 视消费券的核销情况决定发放期数和每期金额，发完为止). Refuses
 * (`conflict`) more than the kind's number, or more than its category's budget after what other rounds may still
 * give out; and a round for cars, whose vouchers follow two reviews.
 */
export async function openRound(context: Context, operator: Operator, wanted: NewRound): Promise<RoundView> {
  requireRole(operator, 'unionpay');
  await context.packs.refresh(context.storage.db);
  const { campaign, kind } = findKind(context, wanted.campaignNumber, wanted.kind);
  if (kind.category === 'car') throw new ApiError('conflict', 'car vouchers are issued after two reviews');
  if (wanted.closesAtMs <= wanted.opensAtMs) throw new ApiError('bad-request', 'a round that never opens');
  return context.storage.transaction(async (tx) => {
    await lockMoney(tx);
    const nowMs = context.now();
    const left = await leftOfKind(tx, campaign, kind, nowMs);
    if (wanted.quota > left)
      throw new ApiError('conflict', `only ${String(left)} vouchers are left to give out`);
    const before = await tx
      .selectFrom('rounds')
      .select((eb) => eb.fn.max('round').as('round'))
      .where('campaign_number', '=', campaign.number)
      .where('kind_number', '=', kind.number)
      .executeTakeFirst();
    const round = (before?.round ?? 0) + 1;
    await tx
      .insertInto('rounds')
      .values({
        campaign_number: campaign.number,
        kind_number: kind.number,
        round,
        quota: wanted.quota,
        issued: 0,
        opens_at_ms: wanted.opensAtMs,
        closes_at_ms: wanted.closesAtMs,
      })
      .execute();
    await audit(tx, context, operator, 'round-opened', `${kind.id}:${String(round)}`, {
      quota: wanted.quota,
    });
    return { ...wanted, kind: kind.id, round, issued: 0 };
  });
}

/** How many vouchers of a kind may still be given out: by its number, and by its category's free budget. */
export async function leftOfKind(
  db: Reader,
  campaign: Campaign,
  kind: VoucherKind,
  nowMs: number,
): Promise<number> {
  const { out } = await db
    .selectFrom('vouchers')
    .select((eb) => eb.fn.countAll<number>().as('out'))
    .where('campaign_number', '=', campaign.number)
    .where('kind_number', '=', kind.number)
    .where('status', '=', 'live')
    .executeTakeFirstOrThrow();
  const rounds = await db
    .selectFrom('rounds')
    .selectAll()
    .where('campaign_number', '=', campaign.number)
    .where('closes_at_ms', '>', nowMs)
    .execute();
  const promised = rounds.map((round) => {
    const of = campaign.kinds.find(({ number }) => number === round.kind_number);
    if (of === undefined) throw new Error('a round of a kind that does not exist');
    return { of, count: round.quota - round.issued };
  });
  const budget = await db
    .selectFrom('accounts')
    .select('balance_fen')
    .where('campaign_number', '=', campaign.number)
    .where('name', '=', account.budget(kind.category))
    .executeTakeFirst();
  const promisedFen = promised
    .filter(({ of }) => of.category === kind.category)
    .reduce((sum, { of, count }) => sum + of.faceValueFen * count, 0);
  const promisedOfKind = promised
    .filter(({ of }) => of.number === kind.number)
    .reduce((sum, { count }) => sum + count, 0);
  const byNumber = kind.quota - out - promisedOfKind;
  const byBudget = Math.floor(((budget?.balance_fen ?? 0) - promisedFen) / kind.faceValueFen);
  return Math.max(0, Math.min(byNumber, byBudget));
}

/** All rounds of a campaign in their order, and how many vouchers of each kind may still be given out. */
export async function listRounds(
  db: Reader,
  campaign: Campaign,
  nowMs: number,
): Promise<{ readonly rounds: RoundView[]; readonly left: { kind: string; count: number }[] }> {
  const rows = await db
    .selectFrom('rounds')
    .selectAll()
    .where('campaign_number', '=', campaign.number)
    .orderBy('opens_at_ms')
    .orderBy('kind_number')
    .execute();
  const left: { kind: string; count: number }[] = [];
  for (const kind of campaign.kinds)
    left.push({ kind: kind.id, count: await leftOfKind(db, campaign, kind, nowMs) });
  return {
    rounds: rows.map((row) => ({
      campaignNumber: campaign.number,
      kind: campaign.kinds.find(({ number }) => number === row.kind_number)?.id ?? '',
      round: row.round,
      quota: row.quota,
      issued: row.issued,
      opensAtMs: row.opens_at_ms,
      closesAtMs: row.closes_at_ms,
    })),
    left,
  };
}
