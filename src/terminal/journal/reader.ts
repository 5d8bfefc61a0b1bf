import { z } from 'zod';
import { type EntryVerdict, feedSchema } from '../../contract/clearing/protocol.ts';
import { envelopeSchema } from '../../contract/clearing/envelope.ts';
import { headSchema, type Entry, type EntryName, type Head } from '../../contract/journal/entry.ts';
import type { EntryKind } from '../../domain/entry-kinds.ts';
import { idOf, MAX_ID, nameOf } from './ids.ts';
import { standInForYounger } from './older.ts';
import { entryOfRow, redemptionOfRow, verdictOfRow } from './rows.ts';
import type { Connection } from './storage.ts';
import type {
  DayTotal,
  Feed,
  JournalReader,
  PurchaseKey,
  RedemptionRow,
  Refund,
  StoredEnvelope,
} from './types.ts';
import { stored, storedJson } from './stored.ts';
import { voucherMarks } from './voucher-marks.ts';

/**
 * `+?` where a row is looked for while somebody waits: SQLite plans a join anew for every value of a bare `?`, which
 * takes ten times as long as the look-up; the plus hides the value from the planner, and the plan stays.
 */
const REDEMPTION = `
  SELECT r.*, v.verdict, v.reason, v.settlement_day, v.borne_by, n.id AS not_confirmed
  FROM redemptions r LEFT JOIN verdicts v ON v.id = r.id LEFT JOIN not_confirmed n ON n.id = r.id`;
/**
 * The redemptions `r` of the business days @fromDay to @toDay: of the part of the journal between the first and the
 * last run of such a day.
 */
export const ON_DAYS = `r.id >= (SELECT min(first_id) FROM day_spans WHERE business_day BETWEEN @fromDay AND @toDay)
  AND r.id < (SELECT coalesce(min(first_id), ${MAX_ID + 1}) FROM day_spans WHERE first_id >
    (SELECT max(first_id) FROM day_spans WHERE business_day BETWEEN @fromDay AND @toDay))
  AND r.business_day BETWEEN @fromDay AND @toDay`;
const VERDICT = 'SELECT v.*, e.hash FROM verdicts v JOIN entries e ON e.id = v.id';

/** No list that a caller asks for is longer. */
const MAX_ROWS = 10_000;
/** Only so far back are entries of a kind looked for: weeks of a busy counter, read in milliseconds. */
const NEWEST_ROWS = 20_000;

const pendingRow = z.object({ redemptions: z.int(), discount_fen: z.int(), entries: z.int() });
const timeRow = z.object({ at_ms: z.int() });
const feedRow = z.object({ changes_after: z.int(), server_time_ms: z.int().nullable() });
const envelopeRow = z.object({
  name: z.string(),
  version: z.int(),
  text: z.string(),
  stored_at_ms: z.int(),
});
const shiftRow = z.object({
  number: z.int(),
  opened_id: z.int(),
  opened_at_ms: z.int(),
  opened_by: z.string(),
});
const versionRow = z.object({ name: z.string(), version: z.int() });
const versionValue = z.int().optional();
const settingValue = z.string().optional();
const feedMarkValue = z.string();
const shiftNumber = z.int();
const refundRow = z.object({ id: z.int(), returned_fen: z.int(), back_to_fund_fen: z.int() });
const totalRow = z.object({
  campaign_number: z.int(),
  kind_number: z.int().nullable(),
  cashier_id: z.string(),
  state: z.enum(['pending', 'settled', 'refused', 'held', 'reversed']),
  count: z.int(),
  amount_fen: z.int(),
  discount_fen: z.int(),
  back_to_fund_fen: z.int(),
});

function storedEnvelope(row: unknown): StoredEnvelope {
  const { name, version, text, stored_at_ms } = stored(envelopeRow, row);
  return { name, version, text, storedAtMs: stored_at_ms };
}

function dayTotal(row: unknown): DayTotal {
  const parsed = stored(totalRow, row);
  return {
    campaignNumber: parsed.campaign_number,
    kindNumber: parsed.kind_number,
    cashierId: parsed.cashier_id,
    state: parsed.state,
    count: parsed.count,
    amountFen: parsed.amount_fen,
    discountFen: parsed.discount_fen,
    backToFundFen: parsed.back_to_fund_fen,
  };
}

