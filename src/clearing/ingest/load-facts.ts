import type { Envelope } from '../../contract/clearing/envelope.ts';
import { type EntryVerdict, entryVerdictSchema } from '../../contract/clearing/protocol.ts';
import { account } from '../ledger/ledger.ts';
import { openSettlementDay } from '../settlement/day.ts';
import type { Tx } from '../storage/storage.ts';
import { entryDigest } from './judge.ts';
import {
  type BatchFacts,
  type CheckedEntry,
  entryKey,
  type PurchaseUse,
  purchaseKey,
  type RegisteredVoucher,
  type Spend,
  type StoredEntry,
  voucherKey,
} from './facts.ts';
import { loadAuthorisations } from './load-authorisations.ts';
import { loadHeldReturns, loadRedemptions } from './load-redemptions.ts';

/** More entries than this can't have come before their turn: a terminal sends in order. */
const MAX_EARLY_ENTRIES = 2000;

export interface FactsRequest {
  readonly terminalId: string;
  readonly batch: readonly CheckedEntry[];
  readonly nowMs: number;
  readonly canMoveMoney: boolean;
  readonly campaign: BatchFacts['campaign'];
}

/** Reads everything that the judgement of a batch depends on, set by set. The caller holds the money lock. */
export async function loadFacts(tx: Tx, request: FactsRequest): Promise<BatchFacts> {
  const { terminalId, batch, nowMs } = request;
  const place = await tx
    .selectFrom('terminals')
    .innerJoin('stores', 'stores.id', 'terminals.store_id')
    .select([
      'terminals.status as terminal_status',
      'stores.id as store_id',
      'stores.status as store_status',
      'stores.category as category',
      'stores.cut_over_minutes as cut_over_minutes',
    ])
    .where('terminals.id', '=', terminalId)
    .executeTakeFirstOrThrow();
  const stored = await loadStored(tx, terminalId, batch);
  const serials = serialsOf(batch);
  const authorisations = await loadAuthorisations(tx, terminalId, batch);
  for (const { campaignNumber, serial } of authorisations.values()) add(serials, campaignNumber, serial);
  return {
    nowMs,
    settlementDay: await openSettlementDay(tx, nowMs, place.cut_over_minutes),
    terminalId,
    terminalStatus: place.terminal_status,
    storeId: place.store_id,
    store: { category: place.category, status: place.store_status },
    cutOverMinutes: place.cut_over_minutes,
    epochs: await loadEpochs(tx, terminalId),
    stored,
    quarantined: await loadQuarantined(tx, batch, stored),
    vouchers: await loadVouchers(tx, serials),
    spends: await loadSpends(tx, serials),
    purchases: await loadPurchases(tx, batch),
    redemptions: await loadRedemptions(tx, terminalId, batch),
    heldReturns: await loadHeldReturns(tx, terminalId, batch),
    authorisations,
    coverFen: await loadCover(tx, batch),
    canMoveMoney: request.canMoveMoney,
    campaign: request.campaign,
  };
}

async function loadCover(tx: Tx, batch: readonly CheckedEntry[]): Promise<Map<number, number>> {
  const numbers = new Set(
    batch.flatMap(({ body }) => (body?.kind === 'redemption' ? [body.value.campaignNumber] : [])),
  );
  if (numbers.size === 0) return new Map();
  const rows = await tx
    .selectFrom('accounts')
    .select(['campaign_number', 'balance_fen'])
    .where('campaign_number', 'in', [...numbers])
    .where('name', '=', account.cover)
    .execute();
  return new Map(rows.map((row) => [row.campaign_number, row.balance_fen]));
}

function add(serials: Map<number, Set<number>>, campaignNumber: number, serial: number): void {
  const known = serials.get(campaignNumber);
  if (known === undefined) serials.set(campaignNumber, new Set([serial]));
  else known.add(serial);
}

