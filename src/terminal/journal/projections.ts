import type { z } from 'zod';
import {
  BODY_SCHEMAS,
  type Entry,
  type EntryName,
  type RedemptionBody,
} from '../../contract/journal/entry.ts';
import { idOf } from './ids.ts';
import type { Connection } from './storage.ts';

/** Keeps the projections in step with the journal. Every function runs inside the caller's transaction. */
export interface Projections {
  /** Takes in an entry that was just inserted. Throws if it contradicts an earlier one: nothing may stay then. */
  apply(entry: Entry): void;
  /** Empties all projections and makes them again from entries and verdicts. */
  rebuild(entries: Iterable<Entry>): void;
}

/** Offsets of design section 5: campaign 1, kind 3, serial 5; all big-endian. */
const GRANT_KIND_AT = 3;
const GRANT_SERIAL_AT = 5;
const GRANT_MIN_BYTES = 13;

function voucherOf(evidence: RedemptionBody['evidence']): { kind: number | null; serial: string | null } {
  if (evidence.type === 'authorisation') {
    const { held } = evidence;
    return { kind: held?.kindNumber ?? null, serial: held?.serial ?? null };
  }
  const grant = Buffer.from(evidence.grant, 'base64url');
  if (grant.length < GRANT_MIN_BYTES) throw new Error('a redemption whose grant is too short');
  return {
    kind: grant.readUInt16BE(GRANT_KIND_AT),
    serial: grant.readBigUInt64BE(GRANT_SERIAL_AT).toString(),
  };
}

/** A body as its schema gives it: the journal on the disk is no more trusted than the network. */
function bodyOf<T>(schema: z.ZodType<T>, entry: Entry): T {
  return schema.parse(JSON.parse(entry.body));
}

/** What an entry changes of the redemptions that wait for their verdict. */
interface PendingChange {
  readonly redemptions: number;
  readonly discountFen: number;
}
const UNCHANGED: PendingChange = { redemptions: 0, discountFen: 0 };

function redemptionProjection(db: Connection) {
  const insert = db.prepare(
    `INSERT INTO redemptions (id, redemption_id, at_ms, evidence, campaign_number, kind_number, serial, store_id,
       till, business_day, receipt_number, amount_fen, discount_fen, payable_fen, cashier_id, pack_version,
       scanned_at_ms, offline) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const capture = db.prepare(
    `UPDATE authorisations SET state = 'capturing', confirmed_at_ms = ? WHERE id = ?`,
  );
  return (entry: Entry): PendingChange => {
    const body = bodyOf(BODY_SCHEMAS.redemption, entry);
    const { kind, serial } = voucherOf(body.evidence);
    const { purchase } = body;
    insert.run(
      idOf(entry),
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
    if (body.evidence.type === 'authorisation') capture.run(entry.atMs, body.evidence.authorisationId);
    return { redemptions: 1, discountFen: body.discountFen };
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
  return (entry: Entry): PendingChange => {
    const body = bodyOf(BODY_SCHEMAS.reversal, entry);
    const of = idOf(body.of);
    const discountFen: unknown = reverse.pluck().get(idOf(entry), of, body.redemptionId);
    if (typeof discountFen !== 'number') throw new Error(`no redemption ${describe(body.of)} to reverse`);
    looked.run(of);
    return judged.get(of) === undefined ? { redemptions: -1, discountFen: -discountFen } : UNCHANGED;
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
  const count = db.prepare(
    `UPDATE pending SET entries = entries + 1, redemptions = redemptions + ?, discount_fen = discount_fen + ?`,
  );

  const project = (entry: Entry): PendingChange => {
    switch (entry.kind) {
      case 'redemption':
        return redeem(entry);
      case 'reversal':
        return reverse(entry);
      case 'refund':
        refund(entry);
        return UNCHANGED;
      case 'shift-opened':
        shift.opened(entry);
        return UNCHANGED;
      case 'shift-closed':
        shift.closed(entry);
        return UNCHANGED;
      default:
        // Nothing is projected of the rest: the auditor reads it in the chain itself.
        return UNCHANGED;
    }
  };
  const apply = (entry: Entry): void => {
    const { redemptions, discountFen } = project(entry);
    count.run(redemptions, discountFen);
  };
  return {
    apply,
    rebuild: (entries) => {
      db.exec(
        `DELETE FROM refunds; DELETE FROM redemptions; DELETE FROM shifts;
         UPDATE pending SET redemptions = 0, discount_fen = 0, entries = 0;`,
      );
      for (const entry of entries) apply(entry);
      // While rebuilding nothing has a verdict yet; now the judged ones leave what is pending.
      db.exec(
        `UPDATE pending SET
           entries = entries - (SELECT count(*) FROM verdicts),
           redemptions = (SELECT count(*) FROM redemptions r WHERE reversed_id IS NULL
             AND NOT EXISTS (SELECT 1 FROM verdicts v WHERE v.id = r.id)),
           discount_fen = (SELECT coalesce(sum(discount_fen), 0) FROM redemptions r WHERE reversed_id IS NULL
             AND NOT EXISTS (SELECT 1 FROM verdicts v WHERE v.id = r.id));`,
      );
    },
  };
}
