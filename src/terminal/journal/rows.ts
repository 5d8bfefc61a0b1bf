import { z } from 'zod';
import type { Entry } from '../../contract/journal/entry.ts';
import { ENTRY_KINDS } from '../../domain/entry-kinds.ts';
import { VERDICTS, type EntryVerdict } from '../../contract/clearing/protocol.ts';
import { paramsSchema } from '../../contract/terminal/errors.ts';
import { idOf, MAX_ID, MIN_ID, nameOf } from './ids.ts';
import { stored, storedJson } from './stored.ts';
import type { RedemptionRow } from './types.ts';

/** Rows of the database and what they stand for. One that can't be read throws `database-damaged`. */

const entryRow = z.object({
  id: z.int().min(MIN_ID).max(MAX_ID),
  kind: z.enum(ENTRY_KINDS),
  at_ms: z.int(),
  body: z.string(),
  prev: z.instanceof(Buffer),
  hash: z.instanceof(Buffer),
  signature: z.instanceof(Buffer),
});

export function entryOfRow(row: unknown, terminalId: string): Entry {
  const parsed = stored(entryRow, row);
  return {
    terminalId,
    ...nameOf(parsed.id),
    kind: parsed.kind,
    atMs: parsed.at_ms,
    body: parsed.body,
    prev: parsed.prev.toString('hex'),
    hash: parsed.hash.toString('hex'),
    signature: parsed.signature.toString('base64url'),
  };
}

export type EntryColumns = readonly [number, string, number, string, Buffer, Buffer, Buffer];

export function columnsOfEntry(entry: Entry): EntryColumns {
  return [
    idOf(entry),
    entry.kind,
    entry.atMs,
    entry.body,
    Buffer.from(entry.prev, 'hex'),
    Buffer.from(entry.hash, 'hex'),
    Buffer.from(entry.signature, 'base64url'),
  ];
}

export const verdictRow = z.object({
  id: z.int(),
  hash: z.instanceof(Buffer),
  verdict: z.enum(VERDICTS),
  reason: z.string().nullable(),
  params: z.string(),
  settlement_day: z.string().nullable(),
  borne_by: z.enum(['merchant', 'fund']).nullable(),
});

export function verdictOfRow(row: unknown): EntryVerdict {
  const parsed = stored(verdictRow, row);
  return {
    ...nameOf(parsed.id),
    hash: parsed.hash.toString('hex'),
    verdict: parsed.verdict,
    reason: parsed.reason,
    params: storedJson(paramsSchema, parsed.params),
    settlementDay: parsed.settlement_day,
    borneBy: parsed.borne_by,
  };
}

const redemptionRow = z.object({
  id: z.int(),
  redemption_id: z.string(),
  at_ms: z.int(),
  evidence: z.enum(['voucher-code', 'authorisation']),
  campaign_number: z.int(),
  kind_number: z.int().nullable(),
  serial: z.string().nullable(),
  store_id: z.string(),
  till: z.string(),
  business_day: z.string(),
  receipt_number: z.string(),
  amount_fen: z.int(),
  discount_fen: z.int(),
  payable_fen: z.int(),
  cashier_id: z.string(),
  pack_version: z.int(),
  scanned_at_ms: z.int(),
  offline: z.int(),
  reversed_id: z.int().nullable(),
  returned_fen: z.int(),
  back_to_fund_fen: z.int(),
  verdict: z.enum(VERDICTS).nullable(),
  reason: z.string().nullable(),
  settlement_day: z.string().nullable(),
  borne_by: z.enum(['merchant', 'fund']).nullable(),
  not_confirmed: z.int().nullable(),
});

function stateOf(reversed: boolean, verdict: RedemptionRow['verdict']): RedemptionRow['state'] {
  if (reversed) return 'reversed';
  // A redemption is never merely `recorded`; if clearing says so, nothing was paid and nothing is settled.
  return verdict === null || verdict === 'recorded' ? 'pending' : verdict;
}

export function redemptionOfRow(row: unknown): RedemptionRow {
  const parsed = stored(redemptionRow, row);
  return {
    ...nameOf(parsed.id),
    atMs: parsed.at_ms,
    redemptionId: parsed.redemption_id,
    evidence: parsed.evidence,
    campaignNumber: parsed.campaign_number,
    kindNumber: parsed.kind_number,
    serial: parsed.serial,
    storeId: parsed.store_id,
    till: parsed.till,
    businessDay: parsed.business_day,
    receiptNumber: parsed.receipt_number,
    amountFen: parsed.amount_fen,
    discountFen: parsed.discount_fen,
    payableFen: parsed.payable_fen,
    cashierId: parsed.cashier_id,
    packVersion: parsed.pack_version,
    scannedAtMs: parsed.scanned_at_ms,
    offline: parsed.offline === 1,
    state: stateOf(parsed.reversed_id !== null, parsed.verdict),
    verdict: parsed.verdict,
    reason: parsed.reason,
    settlementDay: parsed.settlement_day,
    borneBy: parsed.borne_by,
    reversedBy: parsed.reversed_id === null ? null : nameOf(parsed.reversed_id),
    returnedFen: parsed.returned_fen,
    backToFundFen: parsed.back_to_fund_fen,
    notConfirmed: parsed.not_confirmed !== null,
  };
}
