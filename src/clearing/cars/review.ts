import type { CarClaimView, CarReviewer, CarReviewRequest } from '../../contract/clearing/car-papers.ts';
import type { Campaign } from '../../domain/campaign.ts';
import type { Context } from '../context.ts';
import { ApiError } from '../errors.ts';
import { issue, type IssuedVoucher } from '../issuance/issue.ts';
import { leftOfKind } from '../issuance/rounds.ts';
import { audit, type Operator, requireRole } from '../operator/operators.ts';
import type { CarClaimTable } from '../storage/schema.ts';
import { lockMoney, type Tx } from '../storage/storage.ts';
import { CAR_ROUND, findClaim, hasCarVoucher, viewOf } from './car-claims.ts';

/** What a claim's status must be for each review: UnionPay's comes first, the commerce bureau's second (复审). */
const DUE = { unionpay: 'submitted', bureau: 'first-passed' } as const;

/**
 * One of the two reviews, by different people (plan section 九). The second that passes issues the voucher, bound to
 * invoice, VIN and buyer, good until the campaign ends. Refuses (`forbidden`) another role or the same person,
 * (`conflict`) a review that isn't due, or a voucher that can't be issued any more: then nothing has happened.
 */
export async function reviewCarClaim(
  context: Context,
  operator: Operator,
  id: string,
  reviewer: CarReviewer,
  { pass, reason }: CarReviewRequest,
): Promise<CarClaimView> {
  requireRole(operator, reviewer);
  await context.packs.refresh(context.storage.db);
  return context.storage.transaction(async (tx) => {
    await lockMoney(tx);
    const row = await findClaim(tx, id);
    if (row === undefined) throw new ApiError('not-found', 'no such claim');
    const campaign = context.packs.latest(row.campaign_number);
    if (row.status !== DUE[reviewer])
      throw new ApiError('conflict', `this review is not due: the claim is ${row.status}`);
    if (reviewer === 'bureau' && reviewedBy(row.unionpay_review) === operator.id)
      throw new ApiError('forbidden', 'the second review needs another person');
    const review = JSON.stringify({ by: operator.id, atMs: context.now(), pass, reason });
    const issued = reviewer === 'bureau' && pass ? await issueCar(tx, context, row, campaign) : null;
    const reviewed: CarClaimTable = {
      ...row,
      ...(reviewer === 'bureau' ? { bureau_review: review } : { unionpay_review: review }),
      status: !pass ? 'refused' : reviewer === 'bureau' ? 'issued' : 'first-passed',
      serial: issued?.serial ?? null,
    };
    const { status, serial, unionpay_review, bureau_review } = reviewed;
    await tx
      .updateTable('car_claims')
      .set({ status, serial, unionpay_review, bureau_review })
      .where('id', '=', id)
      .execute();
    await audit(tx, context, operator, `car-review-${reviewer}`, id, { pass, serial });
    return viewOf(reviewed, campaign);
  });
}

function reviewedBy(review: string | null): string | null {
  return review === null ? null : (JSON.parse(review) as { readonly by: string }).by;
}

async function issueCar(
  tx: Tx,
  context: Context,
  row: CarClaimTable,
  campaign: Campaign,
): Promise<IssuedVoucher> {
  const kind = campaign.kinds.find(({ number }) => number === row.kind_number);
  if (kind === undefined) throw new Error('a claim without a kind was not refused');
  const nowMs = context.now();
  if (nowMs >= campaign.closesAtMs) throw new ApiError('conflict', 'the campaign has ended');
  if (await hasCarVoucher(tx, campaign, row.person))
    throw new ApiError('conflict', 'this person has a car voucher already');
  if ((await leftOfKind(tx, campaign, kind, nowMs)) < 1)
    throw new ApiError('conflict', 'all vouchers of this kind are given out');
  const holder = JSON.parse(row.holder) as { algorithm: 'ed25519' | 'sm2'; publicKey: string };
  const [voucher] = await issue(tx, context, [
    {
      campaign,
      kind,
      round: CAR_ROUND,
      person: row.person,
      ...holder,
      notBeforeMs: Math.floor(nowMs / 1000) * 1000,
      notAfterMs: campaign.closesAtMs,
      papersHash: row.papers_hash,
    },
  ]);
  if (voucher === undefined) throw new Error('nothing was issued');
  return voucher;
}

/** The voucher of an issued claim, for the wallet. Refuses (`not-found`) while there is none. */
export async function readCarVoucher(
  context: Context,
  operator: Operator,
  id: string,
): Promise<IssuedVoucher> {
  requireRole(operator, 'unionpay');
  const { db } = context.storage;
  await context.packs.refresh(db);
  const row = await db
    .selectFrom('car_claims')
    .innerJoin('vouchers', (join) =>
      join
        .onRef('vouchers.campaign_number', '=', 'car_claims.campaign_number')
        .onRef('vouchers.serial', '=', 'car_claims.serial'),
    )
    .selectAll('vouchers')
    .where('car_claims.id', '=', id)
    .executeTakeFirst();
  if (row === undefined) throw new ApiError('not-found', 'no voucher was issued for this claim');
  const kind = context.packs
    .latest(row.campaign_number)
    .kinds.find(({ number }) => number === row.kind_number);
  if (kind === undefined) throw new Error('a voucher of a kind that does not exist');
  return {
    campaignNumber: row.campaign_number,
    kind: kind.id,
    serial: row.serial,
    grant: row.grant_bytes,
    issuerSignature: row.issuer_signature,
    notBeforeMs: row.not_before_ms,
    notAfterMs: row.not_after_ms,
  };
}
