import { z } from 'zod';
import { publicKey } from '../../codes/signatures.ts';
import { carPapersHash } from '../../contract/clearing/car-binding.ts';
import {
  type CarClaimRequest,
  carClaimSchema,
  type CarClaimView,
  type CarFinding,
  type CarPapers,
  MAX_CAR_CLAIMS,
} from '../../contract/clearing/car-papers.ts';
import type { Campaign } from '../../domain/campaign.ts';
import type { Context } from '../context.ts';
import { ApiError } from '../errors.ts';
import { pseudonym } from '../issuance/issue.ts';
import { audit, type Operator, requireRole } from '../operator/operators.ts';
import type { CarClaimTable } from '../storage/schema.ts';
import { lockMoney, type Reader, type Tx } from '../storage/storage.ts';
import { judgePapers } from './findings.ts';
import { keyedHash, openPapers, sealPapers } from './papers.ts';

/** Car vouchers belong to no round; one for each person in the whole campaign (plan section 七). */
export const CAR_ROUND = 0;

/**
 * Takes in the papers of a car. What the rules refuse, what contradicts itself, and what was handed in before (by
 * invoice, VIN or buyer) is refused at once, with everything that was found; the rest waits for two reviews. The same
 * claim sent again gets the same answer.
 */
export async function submitCarClaim(
  context: Context,
  operator: Operator,
  claim: CarClaimRequest,
): Promise<CarClaimView> {
  requireRole(operator, 'unionpay');
  await context.packs.refresh(context.storage.db);
  const campaign = context.packs.find(claim.campaignNumber);
  if (campaign === null) throw new ApiError('not-found', 'no such campaign');
  if (publicKey(claim.algorithm, Buffer.from(claim.publicKey, 'base64url')) === null)
    throw new ApiError('bad-request', 'not a holder key');
  const row = newRow(context, claim, campaign);
  return context.storage.transaction(async (tx) => {
    await lockMoney(tx);
    const before = await findClaim(tx, claim.id);
    if (before !== undefined) {
      if (!isSameClaim(context, before, row, claim.papers))
        throw new ApiError('conflict', 'this id was used for another claim');
      return viewOf(before, campaign);
    }
    const duplicates = await findDuplicates(tx, campaign, row);
    const findings = [...(JSON.parse(row.findings) as CarFinding[]), ...duplicates];
    const judged: CarClaimTable = {
      ...row,
      findings: JSON.stringify(findings),
      status: findings.length === 0 ? 'submitted' : 'refused',
    };
    await tx.insertInto('car_claims').values(judged).execute();
    await audit(tx, context, operator, 'car-claim-submitted', claim.id, {
      findings: findings.map(({ code }) => code),
    });
    return viewOf(judged, campaign);
  });
}

function newRow(context: Context, claim: CarClaimRequest, campaign: Campaign): CarClaimTable {
  const { id, papers, algorithm, publicKey: holderKey } = claim;
  const { invoice, identity } = papers;
  const nowMs = context.now();
  const judged = judgePapers(papers, campaign, nowMs);
  if (judged === null) throw new ApiError('conflict', 'this campaign has no car vouchers');
  return {
    id,
    campaign_number: campaign.number,
    person: pseudonym(context.keys, campaign.number, claim.person),
    kind_number: judged.kind?.number ?? null,
    status: 'submitted',
    papers_sealed: sealPapers(context, id, papers),
    papers_hash: carPapersHash({
      invoiceNumber: invoice.number,
      vin: invoice.vin,
      buyerNumber: identity.number,
    }),
    invoice_hash: keyedHash(context, 'invoice', invoice.number),
    vin_hash: keyedHash(context, 'vin', invoice.vin),
    buyer_hash: keyedHash(context, 'buyer', identity.number),
    price_fen: invoice.priceFen,
    findings: JSON.stringify(judged.findings),
    holder: JSON.stringify({ algorithm, publicKey: holderKey }),
    unionpay_review: null,
    bureau_review: null,
    serial: null,
    created_at_ms: nowMs,
  };
}

function isSameClaim(
  context: Context,
  before: CarClaimTable,
  row: CarClaimTable,
  papers: CarPapers,
): boolean {
  return (
    before.campaign_number === row.campaign_number &&
    before.person === row.person &&
    before.holder === row.holder &&
    JSON.stringify(openPapers(context, before.id, before.papers_sealed)) === JSON.stringify(papers)
  );
}

