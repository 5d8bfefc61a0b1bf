import { carPapersHash } from '../../contract/clearing/car-papers.ts';
import { parseDay } from '../../domain/business-day.ts';
import { type Campaign, type VoucherKind } from '../../domain/campaign.ts';
import { decide } from '../../domain/decide.ts';
import { type Vehicle } from '../../domain/decision.ts';
import { fen } from '../../domain/money.ts';
import { type Context, newId } from '../context.ts';
import { ApiError } from '../errors.ts';
import { issue, type IssuedVoucher, pseudonym } from '../issuance/issue.ts';
import { leftOfKind } from '../issuance/rounds.ts';
import { audit, type Operator, requireRole } from '../operator/operators.ts';
import { type CarClaimTable } from '../storage/schema.ts';
import { lockMoney, type Tx } from '../storage/storage.ts';
import { type CarPapers, contradictions, keyedHash, openPapers, sealPapers } from './papers.ts';

export interface CarClaim {
  readonly campaignNumber: number;
  readonly person: string;
  readonly algorithm: 'ed25519' | 'sm2';
  readonly publicKey: string;
  readonly papers: CarPapers;
}

export interface CarClaimView {
  readonly id: string;
  readonly status: CarClaimTable['status'];
  /** A refusal code, or which duplicate was found; null while nothing is wrong. */
  readonly reason: string | null;
  readonly kind: string | null;
  readonly priceFen: number;
  readonly papersHash: string;
  readonly firstBy: string | null;
  readonly secondBy: string | null;
  readonly serial: number | null;
}

/** Car vouchers belong to no round; one for each person in the whole campaign. */
const CAR_ROUND = 0;

/**
 * Takes in the papers of a car. What the rules refuse, what contradicts itself, and what was handed in before (by
 * invoice, VIN or person) is refused at once, with its reason; the rest waits for two reviews.
 */
export async function submitCarClaim(context: Context, claim: CarClaim): Promise<CarClaimView> {
  await context.packs.refresh(context.storage.db);
  const campaign = context.packs.find(claim.campaignNumber);
  if (campaign === null) throw new ApiError('not-found', 'no such campaign');
  const { papers } = claim;
  const judged = judgePapers(papers, campaign, context.now());
  return context.storage.transaction(async (tx) => {
    await lockMoney(tx);
    const person = pseudonym(context.keys, campaign.number, claim.person);
    const hashes = {
      invoice_hash: keyedHash(context, 'invoice', papers.invoice.number),
      vin_hash: keyedHash(context, 'vin', papers.invoice.vin),
    };
    const duplicate = await findDuplicate(tx, campaign.number, person, hashes);
    const reason = judged.reason ?? duplicate;
    const row: CarClaimTable = {
      id: newId(context, 'car'),
      campaign_number: campaign.number,
      person,
      kind_number: judged.kind?.number ?? 0,
      status: reason === null ? 'submitted' : 'refused',
      papers_sealed: sealPapers(context, papers),
      papers_hash: carPapersHash({
        invoiceNumber: papers.invoice.number,
        vin: papers.invoice.vin,
        buyerName: papers.invoice.buyerName,
      }),
      ...hashes,
      price_fen: papers.invoice.priceFen,
      facts: JSON.stringify({ algorithm: claim.algorithm, publicKey: claim.publicKey }),
      first_by: null,
      second_by: null,
      reason,
      serial: null,
      created_at_ms: context.now(),
    };
    await tx.insertInto('car_claims').values(row).execute();
    return viewOf(row, campaign);
  });
}

interface JudgedPapers {
  readonly kind: VoucherKind | null;
  readonly reason: string | null;
}

/** The kind whose band holds the price, by the same rules that decide at the dealer. */
function judgePapers(papers: CarPapers, campaign: Campaign, nowMs: number): JudgedPapers {
  const { invoice, registration, identity } = papers;
  if (contradictions(papers).length > 0) return { kind: null, reason: 'car-papers-contradict' };
  const vehicle: Vehicle = {
    priceFen: fen(invoice.priceFen),
    seats: registration.seats,
    buyer: identity.type,
    invoiceIssuedOnMs: parseDay(invoice.issuedOn) ?? Number.MAX_SAFE_INTEGER,
    invoiceReissued: invoice.replacesEarlier,
    papersAgree: true,
    passengerCar: registration.passengerCar,
  };
  let reason: string | null = null;
  for (const kind of campaign.kinds) {
    if (kind.rule.type !== 'car-price-band') continue;
    const decision = decide(
      {
        campaignNumber: campaign.number,
        kindNumber: kind.number,
        serial: 0n,
        notBeforeMs: campaign.opensAtMs,
        notAfterMs: campaign.closesAtMs,
      },
      { amountFen: vehicle.priceFen, listAmountFen: vehicle.priceFen, vehicle },
      { category: 'car', status: 'admitted' },
      campaign,
      nowMs,
      {
        terminal: 'active',
        online: true,
        clock: 'trusted',
        signatures: 'valid',
        revoked: false,
        redeemed: null,
        purchaseHasVoucher: false,
        budgetExhausted: false,
        codeAgeMs: null,
        offlineLimit: null,
      },
    );
    if (decision.verdict === 'accept') return { kind, reason: null };
    reason ??= decision.code;
    // Another band may fit the price; any other refusal is one for all bands.
    if (decision.code !== 'car-wrong-price-band') reason = decision.code;
  }
  return { kind: null, reason: reason ?? 'unknown-voucher-kind' };
}

