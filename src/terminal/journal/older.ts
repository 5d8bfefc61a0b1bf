import type { Connection } from './storage.ts';

/** What younger versions read that a database of an older one lacks, made of what it has. */
const STAND_INS: Readonly<Record<string, string>> = {
  refunds: `SELECT id, json_extract(body, '$.of.epoch') * 1099511627776 + json_extract(body, '$.of.seq') AS of_id,
      json_extract(body, '$.returnedFen') AS returned_fen, json_extract(body, '$.backToFundFen') AS back_to_fund_fen
    FROM entries WHERE kind = 'refund'`,
  waiting: 'SELECT redemptions, discount_fen, entries FROM pending',
  day_spans: `SELECT id AS first_id, business_day FROM
      (SELECT id, business_day, lag(business_day) OVER (ORDER BY id) AS day_before FROM redemptions)
    WHERE day_before IS NOT business_day`,
};

/**
 * Back-ups and journals of older versions are read as they are, never migrated: for this connection alone, views of
 * the younger names stand in for the tables that they lack.
 */
export function standInForYounger(db: Connection): void {
  const there = new Set(
    db.prepare('SELECT name FROM sqlite_schema UNION SELECT name FROM sqlite_temp_schema').pluck().all(),
  );
  for (const [name, query] of Object.entries(STAND_INS))
    if (!there.has(name)) db.exec(`CREATE TEMP VIEW ${name} AS ${query}`);
}
