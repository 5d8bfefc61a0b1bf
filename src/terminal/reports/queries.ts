import Database from 'better-sqlite3';
import { z } from 'zod';
import { settlementStateSchema, type SettlementState } from '../../contract/terminal/state.ts';
import type { EntryName } from '../../contract/journal/entry.ts';
import { nameOf } from '../journal/ids.ts';
import { ON_DAYS } from '../journal/reader.ts';
import { redemptionOfRow } from '../journal/rows.ts';
import type { Connection } from '../journal/storage.ts';
import type { RedemptionRow } from '../journal/types.ts';

/** `reversed` wins over clearing's verdict; a verdict without money counts as none. */
const STATE = `CASE WHEN r.reversed_id IS NOT NULL THEN 'reversed'
  WHEN v.verdict IS NULL OR v.verdict = 'recorded' THEN 'pending' ELSE v.verdict END`;
/** Hour of the Shanghai day: UTC+8 all year. */
const HOUR = '((r.at_ms / 3600000) + 8) % 24';
const FROM = 'FROM redemptions r LEFT JOIN verdicts v ON v.id = r.id';
const CELLS = `
  SELECT r.campaign_number, r.kind_number, r.cashier_id, r.till, ${HOUR} AS hour, ${STATE} AS state,
    count(*) AS count, sum(r.amount_fen) AS amount_fen, sum(r.discount_fen) AS discount_fen,
    sum(r.back_to_fund_fen) AS back_to_fund_fen ${FROM}`;
const BY_CELL = 'GROUP BY 1, 2, 3, 4, 5, 6';

/** The smallest sum of which every breakdown is made. */
export interface Cell {
  readonly campaignNumber: number;
  readonly kindNumber: number | null;
  readonly cashierId: string;
  readonly counter: string;
  readonly hour: number;
  readonly state: SettlementState;
  readonly count: number;
  readonly amountFen: number;
  readonly discountFen: number;
  readonly backToFundFen: number;
}

export interface KindName {
  readonly campaignNumber: number;
  readonly kindNumber: number | null;
}

/** What a list of redemptions is cut down to; null: everything. */
export interface RowFilter {
  readonly kinds: readonly KindName[] | null;
  readonly cashierId: string | null;
  readonly counter: string | null;
  readonly hour: number | null;
  readonly state: SettlementState | null;
}

export interface ShiftRow {
  readonly number: number;
  readonly opened: EntryName;
  readonly closed: EntryName | null;
  readonly openedAtMs: number;
  readonly closedAtMs: number | null;
  readonly openedBy: string;
}

/** Sums and lists for reports. Reads on a connection of its own, so that it can't change anything. */
export interface ReportQueries {
  /** Business days of the range that have redemptions, oldest first. */
  days(fromDay: string, toDay: string): readonly string[];
  cellsOfDay(day: string): readonly Cell[];
  /** Redemptions between two entries (exclusive); `before` null: up to the last. */
  cellsBetween(after: EntryName, before: EntryName | null): readonly Cell[];
  kinds(fromDay: string, toDay: string): readonly KindName[];
  /** Newest first. */
  rows(
    range: { readonly fromDay: string; readonly toDay: string },
    filter: RowFilter,
    page: { readonly offset: number; readonly limit: number },
  ): { readonly total: number; readonly rows: readonly RedemptionRow[] };
  shift(number: number): ShiftRow | null;
  /** Opened from `fromMs` to just before `toMs`, newest first. */
  shifts(fromMs: number, toMs: number): readonly ShiftRow[];
  close(): void;
}

const cellRow = z.object({
  campaign_number: z.int(),
  kind_number: z.int().nullable(),
  cashier_id: z.string(),
  till: z.string(),
  hour: z.int(),
  state: settlementStateSchema,
  count: z.int(),
  amount_fen: z.int(),
  discount_fen: z.int(),
  back_to_fund_fen: z.int(),
});

function cell(row: unknown): Cell {
  const parsed = cellRow.parse(row);
  return {
    campaignNumber: parsed.campaign_number,
    kindNumber: parsed.kind_number,
    cashierId: parsed.cashier_id,
    counter: parsed.till,
    hour: parsed.hour,
    state: parsed.state,
    count: parsed.count,
    amountFen: parsed.amount_fen,
    discountFen: parsed.discount_fen,
    backToFundFen: parsed.back_to_fund_fen,
  };
}

const shiftRow = z.object({
  number: z.int(),
  opened_id: z.int(),
  closed_id: z.int().nullable(),
  opened_at_ms: z.int(),
  closed_at_ms: z.int().nullable(),
  opened_by: z.string(),
});