async function findDuplicates(
  tx: Tx,
  campaign: Campaign,
  row: CarClaimTable,
): Promise<readonly CarFinding[]> {
  const { person, invoice_hash: invoice, vin_hash: vin, buyer_hash: buyer } = row;
  const standing = await tx
    .selectFrom('car_claims')
    .select(['person', 'invoice_hash', 'vin_hash', 'buyer_hash'])
    .where('campaign_number', '=', campaign.number)
    .where('status', '!=', 'refused')
    .where((eb) =>
      eb.or([
        eb('person', '=', person),
        eb('invoice_hash', '=', invoice),
        eb('vin_hash', '=', vin),
        eb('buyer_hash', '=', buyer),
      ]),
    )
    .execute();
  const hasBuyer =
    standing.some((other) => other.buyer_hash === buyer || other.person === person) ||
    (await hasCarVoucher(tx, campaign, person));
  return [
    ...(standing.some((other) => other.invoice_hash === invoice) ? (['duplicate-invoice'] as const) : []),
    ...(standing.some((other) => other.vin_hash === vin) ? (['duplicate-vin'] as const) : []),
    ...(hasBuyer ? (['duplicate-buyer'] as const) : []),
  ].map((code) => ({ code, params: {} }));
}

/** Has the person a car voucher, whatever way it was issued? */
export async function hasCarVoucher(db: Reader, campaign: Campaign, person: string): Promise<boolean> {
  const cars = campaign.kinds.flatMap(({ number, category }) => (category === 'car' ? [number] : []));
  const found = await db
    .selectFrom('vouchers')
    .select('serial')
    .where('campaign_number', '=', campaign.number)
    .where('person', '=', person)
    .where('kind_number', 'in', cars)
    .executeTakeFirst();
  return found !== undefined;
}

export async function findClaim(db: Reader, id: string): Promise<CarClaimTable | undefined> {
  return db.selectFrom('car_claims').selectAll().where('id', '=', id).executeTakeFirst();
}

/** A claim without personal data. Refuses (`not-found`) an unknown id. */
export async function readCarClaim(context: Context, id: string): Promise<CarClaimView> {
  const row = await findClaim(context.storage.db, id);
  if (row === undefined) throw new ApiError('not-found', 'no such claim');
  await context.packs.refresh(context.storage.db);
  return viewOf(row, context.packs.latest(row.campaign_number));
}

export function viewOf(row: CarClaimTable, campaign: Campaign): CarClaimView {
  const kind = campaign.kinds.find(({ number }) => number === row.kind_number);
  const review = (text: string | null): unknown => (text === null ? null : JSON.parse(text));
  return carClaimSchema.parse({
    id: row.id,
    campaignNumber: row.campaign_number,
    status: row.status,
    kind: kind?.id ?? null,
    priceFen: row.price_fen,
    faceValueFen: kind?.faceValueFen ?? null,
    papersHash: row.papers_hash,
    findings: JSON.parse(row.findings) as unknown,
    unionpay: review(row.unionpay_review),
    bureau: review(row.bureau_review),
    serial: row.serial,
    createdAtMs: row.created_at_ms,
  });
}

export const carClaimPlaceSchema = z
  .string()
  .regex(/^\d{1,15}:[A-Za-z0-9._-]{1,64}$/)
  .describe('Where the page before ended: created-at and id of its last claim');

/** Claims of one status, oldest first, a page at a time; `next` is null on the last page. */
export async function listCarClaims(
  context: Context,
  wanted: {
    readonly campaignNumber: number;
    readonly status: CarClaimTable['status'];
    readonly after: string | null;
  },
): Promise<{ readonly claims: CarClaimView[]; readonly next: string | null }> {
  await context.packs.refresh(context.storage.db);
  const campaign = context.packs.find(wanted.campaignNumber);
  if (campaign === null) throw new ApiError('not-found', 'no such campaign');
  let query = context.storage.db
    .selectFrom('car_claims')
    .selectAll()
    .where('campaign_number', '=', campaign.number)
    .where('status', '=', wanted.status);
  if (wanted.after !== null) {
    const [atText = '', id = ''] = wanted.after.split(':');
    const atMs = Number(atText);
    query = query.where((eb) =>
      eb.or([eb('created_at_ms', '>', atMs), eb.and([eb('created_at_ms', '=', atMs), eb('id', '>', id)])]),
    );
  }
  const rows = await query
    .orderBy('created_at_ms')
    .orderBy('id')
    .limit(MAX_CAR_CLAIMS + 1)
    .execute();
  const page = rows.slice(0, MAX_CAR_CLAIMS);
  const last = page.at(-1);
  return {
    claims: page.map((row) => viewOf(row, campaign)),
    next:
      rows.length > MAX_CAR_CLAIMS && last !== undefined ? `${String(last.created_at_ms)}:${last.id}` : null,
  };
}

/** The papers themselves, for a reviewer; reading them is kept in the audit. */
export async function readCarPapers(context: Context, operator: Operator, id: string): Promise<CarPapers> {
  requireRole(operator, 'unionpay', 'bureau');
  const { db } = context.storage;
  const row = await findClaim(db, id);
  if (row === undefined) throw new ApiError('not-found', 'no such claim');
  await audit(db, context, operator, 'car-papers-read', id);
  return openPapers(context, id, row.papers_sealed);
}
