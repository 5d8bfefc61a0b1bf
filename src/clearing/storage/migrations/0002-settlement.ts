import { sql, type Kysely } from 'kysely';
import type { Engine } from '../storage.ts';

function statements(engine: Engine): readonly string[] {
  const int = engine === 'postgres' ? 'bigint' : 'integer';
  // Text in the order of its bytes on both engines, whatever the server's language.
  const text = engine === 'postgres' ? 'text collate "C"' : 'text';
  const strict = engine === 'postgres' ? '' : ' strict';
  return [
    `create table settlement_days (
       settlement_day ${text} primary key, previous_day ${text}, closed_by ${text} not null,
       closed_at_ms ${int} not null, manifest ${text} not null
     )${strict}`,
    `create table reconciliations (
       source ${text} not null, subject ${text} not null, day ${text} not null, meaning ${text} not null,
       id ${text} not null unique, store_id ${text} not null, at_ms ${int} not null,
       report_sha256 ${text} not null, counts ${text} not null, differences ${text} not null,
       primary key (source, subject, day, meaning)
     )${strict}`,
    `alter table lines add column owed ${int} not null default 0`,
    `alter table payouts add column rejected_by ${text}`,
    `alter table payouts add column reason ${text}`,
    `alter table payouts add column booked_day ${text}`,
    `alter table payouts add column collected ${text}`,
    `alter table payouts add column advice ${text}`,
    `create index lines_by_settlement_day on lines (settlement_day, store_id)`,
    `create index lines_by_redemption_day on lines (redemption_day, store_id)`,
    `create index lines_by_correction on lines (corrects) where corrects is not null`,
    `create index lines_by_payout on lines (payout_id) where payout_id is not null`,
  ];
}

/** Closed days, kept reconciliations, and what payouts need beyond the first schema. */
export async function addSettlement(db: Kysely<unknown>, engine: Engine): Promise<void> {
  for (const statement of statements(engine)) await sql.raw(statement).execute(db);
}
