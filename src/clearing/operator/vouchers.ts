import { businessDay, DAY_MS, dayStartMs } from '../../domain/business-day.ts';
import type { Campaign, VoucherKind } from '../../domain/campaign.ts';
import { VOUCHER_LIFE_DAYS } from '../../domain/durations.ts';
import type { VoucherView } from '../../contract/clearing/operator/campaigns.ts';
import type { Context } from '../context.ts';
import { ApiError } from '../errors.ts';
import { issue, type IssuedVoucher, pseudonym } from '../issuance/issue.ts';
import { account, post } from '../ledger/ledger.ts';
import { lockMoney, type Reader, takeNumbers } from '../storage/storage.ts';
import { audit, type Operator, requireRole } from './operators.ts';

/** Vouchers that an operator issues belong to no round. */
const NO_ROUND = 0;

export interface DirectIssue {
  readonly campaignNumber: number;
  readonly kind: string;
  /** Any text that stands for a person; null: somebody new. */
  readonly person: string | null;
  readonly algorithm: 'ed25519' | 'sm2';
  readonly publicKey: string;
  readonly notBeforeMs: number | null;
  readonly notAfterMs: number | null;
}

/** The campaign and its kind, or `not-found`. */
export function findKind(
  context: Context,
  campaignNumber: number,
  kindId: string,
): { readonly campaign: Campaign; readonly kind: VoucherKind } {
  const campaign = context.packs.find(campaignNumber);
  if (campaign === null) throw new ApiError('not-found', 'no such campaign');
  const kind = campaign.kinds.find(({ id }) => id === kindId);
  if (kind === undefined) throw new ApiError('not-found', 'no such voucher kind');
  return { campaign, kind };
}

/** From now to 24:00 Beijing time of the 7th day, the day of the claim being the first (mission, open points). */
export function voucherLife(nowMs: number): { readonly notBeforeMs: number; readonly notAfterMs: number } {
  const notBeforeMs = Math.floor(nowMs / 1000) * 1000;
  return { notBeforeMs, notAfterMs: dayStartMs(businessDay(nowMs)) + VOUCHER_LIFE_DAYS * DAY_MS };
}

/** Issues one voucher outside of rounds: for replacements, training and tests. Takes from the budget like any other. */
export async function issueDirectly(
  context: Context,
  operator: Operator,
  wanted: DirectIssue,
): Promise<IssuedVoucher> {
  requireRole(operator, 'unionpay');
  await context.packs.refresh(context.storage.db);
  const { campaign, kind } = findKind(context, wanted.campaignNumber, wanted.kind);
  const life = voucherLife(context.now());
  const personId = wanted.person ?? context.random(16).toString('hex');
  const notBeforeMs = wanted.notBeforeMs ?? life.notBeforeMs;
  const notAfterMs = wanted.notAfterMs ?? life.notAfterMs;
  if (notAfterMs <= notBeforeMs) throw new ApiError('bad-request', 'the voucher would never be valid');
  return context.storage.transaction(async (tx) => {
    await lockMoney(tx);
    const person = pseudonym(context.keys, campaign.number, personId);
    const before = await tx
      .selectFrom('vouchers')
      .select('serial')
      .where('campaign_number', '=', campaign.number)
      .where('kind_number', '=', kind.number)
      .where('round', '=', NO_ROUND)
      .where('person', '=', person)
      .executeTakeFirst();
    if (before !== undefined) throw new ApiError('conflict', 'this person has one already');
    const [voucher] = await issue(tx, context, [
      {
        campaign,
        kind,
        round: NO_ROUND,
        person,
        algorithm: wanted.algorithm,
        publicKey: wanted.publicKey,
        notBeforeMs,
        notAfterMs,
        papersHash: null,
      },
    ]);
    if (voucher === undefined) throw new Error('nothing was issued');
    await audit(tx, context, operator, 'voucher-issued', String(voucher.serial), { kind: kind.id });
    return voucher;
  });
}

/** One voucher of the register: its life, and where it was spent. Refuses (`not-found`) one that was never issued. */
export async function readVoucher(
  context: Context,
  campaignNumber: number,
  serial: number,
  db: Reader = context.storage.db,
): Promise<VoucherView> {
  await context.packs.refresh(db);
  const row = await db
    .selectFrom('vouchers')
    .selectAll()
    .where('campaign_number', '=', campaignNumber)
    .where('serial', '=', serial)
    .executeTakeFirst();
  const kind = context.packs.find(campaignNumber)?.kinds.find(({ number }) => number === row?.kind_number);
  if (row === undefined || kind === undefined) throw new ApiError('not-found', 'no such voucher');
  const spend = await db
    .selectFrom('spends')
    .selectAll()
    .where('campaign_number', '=', campaignNumber)
    .where('serial', '=', serial)
    .executeTakeFirst();
  return {
    campaignNumber,
    serial,
    kind: kind.id,
    round: row.round,
    status: row.status,
    notBeforeMs: row.not_before_ms,
    notAfterMs: row.not_after_ms,
    issuedAtMs: row.issued_at_ms,
    spent:
      spend === undefined
        ? null
        : { terminalId: spend.terminal_id, epoch: spend.epoch, seq: spend.seq, atMs: spend.at_ms },
  };
}

/**
 * Ends a voucher that was given out wrongly: all terminals learn it, and its value is free again. Refuses
 * (`conflict`) one that is spent, or whose value was taken back already.
 */
export async function revokeVoucher(
  context: Context,
  operator: Operator,
  campaignNumber: number,
  serial: number,
  reason: string,
): Promise<VoucherView> {
  requireRole(operator, 'unionpay');
  return context.storage.transaction(async (tx) => {
    await lockMoney(tx);
    const voucher = await readVoucher(context, campaignNumber, serial, tx);
    if (voucher.status !== 'live') throw new ApiError('conflict', `the voucher is ${voucher.status} already`);
    if (voucher.spent !== null) throw new ApiError('conflict', 'the voucher is spent');
    const { kind } = findKind(context, campaignNumber, voucher.kind);
    await tx
      .updateTable('vouchers')
      .set({ status: 'revoked' })
      .where('campaign_number', '=', campaignNumber)
      .where('serial', '=', serial)
      .execute();
    await tx
      .insertInto('changes')
      .values({
        number: await takeNumbers(tx, 'changes', 1),
        campaign_number: campaignNumber,
        serial: String(serial),
        change: 'revoked',
      })
      .execute();
    await post(tx, campaignNumber, { what: 'revoke', reference: String(serial), atMs: context.now() }, [
      { account: account.reserved(kind.category), amountFen: Number(kind.faceValueFen) },
      { account: account.budget(kind.category), amountFen: -Number(kind.faceValueFen) },
    ]);
    await audit(tx, context, operator, 'voucher-revoked', `${String(campaignNumber)}:${String(serial)}`, {
      reason,
    });
    return { ...voucher, status: 'revoked' };
  });
}