function serialsOf(batch: readonly CheckedEntry[]): Map<number, Set<number>> {
  const serials = new Map<number, Set<number>>();
  for (const { grant } of batch) {
    // Serials are dense: one beyond the exact integers was never issued.
    if (grant === null || grant.voucher.serial > BigInt(Number.MAX_SAFE_INTEGER)) continue;
    add(serials, grant.voucher.campaignNumber, Number(grant.voucher.serial));
  }
  return serials;
}

async function loadEpochs(tx: Tx, terminalId: string): Promise<BatchFacts['epochs']> {
  const rows = await tx
    .selectFrom('terminal_epochs')
    .selectAll()
    .where('terminal_id', '=', terminalId)
    .execute();
  return new Map(
    rows.map((row) => [
      row.epoch,
      {
        epoch: row.epoch,
        certificate: JSON.parse(row.certificate) as Envelope,
        headSeq: row.head_seq,
        headHash: row.head_hash,
        lastAtMs: row.last_at_ms,
        broken: row.broken === 1,
        lostFromSeq: row.lost_from_seq,
        lostToSeq: row.lost_to_seq,
      },
    ]),
  );
}

interface EntryRow {
  readonly epoch: number;
  readonly seq: number;
  readonly hash: string;
  readonly verdict: EntryVerdict['verdict'];
  readonly reason: string | null;
  readonly params: string;
  readonly settlement_day: string | null;
  readonly borne_by: 'merchant' | 'fund' | null;
}

/** The verdict as it was given. */
export function verdictOfRow(row: EntryRow): EntryVerdict {
  return {
    epoch: row.epoch,
    seq: row.seq,
    hash: row.hash,
    verdict: row.verdict,
    reason: row.reason,
    params: JSON.parse(row.params) as EntryVerdict['params'],
    settlementDay: row.settlement_day,
    borneBy: row.borne_by,
  };
}

export const VERDICT_COLUMNS = [
  'epoch',
  'seq',
  'hash',
  'verdict',
  'reason',
  'params',
  'settlement_day',
  'borne_by',
] as const;

async function loadStored(
  tx: Tx,
  terminalId: string,
  batch: readonly CheckedEntry[],
): Promise<Map<string, StoredEntry>> {
  const wanted = new Map<number, Set<number>>();
  for (const { entry, body } of batch) {
    add(wanted, entry.epoch, entry.seq);
    if (body?.kind === 'reversal' || body?.kind === 'refund')
      add(wanted, body.value.of.epoch, body.value.of.seq);
  }
  const stored = new Map<string, StoredEntry>();
  for (const [epoch, seqs] of wanted) {
    const highest = Math.max(...seqs);
    const rows = await tx
      .selectFrom('entries')
      .select(VERDICT_COLUMNS)
      .where('terminal_id', '=', terminalId)
      .where('epoch', '=', epoch)
      .where((eb) => eb.or([eb('seq', 'in', [...seqs]), eb('seq', '>', highest)]))
      .orderBy('seq')
      .limit(seqs.size + MAX_EARLY_ENTRIES)
      .execute();
    for (const row of rows)
      stored.set(entryKey(row.epoch, row.seq), { hash: row.hash, verdict: verdictOfRow(row) });
  }
  return stored;
}