async function findDuplicate(
  tx: Tx,
  campaignNumber: number,
  person: string,
  hashes: { readonly invoice_hash: string; readonly vin_hash: string },
): Promise<string | null> {
  const rows = await tx
    .selectFrom('car_claims')
    .select(['person', 'invoice_hash', 'vin_hash'])
    .where('campaign_number', '=', campaignNumber)
    .where('status', '!=', 'refused')
    .where((eb) =>
      eb.or([
        eb('person', '=', person),
        eb('invoice_hash', '=', hashes.invoice_hash),
        eb('vin_hash', '=', hashes.vin_hash),
      ]),
    )
    .execute();
  if (rows.some((row) => row.invoice_hash === hashes.invoice_hash)) return 'duplicate-invoice';
  if (rows.some((row) => row.vin_hash === hashes.vin_hash)) return 'duplicate-vin';
  return rows.length > 0 ? 'duplicate-person' : null;
}

async function lockClaim(tx: Tx, id: string): Promise<CarClaimTable> {
  await lockMoney(tx);
  const row = await tx.selectFrom('car_claims').selectAll().where('id', '=', id).executeTakeFirst();
  if (row === undefined) throw new ApiError('not-found', 'no such claim');
  return row;
}

/**
 * One of the two reviews: UnionPay's first, the commerce bureau's second (复审), by different people. The second
 * that passes issues the voucher, bound to invoice, VIN and buyer, good until the campaign ends.
 */
export async function reviewCarClaim(
  context: Context,
  operator: Operator,
  id: string,
  review: { readonly pass: boolean; readonly reason: string },
): Promise<{ readonly claim: CarClaimView; readonly voucher: IssuedVoucher | null }> {
  return context.storage.transaction(async (tx) => {
    const row = await lockClaim(tx, id);
    const campaign = context.packs.latest(row.campaign_number);
    if (row.status !== 'submitted' && row.status !== 'first-passed')
      throw new ApiError('conflict', `this claim is ${row.status}`);
    const second = row.status === 'first-passed';
    requireRole(operator, second ? 'bureau' : 'unionpay');
    if (second && row.first_by === operator.id)
      throw new ApiError('forbidden', 'the second review needs another person');
    const reviewed: CarClaimTable = {
      ...row,
      ...(second ? { second_by: operator.id } : { first_by: operator.id }),
      status: review.pass ? (second ? 'issued' : 'first-passed') : 'refused',
      reason: review.pass ? null : review.reason,
    };
    const voucher = reviewed.status === 'issued' ? await issueCar(tx, context, row, campaign) : null;
    const { status, reason, first_by, second_by } = reviewed;
    const serial = voucher?.serial ?? null;
    await tx
      .updateTable('car_claims')
      .set({ status, reason, first_by, second_by, serial })
      .where('id', '=', id)
      .execute();
    await audit(tx, context, operator, second ? 'car-second-review' : 'car-first-review', id, {
      pass: review.pass,
    });
    return { claim: viewOf({ ...reviewed, serial }, campaign), voucher };
  });
}

async function issueCar(
  tx: Tx,
  context: Context,
  row: CarClaimTable,
  campaign: Campaign,
): Promise<IssuedVoucher> {
  const kind = campaign.kinds.find(({ number }) => number === row.kind_number);
  if (kind === undefined) throw new Error('a claim for a kind that does not exist');
  const nowMs = context.now();
  if ((await leftOfKind(tx, campaign, kind, nowMs)) < 1)
    throw new ApiError('conflict', 'all vouchers of this kind are given out');
  const holder = JSON.parse(row.facts) as { algorithm: 'ed25519' | 'sm2'; publicKey: string };
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

function viewOf(row: CarClaimTable, campaign: Campaign): CarClaimView {
  return {
    id: row.id,
    status: row.status,
    reason: row.reason,
    kind: campaign.kinds.find(({ number }) => number === row.kind_number)?.id ?? null,
    priceFen: row.price_fen,
    papersHash: row.papers_hash,
    firstBy: row.first_by,
    secondBy: row.second_by,
    serial: row.serial,
  };
}

/** Claims of a status, oldest first. */
export async function listCarClaims(
  context: Context,
  campaignNumber: number,
  status: CarClaimTable['status'],
): Promise<readonly CarClaimView[]> {
  const rows = await context.storage.db
    .selectFrom('car_claims')
    .selectAll()
    .where('campaign_number', '=', campaignNumber)
    .where('status', '=', status)
    .orderBy('created_at_ms')
    .limit(500)
    .execute();
  const campaign = context.packs.latest(campaignNumber);
  return rows.map((row) => viewOf(row, campaign));
}

/** The papers themselves, for a reviewer; reading them is kept in the audit. */
export async function readCarPapers(context: Context, operator: Operator, id: string): Promise<CarPapers> {
  requireRole(operator, 'unionpay', 'bureau');
  const row = await context.storage.db
    .selectFrom('car_claims')
    .select('papers_sealed')
    .where('id', '=', id)
    .executeTakeFirst();
  if (row === undefined) throw new ApiError('not-found', 'no such claim');
  await audit(context.storage.db, context, operator, 'car-papers-read', id);
  return openPapers(context, row.papers_sealed);
}