function refund(row: unknown): Refund {
  const { id, returned_fen, back_to_fund_fen } = stored(refundRow, row);
  return { ...nameOf(id), returnedFen: returned_fen, backToFundFen: back_to_fund_fen };
}

function bounded(limit: number): number {
  return Math.max(0, Math.min(MAX_ROWS, Math.trunc(limit)));
}

/** The end of the journal: its last entry, or only its place and time. */
function chainReader(db: Connection, terminalId: string) {
  const byId = db.prepare('SELECT * FROM entries WHERE id = ?');
  const last = db.prepare('SELECT * FROM entries ORDER BY id DESC LIMIT 1');
  const after = db.prepare('SELECT * FROM entries WHERE id > ? ORDER BY id LIMIT ?');
  const newestOfAll = db.prepare(
    'SELECT * FROM (SELECT * FROM entries ORDER BY id DESC LIMIT ?) ORDER BY id',
  );
  const newest = db.prepare(
    `SELECT e.* FROM (SELECT id, kind FROM entries ORDER BY id DESC LIMIT ${NEWEST_ROWS}) n
     JOIN entries e ON e.id = n.id WHERE n.kind IN (SELECT value FROM json_each(?)) ORDER BY e.id DESC LIMIT ?`,
  );
  const unjudged = db.prepare(
    `SELECT e.* FROM entries e
     WHERE e.id > coalesce((SELECT epoch * 1099511627776 + seq FROM clearing_head), 0)
       AND NOT EXISTS (SELECT 1 FROM verdicts v WHERE v.id = e.id)
     ORDER BY e.id LIMIT ?`,
  );
  const acknowledged = db.prepare('SELECT epoch, seq, hash FROM clearing_head');
  const verdict = db.prepare(`${VERDICT} WHERE v.id = +?`);
  return {
    head: (): Head | null => {
      const row: unknown = last.get();
      if (row === undefined) return null;
      const { epoch, seq, hash } = entryOfRow(row, terminalId);
      return { epoch, seq, hash };
    },
    entry: (name: EntryName): Entry | null => {
      const row: unknown = byId.get(idOf(name));
      return row === undefined ? null : entryOfRow(row, terminalId);
    },
    entriesAfter: (name: EntryName | null, limit: number): readonly Entry[] =>
      after.all(name === null ? 0 : idOf(name), bounded(limit)).map((row) => entryOfRow(row, terminalId)),
    newestEntries: (limit: number): readonly Entry[] =>
      newestOfAll.all(bounded(limit)).map((row) => entryOfRow(row, terminalId)),
    newestOfKinds: (kinds: readonly EntryKind[], limit: number): readonly Entry[] =>
      newest.all(JSON.stringify(kinds), bounded(limit)).map((row) => entryOfRow(row, terminalId)),
    entriesToSend: (limit: number): readonly Entry[] =>
      unjudged.all(bounded(limit)).map((row) => entryOfRow(row, terminalId)),
    acknowledgedHead: (): Head | null => {
      const row: unknown = acknowledged.get();
      return row === undefined ? null : stored(headSchema, row);
    },
    verdictOf: (name: EntryName): EntryVerdict | null => {
      const row: unknown = verdict.get(idOf(name));
      return row === undefined ? null : verdictOfRow(row);
    },
  };
}

