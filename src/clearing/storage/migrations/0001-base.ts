import { sql, type Kysely } from 'kysely';
import type { Engine } from '../storage.ts';

/** The whole first schema. INT, ID and the table suffix differ between the engines, nothing else. */
function statements(engine: Engine): readonly string[] {
  const int = engine === 'postgres' ? 'bigint' : 'integer';
  const id =
    engine === 'postgres'
      ? 'bigint generated always as identity primary key'
      : 'integer primary key autoincrement';
  const strict = engine === 'postgres' ? '' : ' strict';
  // Text in the order of its bytes on both engines, whatever the server's language.
  const text = engine === 'postgres' ? 'text collate "C"' : 'text';
  const table = (name: string, columns: string) =>
    `create table ${name} (${columns.replaceAll(/\btext\b/g, text)})${strict}`;
  return [
    table('sequences', `name text primary key, value ${int} not null`),
    `insert into sequences (name, value) values ('money', 0), ('changes', 0)`,
    table(
      'campaigns',
      `number ${int} primary key, id text not null unique, version ${int} not null,
       redeemed_fen ${int} not null check (redeemed_fen >= 0), next_serial ${int} not null`,
    ),
    table(
      'packs',
      `campaign_number ${int} not null, version ${int} not null, envelope text not null,
       valid_from_ms ${int} not null, primary key (campaign_number, version)`,
    ),
    table('key_rings', `version ${int} primary key, envelope text not null`),
    table(
      'operators',
      `id text primary key, name text not null, token_hash text not null unique, roles text not null,
       created_at_ms ${int} not null, disabled ${int} not null`,
    ),
    table(
      'stores',
      `id text primary key, name_zh text not null, name_en text not null, category text not null,
       status text not null, cut_over_minutes ${int} not null, basis text not null, district_by text,
       city_by text, suspended_at_ms ${int}, created_at_ms ${int} not null`,
    ),
    table(
      'terminals',
      `id text primary key, store_id text not null references stores (id), counter text not null,
       status text not null, epoch ${int} not null, software_version text not null, last_seen_at_ms ${int},
       unique (store_id, counter)`,
    ),
    table(
      'terminal_epochs',
      `terminal_id text not null references terminals (id), epoch ${int} not null, public_key text not null,
       certificate text not null, issued_at_ms ${int} not null, head_seq ${int} not null,
       head_hash text not null, last_at_ms ${int} not null, broken ${int} not null, lost_from_seq ${int},
       lost_to_seq ${int}, primary key (terminal_id, epoch)`,
    ),
    table(
      'activation_codes',
      `code_hash text primary key, terminal_id text not null references terminals (id),
       expires_at_ms ${int} not null, used_at_ms ${int}, used_by_key text, answer text`,
    ),
    table(
      'nonces',
      `key_id text not null, nonce text not null, expires_at_ms ${int} not null, primary key (key_id, nonce)`,
    ),
    `create index nonces_by_expiry on nonces (expires_at_ms)`,
    table(
      'entries',
      `terminal_id text not null, epoch ${int} not null, seq ${int} not null, hash text not null,
       kind text not null, at_ms ${int} not null, body text not null, prev text not null,
       signature text not null, received_at_ms ${int} not null,
       verdict text not null check (verdict in ('settled', 'recorded', 'refused', 'held')), reason text,
       params text not null, settlement_day text, borne_by text, primary key (terminal_id, epoch, seq)`,
    ),
    `create index entries_held on entries (verdict) where verdict = 'held'`,
    table(
      'quarantine',
      `digest text primary key, terminal_id text not null, epoch ${int} not null, seq ${int} not null,
       hash text not null, entry text not null, reason text not null, received_at_ms ${int} not null`,
    ),
    table(
      'vouchers',
      `campaign_number ${int} not null, serial ${int} not null, kind_number ${int} not null,
       round ${int} not null, person text not null, grant_bytes text not null, issuer_signature text not null,
       not_before_ms ${int} not null, not_after_ms ${int} not null, issued_at_ms ${int} not null,
       status text not null check (status in ('live', 'recovered', 'revoked')), papers_hash text,
       primary key (campaign_number, serial), unique (campaign_number, kind_number, round, person)`,
    ),
    `create index vouchers_by_person on vouchers (campaign_number, person)`,
    `create index vouchers_by_end on vouchers (campaign_number, not_after_ms) where status = 'live'`,
    table(
      'spends',
      `campaign_number ${int} not null, serial ${int} not null, terminal_id text not null,
       authorisation_id text, epoch ${int} not null, seq ${int} not null, at_ms ${int} not null, primary key (campaign_number, serial)`,
    ),
    table(
      'purchases',
      `store_id text not null, till text not null, business_day text not null, receipt_number text not null,
       amount_fen ${int} not null, terminal_id text not null, epoch ${int} not null, seq ${int} not null,
       primary key (store_id, till, business_day, receipt_number)`,
    ),
    table(
      'lines',
      `id ${id}, campaign_number ${int} not null, kind text not null, store_id text not null,
       terminal_id text not null, epoch ${int} not null, seq ${int} not null, redemption_id text not null,
       serial ${int} not null, kind_number ${int} not null, amount_fen ${int} not null, shares text not null,
       redemption_day text not null, settlement_day text not null, corrects ${int}, payout_id text,
       unique (terminal_id, epoch, seq)`,
    ),
    `create index lines_by_day on lines (campaign_number, settlement_day, store_id)`,
    `create index lines_unpaid on lines (store_id) where payout_id is null`,
    table(
      'accounts',
      `campaign_number ${int} not null, name text not null, side text not null,
       balance_fen ${int} not null check (balance_fen >= 0), primary key (campaign_number, name)`,
    ),
    table(
      'postings',
      `id ${id}, campaign_number ${int} not null, what text not null, reference text not null,
       account text not null, amount_fen ${int} not null, at_ms ${int} not null`,
    ),
    table(
      'changes',
      `number ${int} primary key, campaign_number ${int} not null, serial text not null, change text not null`,
    ),
    table(
      'decisions',
      `id ${id}, terminal_id text not null, epoch ${int} not null, seq ${int} not null, verdict text not null,
       by_operator text not null, note text not null, at_ms ${int} not null, unique (terminal_id, epoch, seq)`,
    ),
    table(
      'alarms',
      `id ${id}, cause text not null unique, code text not null, terminal_id text, details text not null,
       at_ms ${int} not null`,
    ),
    table(
      'authorisations',
      `terminal_id text not null, id text not null, status text not null, campaign_number ${int},
       serial ${int}, request text not null, answer text not null, discount_fen ${int} not null,
       hold_until_ms ${int} not null, captured_at_ms ${int}, created_at_ms ${int} not null,
       primary key (terminal_id, id)`,
    ),
    `create index authorisations_by_voucher on authorisations (campaign_number, serial)`,
    table(
      'rounds',
      `campaign_number ${int} not null, kind_number ${int} not null, round ${int} not null,
       quota ${int} not null, issued ${int} not null check (issued <= quota), opens_at_ms ${int} not null,
       closes_at_ms ${int} not null, primary key (campaign_number, kind_number, round)`,
    ),
    table(
      'holders',
      `campaign_number ${int} not null, person text not null, public_key text not null,
       algorithm text not null, primary key (campaign_number, person)`,
    ),
    table(
      'payment_codes',
      `code_hash text primary key, person text not null, campaign_number ${int} not null,
       expires_at_ms ${int} not null`,
    ),
    table(
      'car_claims',
      `id text primary key, campaign_number ${int} not null, person text not null, kind_number ${int} not null,
       status text not null, papers_sealed text not null, papers_hash text not null,
       invoice_hash text not null, vin_hash text not null, price_fen ${int} not null, facts text not null,
       first_by text, second_by text, reason text, serial ${int}, created_at_ms ${int} not null`,
    ),
    table(
      'payouts',
      `id text primary key, campaign_number ${int} not null, store_id text not null,
       settlement_day text not null, amount_fen ${int} not null, shares text not null,
       prepared_by text not null, approved_by text, paid_on text, reference text, at_ms ${int} not null`,
    ),
    table(
      'settlement_files',
      `campaign_number ${int} not null, settlement_day text not null, scope text not null, name text not null,
       content text not null, envelope text not null, closed_at_ms ${int} not null,
       primary key (campaign_number, settlement_day, scope, name)`,
    ),
    table(
      'audit',
      `id ${id}, at_ms ${int} not null, operator text not null, action text not null, subject text not null,
       details text not null`,
    ),
  ];
}

/** Makes the first schema on an empty database. */
export async function createBase(db: Kysely<unknown>, engine: Engine): Promise<void> {
  for (const statement of statements(engine)) await sql.raw(statement).execute(db);
}
