import { sql, type Kysely } from 'kysely';
import type { Engine } from '../storage.ts';

function statements(engine: Engine): readonly string[] {
  const int = engine === 'postgres' ? 'bigint' : 'integer';
  const text = engine === 'postgres' ? 'text collate "C"' : 'text';
  const strict = engine === 'postgres' ? '' : ' strict';
  const id =
    engine === 'postgres'
      ? 'bigint generated always as identity primary key'
      : 'integer primary key autoincrement';
  return [
    `drop table decisions`,
    `create table decisions (
       id ${id}, terminal_id ${text} not null, epoch ${int} not null, seq ${int} not null, hash ${text} not null,
       held_reason ${text} not null, verdict ${text} not null, proposed_by ${text} not null,
       by_operator ${text} not null, note ${text} not null, at_ms ${int} not null,
       unique (terminal_id, epoch, seq, hash)
     )${strict}`,
    `create table proposals (
       id ${text} primary key, terminal_id ${text} not null, epoch ${int} not null, seq ${int} not null,
       hash ${text} not null, decision ${text} not null check (decision in ('settle', 'refuse')),
       note ${text} not null, status ${text} not null check (status in ('open', 'approved', 'rejected')),
       proposed_by ${text} not null, proposed_at_ms ${int} not null, decided_by ${text}, decided_at_ms ${int}
     )${strict}`,
    // One word at a time about an entry.
    `create unique index proposals_open on proposals (terminal_id, epoch, seq, hash) where status = 'open'`,
    `alter table alarms add column acknowledged_by ${text}`,
    `alter table alarms add column acknowledged_at_ms ${int}`,
    `alter table alarms add column note ${text}`,
    `create index alarms_open on alarms (id) where acknowledged_by is null`,
  ];
}

/** Two people's decisions on held entries (nothing could write one before), and alarms that were seen to. */
export async function addDecisions(db: Kysely<unknown>, engine: Engine): Promise<void> {
  for (const statement of statements(engine)) await sql.raw(statement).execute(db);
}
