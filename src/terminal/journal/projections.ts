import type { z } from 'zod';
import { parseGrant } from '../../codes/grant.ts';
import {
  BODY_SCHEMAS,
  type Entry,
  type EntryName,
  type RedemptionBody,
} from '../../contract/journal/entry.ts';
import { isProjectedKind, type ProjectedKind } from '../../domain/entry-kinds.ts';
import { idOf } from './ids.ts';
import type { Connection } from './storage.ts';

/** Keeps the projections in step with the journal. Every function runs inside the caller's transaction. */
export interface Projections {
  /**
   * Takes in an entry that was just inserted. `redemption` is its body where its writer has just checked it; otherwise
   * it is read out of the entry. Throws if it contradicts an earlier one: nothing may stay then.
   */
  apply(entry: Entry, redemption?: RedemptionBody | null): void;
}

function voucherOf(evidence: RedemptionBody['evidence']): { kind: number | null; serial: string | null } {
  if (evidence.type === 'authorisation') {
    const { held } = evidence;
    return { kind: held?.kindNumber ?? null, serial: held?.serial ?? null };
  }
  const read = parseGrant(Buffer.from(evidence.grant, 'base64url'));
  if (!read.ok) throw new Error(`a redemption whose grant can't be read: ${read.fault}`);
  return { kind: read.grant.kindNumber, serial: read.grant.serial.toString() };
}

/** A body as its schema gives it: the journal on the disk is no more trusted than the network. */
function bodyOf<T>(schema: z.ZodType<T>, entry: Entry): T {
  return schema.parse(JSON.parse(entry.body));
}

/** Entries after the last that `pending` counts: as many are looked through when somebody asks what waits. */
const COUNTED_EVERY = 64;

/** Brings `pending` up to the newest entry. Before an entry gets its verdict: what is counted later has none. */
export function pendingCounter(db: Connection): () => void {
  const count = db.prepare(
    `UPDATE pending SET redemptions = w.redemptions, discount_fen = w.discount_fen, entries = w.entries,
       through_id = coalesce((SELECT max(id) FROM entries), 0) FROM waiting w`,
  );
  return () => void count.run();
}