/** Only forks and entries of unknown epochs can be in quarantine, so mostly there is nothing to look for. */
async function loadQuarantined(
  tx: Tx,
  batch: readonly CheckedEntry[],
  stored: ReadonlyMap<string, StoredEntry>,
): Promise<Map<string, EntryVerdict>> {
  const doubtful = batch.filter(({ entry, seal }) => {
    const known = stored.get(entryKey(entry.epoch, entry.seq));
    return seal === 'unknown-epoch' || (known !== undefined && known.hash !== entry.hash);
  });
  if (doubtful.length === 0) return new Map();
  const digests = doubtful.map(({ entry }) => entryDigest(entry));
  const rows = await tx
    .selectFrom('quarantine')
    .leftJoin('decisions', (join) =>
      join
        .onRef('decisions.terminal_id', '=', 'quarantine.terminal_id')
        .onRef('decisions.epoch', '=', 'quarantine.epoch')
        .onRef('decisions.seq', '=', 'quarantine.seq')
        .onRef('decisions.hash', '=', 'quarantine.hash'),
    )
    .selectAll('quarantine')
    .select('decisions.verdict as decided')
    .where('quarantine.digest', 'in', digests)
    .execute();
  return new Map(
    rows.map((row) => [
      row.digest,
      entryVerdictSchema.parse(
        row.decided !== null
          ? JSON.parse(row.decided)
          : {
              epoch: row.epoch,
              seq: row.seq,
              hash: row.hash,
              verdict: 'held',
              reason: row.reason,
              params: {},
              settlementDay: null,
              borneBy: null,
            },
      ),
    ]),
  );
}

async function loadVouchers(
  tx: Tx,
  serials: ReadonlyMap<number, ReadonlySet<number>>,
): Promise<Map<string, RegisteredVoucher>> {
  const vouchers = new Map<string, RegisteredVoucher>();
  for (const [campaignNumber, wanted] of serials) {
    const rows = await tx
      .selectFrom('vouchers')
      .select(['serial', 'kind_number', 'grant_bytes', 'not_after_ms', 'status', 'papers_hash'])
      .where('campaign_number', '=', campaignNumber)
      .where('serial', 'in', [...wanted])
      .execute();
    for (const row of rows)
      vouchers.set(voucherKey(campaignNumber, row.serial), {
        kindNumber: row.kind_number,
        bytes: row.grant_bytes,
        notAfterMs: row.not_after_ms,
        status: row.status,
        papersHash: row.papers_hash,
      });
  }
  return vouchers;
}

async function loadSpends(
  tx: Tx,
  serials: ReadonlyMap<number, ReadonlySet<number>>,
): Promise<Map<string, Spend>> {
  const spends = new Map<string, Spend>();
  for (const [campaignNumber, wanted] of serials) {
    const rows = await tx
      .selectFrom('spends')
      .innerJoin('terminals', 'terminals.id', 'spends.terminal_id')
      .innerJoin('stores', 'stores.id', 'terminals.store_id')
      .select([
        'spends.serial as serial',
        'spends.terminal_id as terminal_id',
        'spends.authorisation_id as authorisation_id',
        'spends.epoch as epoch',
        'spends.seq as seq',
        'spends.at_ms as at_ms',
        'stores.name_zh as store_name',
      ])
      .where('spends.campaign_number', '=', campaignNumber)
      .where('spends.serial', 'in', [...wanted])
      .execute();
    for (const row of rows)
      spends.set(voucherKey(campaignNumber, row.serial), {
        terminalId: row.terminal_id,
        authorisationId: row.authorisation_id,
        epoch: row.epoch,
        seq: row.seq,
        atMs: row.at_ms,
        storeName: row.store_name,
        receiptNumber: null,
      });
  }
  return spends;
}

async function loadPurchases(tx: Tx, batch: readonly CheckedEntry[]): Promise<Map<string, PurchaseUse>> {
  const receipts = new Set<string>();
  let storeId: string | null = null;
  for (const { body } of batch) {
    if (body?.kind !== 'redemption') continue;
    storeId ??= body.value.purchase.storeId;
    receipts.add(body.value.purchase.receiptNumber);
  }
  if (storeId === null) return new Map();
  const rows = await tx
    .selectFrom('purchases')
    .selectAll()
    .where('store_id', '=', storeId)
    .where('receipt_number', 'in', [...receipts])
    .execute();
  return new Map(
    rows.map((row) => [
      purchaseKey({
        storeId: row.store_id,
        till: row.till,
        businessDay: row.business_day,
        receiptNumber: row.receipt_number,
      }),
      { terminalId: row.terminal_id, epoch: row.epoch, seq: row.seq },
    ]),
  );
}
