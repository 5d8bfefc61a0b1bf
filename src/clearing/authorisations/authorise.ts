import type { z } from 'zod';
import { classify } from '../../codes/classify.ts';
import { codeAgeMs, verificationFacts, verifyVoucherCode, voucherOf } from '../../codes/key-ring.ts';
import { refuseScan } from '../../codes/refuse-scan.ts';
import type { VoucherCode } from '../../codes/voucher-code.ts';
import { canonicalJson } from '../../contract/journal/canonical.ts';
import type { authorisationRequestSchema, authorisationSchema } from '../../contract/clearing/protocol.ts';
import type { Campaign } from '../../domain/campaign.ts';
import { chooseVoucher } from '../../domain/choose.ts';
import { decide } from '../../domain/decide.ts';
import type { Decision, Facts, Refuse, Store, Voucher } from '../../domain/decision.ts';
import { DECISION_LIFE_MS } from '../../domain/durations.ts';
import type { PaymentCodeReason } from '../../domain/refusal-params.ts';
import { refuse } from '../../domain/refuse.ts';
import type { Envelope } from '../../contract/clearing/envelope.ts';
import { type Context, hashSecret, seal } from '../context.ts';
import { ApiError } from '../errors.ts';
import { purchaseOf } from '../ingest/judge-redemption.ts';
import { serialOf } from '../ingest/register.ts';
import { lockMoney, type Tx } from '../storage/storage.ts';

export type AuthorisationRequest = z.infer<typeof authorisationRequestSchema>;
export type AuthorisationAnswer = z.infer<typeof authorisationSchema>;

interface Candidate {
  readonly voucher: Voucher;
  readonly papersHash: string | null;
  readonly facts: Pick<Facts, 'signatures' | 'revoked' | 'redeemed' | 'codeAgeMs'>;
}

/**
 * Holds a voucher for a purchase. The same request gets the same answer again; the same id with another request is
 * a `conflict`. An id that was released before stays released.
 */
export async function authorise(
  context: Context,
  terminalId: string,
  request: AuthorisationRequest,
): Promise<Envelope> {
  const ring = await context.rings.current(context.storage.db);
  const answer = await context.storage.transaction(async (tx) => {
    await lockMoney(tx);
    await context.packs.refresh(tx);
    const text = canonicalJson(request);
    const before = await tx
      .selectFrom('authorisations')
      .selectAll()
      .where('terminal_id', '=', terminalId)
      .where('id', '=', request.authorisationId)
      .executeTakeFirst();
    if (before !== undefined) {
      if (before.status !== 'released' && before.request !== text)
        throw new ApiError('conflict', 'this authorisation id was used for another request');
      return { ...(JSON.parse(before.answer) as AuthorisationAnswer), status: before.status };
    }
    const place = await loadPlace(tx, terminalId, request);
    const campaign = context.packs.find(request.campaignNumber);
    if (campaign === null) throw new ApiError('not-found', 'no such campaign');
    const nowMs = context.now();
    const candidates = await findCandidates(tx, request, nowMs, (code) => {
      const verification = verifyVoucherCode(code, ring, nowMs);
      return verificationFacts(verification);
    });
    const best = chooseBest(request, candidates, place, campaign, nowMs);
    const made = answerOf(terminalId, request, best, campaign, nowMs);
    await tx
      .insertInto('authorisations')
      .values({
        terminal_id: terminalId,
        id: request.authorisationId,
        status: made.status,
        campaign_number: best.voucher?.campaignNumber ?? null,
        serial: best.voucher === null ? null : Number(best.voucher.serial),
        request: text,
        answer: JSON.stringify(made),
        discount_fen: made.discountFen,
        hold_until_ms: made.holdUntilMs ?? 0,
        captured_at_ms: null,
        created_at_ms: nowMs,
      })
      .execute();
    return made;
  });
  return seal(context, 'authorisation', answer);
}

interface Place {
  readonly terminal: 'active' | 'suspended';
  readonly store: Store;
  readonly purchaseHasVoucher: boolean;
}

async function loadPlace(tx: Tx, terminalId: string, request: AuthorisationRequest): Promise<Place> {
  const row = await tx
    .selectFrom('terminals')
    .innerJoin('stores', 'stores.id', 'terminals.store_id')
    .select([
      'terminals.status as terminal',
      'stores.id as store_id',
      'stores.status as status',
      'stores.category as category',
    ])
    .where('terminals.id', '=', terminalId)
    .executeTakeFirstOrThrow();
  const { storeId, till, businessDay, receiptNumber } = request.purchase;
  if (storeId !== row.store_id) throw new ApiError('bad-request', 'a purchase in another store');
  const used = await tx
    .selectFrom('purchases')
    .select('seq')
    .where('store_id', '=', storeId)
    .where('till', '=', till)
    .where('business_day', '=', businessDay)
    .where('receipt_number', '=', receiptNumber)
    .executeTakeFirst();
  return {
    terminal: row.terminal === 'active' ? 'active' : 'suspended',
    store: { category: row.category, status: row.status },
    purchaseHasVoucher: used !== undefined,
  };
}