function redemptionReader(db: Connection) {
  const byVoucher = db.prepare(
    `${REDEMPTION} WHERE r.campaign_number = +? AND r.serial = +? AND r.reversed_id IS NULL`,
  );
  const byPurchase = db.prepare(
    `${REDEMPTION} WHERE r.business_day = +? AND r.receipt_number = +? AND r.till = +? AND r.store_id = +?
     AND r.reversed_id IS NULL`,
  );
  const reversedByPurchase = db.prepare(
    `${REDEMPTION} WHERE r.business_day = +? AND r.receipt_number = +? AND r.till = +? AND r.store_id = +?
     AND r.reversed_id IS NOT NULL ORDER BY r.id DESC LIMIT 1`,
  );
  const byId = db.prepare(`${REDEMPTION} WHERE r.id = +?`);
  const unsent = db.prepare(
    `${REDEMPTION} WHERE r.id > coalesce((SELECT epoch * 1099511627776 + seq FROM clearing_head), 0)
       AND r.reversed_id IS NULL AND v.id IS NULL ORDER BY r.id LIMIT ?`,
  );
  const recent = db.prepare(`${REDEMPTION} ORDER BY r.id DESC LIMIT ?`);
  const ofDay = db.prepare(`${REDEMPTION} WHERE ${ON_DAYS} AND r.id > @after ORDER BY r.id LIMIT @limit`);
  // From the few that are marked, not through a million redemptions.
  const notConfirmed = db.prepare(
    `SELECT r.*, v.verdict, v.reason, v.settlement_day, v.borne_by, n.id AS not_confirmed
     FROM not_confirmed n CROSS JOIN redemptions r ON r.id = n.id LEFT JOIN verdicts v ON v.id = r.id
     ORDER BY r.id LIMIT ?`,
  );
  const totals = db.prepare(
    `SELECT r.campaign_number, r.kind_number, r.cashier_id,
       CASE WHEN r.reversed_id IS NOT NULL THEN 'reversed'
            WHEN v.verdict IS NULL OR v.verdict = 'recorded' THEN 'pending' ELSE v.verdict END AS state,
       count(*) AS count, sum(r.amount_fen) AS amount_fen, sum(r.discount_fen) AS discount_fen,
       sum(r.back_to_fund_fen) AS back_to_fund_fen
     FROM redemptions r LEFT JOIN verdicts v ON v.id = r.id
     WHERE ${ON_DAYS} GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4`,
  );
  const refunds = db.prepare(
    'SELECT id, returned_fen, back_to_fund_fen FROM refunds WHERE of_id = ? ORDER BY id',
  );
  const one = (row: unknown): RedemptionRow | null => (row === undefined ? null : redemptionOfRow(row));
  return {
    redemptionOfVoucher: (campaignNumber: number, serial: string) =>
      one(byVoucher.get(campaignNumber, serial)),
    redemptionOfPurchase: (key: PurchaseKey) =>
      one(byPurchase.get(key.businessDay, key.receiptNumber, key.till, key.storeId)),
    reversedOfPurchase: (key: PurchaseKey) =>
      one(reversedByPurchase.get(key.businessDay, key.receiptNumber, key.till, key.storeId)),
    redemption: (epoch: number, seq: number) => one(byId.get(idOf({ epoch, seq }))),
    unsentRedemptions: (limit: number) => unsent.all(bounded(limit)).map(redemptionOfRow),
    refundsOf: (name: EntryName) => refunds.all(idOf(name)).map(refund),
    recentRedemptions: (limit: number) => recent.all(bounded(limit)).map(redemptionOfRow),
    redemptionsOfDay: (day: string, page: { after: EntryName | null; limit: number }) =>
      ofDay
        .all({
          fromDay: day,
          toDay: day,
          after: page.after === null ? 0 : idOf(page.after),
          limit: bounded(page.limit),
        })
        .map(redemptionOfRow),
    totalsOfDay: (day: string) => totals.all({ fromDay: day, toDay: day }).map(dayTotal),
    notConfirmed: () => notConfirmed.all(MAX_ROWS).map(redemptionOfRow),
  };
}

function pendingReader(db: Connection) {
  const counters = db.prepare('SELECT redemptions, discount_fen, entries FROM waiting');
  const oldest = db.prepare(
    `SELECT r.at_ms FROM redemptions r
     WHERE r.id > coalesce((SELECT epoch * 1099511627776 + seq FROM clearing_head), 0)
       AND r.reversed_id IS NULL AND NOT EXISTS (SELECT 1 FROM verdicts v WHERE v.id = r.id)
     ORDER BY r.id LIMIT 1`,
  );
  return () => {
    const { redemptions, discount_fen, entries } = stored(pendingRow, counters.get());
    const row: unknown = redemptions === 0 ? undefined : oldest.get();
    return {
      count: redemptions,
      discountFen: discount_fen,
      oldestAtMs: row === undefined ? null : stored(timeRow, row).at_ms,
      entries,
    };
  };
}

