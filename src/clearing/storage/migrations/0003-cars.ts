import { sql, type Kysely } from 'kysely';
import type { Engine } from '../storage.ts';

function statements(engine: Engine): readonly string[] {
  const int = engine === 'postgres' ? 'bigint' : 'integer';
  const text = engine === 'postgres' ? 'text collate "C"' : 'text';
  const strict = engine === 'postgres' ? '' : ' strict';
  // Among the claims that stand, an invoice, a car, a buyer and a person each occur once.
  const once = (column: string) =>
    `create unique index car_claims_one_${column} on car_claims (campaign_number, ${column}) where status <> 'refused'`;
  return [
    `drop table car_claims`,
    `create table car_claims (
       id ${text} primary key, campaign_number ${int} not null, person ${text} not null,
       kind_number ${int}, status ${text} not null
         check (status in ('submitted', 'first-passed', 'issued', 'refused')),
       papers_sealed ${text} not null, papers_hash ${text} not null, invoice_hash ${text} not null,
       vin_hash ${text} not null, buyer_hash ${text} not null, price_fen ${int} not null,
       findings ${text} not null, holder ${text} not null, unionpay_review ${text}, bureau_review ${text},
       serial ${int}, created_at_ms ${int} not null
     )${strict}`,
    `create index car_claims_by_status on car_claims (campaign_number, status, created_at_ms, id)`,
    ...['person', 'invoice_hash', 'vin_hash', 'buyer_hash'].map(once),
  ];
}

/** Claims for car vouchers, which nothing could hand in before: the table of the first schema is empty. */
export async function addCars(db: Kysely<unknown>, engine: Engine): Promise<void> {
  for (const statement of statements(engine)) await sql.raw(statement).execute(db);
}