async function findCandidates(
  tx: Tx,
  request: AuthorisationRequest,
  nowMs: number,
  verify: (code: VoucherCode) => Pick<Facts, 'signatures' | 'revoked'>,
): Promise<readonly Candidate[] | Refuse> {
  const scan = classify(request.code);
  if (scan.family === 'voucher') {
    const verified = verify(scan.code);
    const ageMs = codeAgeMs(scan.code, nowMs);
    if (verified.signatures !== 'valid')
      return [
        {
          voucher: voucherOf(scan.code),
          papersHash: null,
          facts: { ...verified, redeemed: null, codeAgeMs: ageMs },
        },
      ];
    const serial = serialOf(scan.code);
    const found = serial === null ? [] : await loadVouchers(tx, request.campaignNumber, { serial }, nowMs);
    if (found.length === 0) return refuse('unknown-issuer', { campaignNumber: request.campaignNumber });
    return found.map((candidate) => ({
      ...candidate,
      facts: { ...candidate.facts, revoked: candidate.facts.revoked || verified.revoked, codeAgeMs: ageMs },
    }));
  }
  const noCode = refuseScan(scan, true);
  if (noCode !== null) return noCode;
  const refusePayment = (reason: PaymentCodeReason): Refuse =>
    refuse('not-a-voucher-code', { found: 'payment-code', reason });
  // A code of the consumer-presented mode says nothing of its holder that this server could look up.
  if (scan.family !== 'unionpay-c2b') return refusePayment('unsupported');
  const known = await tx
    .selectFrom('payment_codes')
    .selectAll()
    .where('code_hash', '=', hashSecret(scan.digits))
    .where('campaign_number', '=', request.campaignNumber)
    .executeTakeFirst();
  if (known === undefined) return refusePayment('unknown');
  if (nowMs >= known.expires_at_ms) return refuse('code-stale', { ageMs: null, maxAgeMs: null });
  const found = await loadVouchers(tx, request.campaignNumber, { person: known.person }, nowMs);
  return found.length > 0 ? found : refusePayment('no-voucher');
}

/** Vouchers by serial or by person, with what bears on their use: spent, held for another purchase, revoked. */
async function loadVouchers(
  tx: Tx,
  campaignNumber: number,
  by: { readonly serial: number } | { readonly person: string },
  nowMs: number,
): Promise<readonly Candidate[]> {
  let query = tx.selectFrom('vouchers').selectAll().where('campaign_number', '=', campaignNumber);
  query = 'serial' in by ? query.where('serial', '=', by.serial) : query.where('person', '=', by.person);
  const rows = await query.orderBy('not_after_ms').orderBy('serial').execute();
  if (rows.length === 0) return [];
  const serials = rows.map(({ serial }) => serial);
  const spends = await tx
    .selectFrom('spends')
    .select(['serial', 'at_ms'])
    .where('campaign_number', '=', campaignNumber)
    .where('serial', 'in', serials)
    .execute();
  const holds = await tx
    .selectFrom('authorisations')
    .select('serial')
    .where('campaign_number', '=', campaignNumber)
    .where('serial', 'in', serials)
    .where('status', '=', 'reserved')
    .where('hold_until_ms', '>', nowMs)
    .execute();
  const spentAt = new Map(spends.map(({ serial, at_ms: atMs }) => [serial, atMs]));
  const heldSerials = new Set(holds.map(({ serial }) => serial));
  return rows.map((row) => ({
    voucher: {
      campaignNumber,
      kindNumber: row.kind_number,
      serial: BigInt(row.serial),
      notBeforeMs: row.not_before_ms,
      notAfterMs: row.not_after_ms,
    },
    papersHash: row.papers_hash,
    facts: {
      signatures: 'valid',
      revoked: row.status !== 'live',
      redeemed:
        spentAt.has(row.serial) || heldSerials.has(row.serial)
          ? { atMs: spentAt.get(row.serial) ?? null, storeName: null, receiptNumber: null }
          : null,
      codeAgeMs: null,
    },
  }));
}

interface Best {
  readonly decision: Decision;
  /** What is held; null when refused. */
  readonly voucher: Voucher | null;
}

/** Decides each candidate at this place, and takes the one to use. */
function chooseBest(
  request: AuthorisationRequest,
  candidates: readonly Candidate[] | Refuse,
  place: Place,
  campaign: Campaign,
  nowMs: number,
): Best {
  if ('verdict' in candidates) return { decision: candidates, voucher: null };
  const tried = candidates.map(({ voucher, papersHash, facts }) => ({
    voucher,
    decision: decide(voucher, purchaseOf(request.purchase, papersHash), place.store, campaign, nowMs, {
      ...facts,
      terminal: place.terminal,
      online: true,
      clock: 'trusted',
      purchaseHasVoucher: place.purchaseHasVoucher,
      budgetExhausted: false,
      offlineLimit: null,
    }),
  }));
  const { voucher, decision } = chooseVoucher(tried);
  return { decision, voucher: decision.verdict === 'accept' ? voucher : null };
}

function answerOf(
  terminalId: string,
  request: AuthorisationRequest,
  { decision, voucher }: Best,
  campaign: Campaign,
  nowMs: number,
): AuthorisationAnswer {
  const base = { terminalId, authorisationId: request.authorisationId, serverTimeMs: nowMs };
  if (decision.verdict === 'refuse' || voucher === null) {
    return {
      ...base,
      status: 'refused',
      holdUntilMs: null,
      voucher: null,
      discountFen: 0,
      payableFen: request.purchase.amountFen,
      reason: decision.verdict === 'refuse' ? decision.code : null,
      params: decision.verdict === 'refuse' ? { ...decision.params } : {},
    };
  }
  return {
    ...base,
    status: 'reserved',
    // A confirmation after the voucher's own end would be refused when its entry arrives.
    holdUntilMs: Math.min(nowMs + DECISION_LIFE_MS, voucher.notAfterMs),
    voucher: {
      campaignNumber: campaign.number,
      kindId: campaign.kinds.find(({ number }) => number === voucher.kindNumber)?.id ?? '',
      serial: String(voucher.serial),
      notAfterMs: voucher.notAfterMs,
    },
    discountFen: decision.discountFen,
    payableFen: decision.payableFen,
    reason: null,
    params: {},
  };
}