function redemptionProjection(db: Connection) {
  const insert = db.prepare(
    `INSERT INTO redemptions (id, redemption_id, at_ms, evidence, campaign_number, kind_number, serial, store_id,
       till, business_day, receipt_number, amount_fen, discount_fen, payable_fen, cashier_id, pack_version,
       scanned_at_ms, offline) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const capture = db.prepare(
    `UPDATE authorisations SET state = 'capturing', confirmed_at_ms = ? WHERE id = ?`,
  );
  const dayBefore = db.prepare('SELECT business_day FROM day_spans ORDER BY first_id DESC LIMIT 1').pluck();
  const span = db.prepare('INSERT INTO day_spans VALUES (?, ?)');
  return (entry: Entry, checked: RedemptionBody | null): void => {
    const body = checked ?? bodyOf(BODY_SCHEMAS.redemption, entry);
    const { kind, serial } = voucherOf(body.evidence);
    const { purchase } = body;
    const id = idOf(entry);
    insert.run(
      id,
      body.redemptionId,
      entry.atMs,
      body.evidence.type,
      body.campaignNumber,
      kind,
      serial,
      purchase.storeId,
      purchase.till,
      purchase.businessDay,
      purchase.receiptNumber,
      purchase.amountFen,
      body.discountFen,
      body.payableFen,
      body.cashierId,
      body.packVersion,
      body.scannedAtMs,
      body.offline ? 1 : 0,
    );
    if (dayBefore.get() !== purchase.businessDay) span.run(id, purchase.businessDay);
    if (body.evidence.type === 'authorisation') capture.run(entry.atMs, body.evidence.authorisationId);
  };
}

function reversalProjection(db: Connection) {
  // Frees the voucher only through the row of the entry that is named: another entry's hold isn't touched.
  const reverse = db.prepare(
    `UPDATE redemptions SET reversed_id = ? WHERE id = ? AND redemption_id = ? AND reversed_id IS NULL
     RETURNING discount_fen`,
  );
  const judged = db.prepare('SELECT 1 FROM verdicts WHERE id = ?');
  const looked = db.prepare('DELETE FROM not_confirmed WHERE id = ?');
  const waitsNoMore = db.prepare(
    'UPDATE pending SET redemptions = redemptions - 1, discount_fen = discount_fen - ? WHERE through_id >= ?',
  );
  return (entry: Entry): void => {
    const body = bodyOf(BODY_SCHEMAS.reversal, entry);
    const of = idOf(body.of);
    const discountFen: unknown = reverse.pluck().get(idOf(entry), of, body.redemptionId);
    if (typeof discountFen !== 'number') throw new Error(`no redemption ${describe(body.of)} to reverse`);
    looked.run(of);
    if (judged.get(of) === undefined) waitsNoMore.run(discountFen, of);
  };
}

function refundProjection(db: Connection) {
  const refund = db.prepare(
    `UPDATE redemptions SET returned_fen = returned_fen + ?, back_to_fund_fen = back_to_fund_fen + ?
     WHERE id = ? AND redemption_id = ? AND reversed_id IS NULL
       AND returned_fen + ? <= amount_fen AND back_to_fund_fen + ? <= discount_fen`,
  );
  const keep = db.prepare('INSERT INTO refunds VALUES (?, ?, ?, ?)');
  return (entry: Entry): void => {
    const { of, redemptionId, returnedFen, backToFundFen } = bodyOf(BODY_SCHEMAS.refund, entry);
    const done = refund.run(returnedFen, backToFundFen, idOf(of), redemptionId, returnedFen, backToFundFen);
    if (done.changes !== 1) throw new Error(`no redemption ${describe(of)} to refund so much of`);
    keep.run(idOf(entry), idOf(of), returnedFen, backToFundFen);
  };
}

function shiftProjection(db: Connection) {
  const open = db.prepare(
    'INSERT INTO shifts (number, opened_id, opened_at_ms, opened_by) VALUES (?, ?, ?, ?)',
  );
  const close = db.prepare('UPDATE shifts SET closed_id = ? WHERE number = ? AND closed_id IS NULL');
  const openOnes = db.prepare('SELECT count(*) FROM shifts WHERE closed_id IS NULL').pluck();
  return {
    opened: (entry: Entry): void => {
      const { shift, by } = bodyOf(BODY_SCHEMAS['shift-opened'], entry);
      if (openOnes.get() !== 0) throw new Error('a shift is still open');
      open.run(shift, idOf(entry), entry.atMs, by);
    },
    closed: (entry: Entry): void => {
      const { shift } = bodyOf(BODY_SCHEMAS['shift-closed'], entry);
      if (close.run(idOf(entry), shift).changes !== 1) throw new Error(`shift ${shift} is not open`);
    },
  };
}

function describe({ epoch, seq }: EntryName): string {
  return `${epoch}:${seq}`;
}

export function projections(db: Connection): Projections {
  const redeem = redemptionProjection(db);
  const reverse = reversalProjection(db);
  const refund = refundProjection(db);
  const shift = shiftProjection(db);
  const countPending = pendingCounter(db);

  const projected: Readonly<
    Record<ProjectedKind, (entry: Entry, redemption: RedemptionBody | null) => void>
  > = {
    redemption: redeem,
    reversal: reverse,
    refund,
    'shift-opened': shift.opened,
    'shift-closed': shift.closed,
  };
  const apply = (entry: Entry, redemption: RedemptionBody | null = null): void => {
    if (isProjectedKind(entry.kind)) projected[entry.kind](entry, redemption);
    if (entry.seq % COUNTED_EVERY === 0) countPending();
  };
  return { apply };
}