function clearingReader(db: Connection) {
  const feed = db.prepare('SELECT changes_after, server_time_ms FROM feed');
  // Another for each feed that is kept, without reading its text.
  const feedMark = db
    .prepare(
      `SELECT concat_ws(' ', e.stored_at_ms, octet_length(e.text), f.changes_after, f.server_time_ms)
       FROM envelopes e JOIN feed f WHERE e.name = 'feed'`,
    )
    .pluck();
  const one = db.prepare('SELECT * FROM envelopes WHERE name = ?');
  const all = db.prepare('SELECT * FROM envelopes WHERE name >= ? AND name < ? ORDER BY name');
  const allVersions = db.prepare('SELECT name, version FROM envelopes WHERE name >= ? AND name < ?');
  const version = db.prepare('SELECT version FROM envelopes WHERE name = ?').pluck();
  const setting = db.prepare('SELECT value FROM settings WHERE name = ?').pluck();
  const envelopes = (prefix: string) => all.all(prefix, `${prefix}\u{10ffff}`).map(storedEnvelope);
  /** Without reading the texts: asked for at every scan without a network. */
  const versions = (prefix: string) =>
    allVersions.all(prefix, `${prefix}\u{10ffff}`).map((row) => stored(versionRow, row));
  const envelope = (name: string) => {
    const row: unknown = one.get(name);
    return row === undefined ? null : storedEnvelope(row);
  };
  let parsed: { readonly mark: string; readonly feed: Feed } | null = null;
  /** Asked several times for every scan, and after a day without a network a feed names thousands of vouchers. */
  const lastFeed = (): Feed | null => {
    const row: unknown = feedMark.get();
    if (row === undefined) return null;
    const mark = stored(feedMarkValue, row);
    if (parsed?.mark === mark) return parsed.feed;
    const kept = envelope('feed');
    if (kept === null) return null;
    parsed = { mark, feed: storedJson(feedSchema, storedJson(envelopeSchema, kept.text).payload) };
    return parsed.feed;
  };
  return {
    envelope,
    envelopes,
    lastFeed,
    exhaustedKinds: () => lastFeed()?.exhaustedKinds ?? [],
    setting: (name: string) => stored(settingValue, setting.get(name)) ?? null,
    feedState: () => {
      const row = stored(feedRow, feed.get());
      return {
        changesAfter: row.changes_after,
        packVersions: Object.fromEntries(
          versions('pack:').map((each) => [each.name.slice('pack:'.length), each.version]),
        ),
        keyRingVersion: stored(versionValue, version.get('key-ring')) ?? 0,
        lastFeedServerTimeMs: row.server_time_ms,
      };
    },
  };
}

function shiftReader(db: Connection) {
  const open = db.prepare('SELECT * FROM shifts WHERE closed_id IS NULL ORDER BY number DESC LIMIT 1');
  const last = db.prepare('SELECT coalesce(max(number), 0) FROM shifts').pluck();
  return {
    openShift: () => {
      const row: unknown = open.get();
      if (row === undefined) return null;
      const parsed = stored(shiftRow, row);
      return {
        number: parsed.number,
        openedAtMs: parsed.opened_at_ms,
        openedBy: parsed.opened_by,
        openedIn: nameOf(parsed.opened_id),
      };
    },
    lastShiftNumber: () => stored(shiftNumber, last.get()),
  };
}

/** A handle that can only read. The connection may be one that writes, or a read-only one of its own. */
export function journalReader(db: Connection, terminalId: string, epoch: number): JournalReader {
  standInForYounger(db);
  const marks = voucherMarks(db);
  return {
    terminalId,
    epoch,
    ...chainReader(db, terminalId),
    ...redemptionReader(db),
    ...clearingReader(db),
    ...shiftReader(db),
    pending: pendingReader(db),
    isSpent: (campaignNumber, serial) => marks.has('spent', campaignNumber, serial),
    isRevoked: (campaignNumber, serial) => marks.has('revoked', campaignNumber, serial),
  };
}