function shift(row: unknown): ShiftRow {
  const parsed = shiftRow.parse(row);
  return {
    number: parsed.number,
    opened: nameOf(parsed.opened_id),
    closed: parsed.closed_id === null ? null : nameOf(parsed.closed_id),
    openedAtMs: parsed.opened_at_ms,
    closedAtMs: parsed.closed_at_ms,
    openedBy: parsed.opened_by,
  };
}

/** Conditions and their values; kinds are few, so each is named. */
function conditions(filter: RowFilter): { readonly sql: string; readonly values: readonly (string | number)[] } {
  const sql: string[] = [];
  const values: (string | number)[] = [];
  const add = (condition: string, ...its: readonly (string | number)[]): void => {
    sql.push(` AND ${condition}`);
    values.push(...its);
  };
  if (filter.cashierId !== null) add('r.cashier_id = ?', filter.cashierId);
  if (filter.counter !== null) add('r.till = ?', filter.counter);
  if (filter.hour !== null) add(`${HOUR} = ?`, filter.hour);
  if (filter.state !== null) add(`${STATE} = ?`, filter.state);
  if (filter.kinds !== null) {
    const named = filter.kinds.map(({ kindNumber }) =>
      kindNumber === null
        ? '(r.campaign_number = ? AND r.kind_number IS NULL)'
        : '(r.campaign_number = ? AND r.kind_number = ?)',
    );
    const wanted = filter.kinds.flatMap(({ campaignNumber, kindNumber }) =>
      kindNumber === null ? [campaignNumber] : [campaignNumber, kindNumber],
    );
    add(named.length === 0 ? '0' : `(${named.join(' OR ')})`, ...wanted);
  }
  return { sql: sql.join(''), values };
}

const idSql = 'CAST(? AS INTEGER) * 1099511627776 + CAST(? AS INTEGER)';

/** Opens the journal's database for reading only. The file must exist. */
export function openReportQueries(databaseFile: string): ReportQueries {
  return reportQueries(new Database(databaseFile, { readonly: true, fileMustExist: true }));
}

/** The same on a connection that is open already; `close` closes it. */
export function reportQueries(db: Connection): ReportQueries {
  const days = db
    .prepare(
      'SELECT DISTINCT business_day FROM day_spans WHERE business_day BETWEEN ? AND ? ORDER BY business_day',
    )
    .pluck();
  const ofDay = db.prepare(`${CELLS} WHERE ${ON_DAYS} ${BY_CELL}`);
  const between = db.prepare(`${CELLS} WHERE r.id > ${idSql} AND r.id < ${idSql} ${BY_CELL}`);
  const kinds = db.prepare(
    `SELECT DISTINCT campaign_number, kind_number FROM redemptions r WHERE ${ON_DAYS}`,
  );
  const SHIFT = `SELECT s.*, e.at_ms AS closed_at_ms FROM shifts s LEFT JOIN entries e ON e.id = s.closed_id`;
  const oneShift = db.prepare(`${SHIFT} WHERE s.number = ?`);
  const someShifts = db.prepare(
    `${SHIFT} WHERE s.opened_at_ms >= ? AND s.opened_at_ms < ? ORDER BY s.number DESC LIMIT 1000`,
  );
  return {
    days: (fromDay, toDay) => z.array(z.string()).parse(days.all(fromDay, toDay)),
    cellsOfDay: (day) => ofDay.all({ fromDay: day, toDay: day }).map(cell),
    cellsBetween: (after, before) =>
      between
        .all(after.epoch, after.seq, before?.epoch ?? 8191, before?.seq ?? 0)
        .map(cell),
    kinds: (fromDay, toDay) =>
      z
        .array(z.object({ campaign_number: z.int(), kind_number: z.int().nullable() }))
        .parse(kinds.all({ fromDay, toDay }))
        .map((row) => ({ campaignNumber: row.campaign_number, kindNumber: row.kind_number })),
    rows: ({ fromDay, toDay }, filter, { offset, limit }) => {
      const range = { fromDay, toDay };
      const { sql, values } = conditions(filter);
      const where = `WHERE ${ON_DAYS}${sql}`;
      const total = z
        .int()
        .parse(db.prepare(`SELECT count(*) ${FROM} ${where}`).pluck().get(range, ...values));
      const list = db
        .prepare(
          `SELECT r.*, v.verdict, v.reason, v.settlement_day, v.borne_by, n.id AS not_confirmed
           ${FROM} LEFT JOIN not_confirmed n ON n.id = r.id ${where} ORDER BY r.id DESC LIMIT ? OFFSET ?`,
        )
        .all(range, ...values, limit, offset);
      return { total, rows: list.map(redemptionOfRow) };
    },
    shift: (number) => {
      const row: unknown = oneShift.get(number);
      return row === undefined ? null : shift(row);
    },
    shifts: (fromMs, toMs) => someShifts.all(fromMs, toMs).map(shift),
    close: () => db.close(),
  };
}
