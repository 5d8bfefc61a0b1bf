import SqliteDatabase, { type Database } from 'better-sqlite3';
import { JournalError } from './errors.ts';
import { migration001 } from './migrations/001-journal.ts';
import { migration002 } from './migrations/002-authorisations.ts';
import { migration003 } from './migrations/003-refunds.ts';
import { migration004 } from './migrations/004-archives.ts';
import { migration005 } from './migrations/005-fewer-pages.ts';

export interface Migration {
  /** The database's `user_version` after it; 1, 2, 3 … without gaps. */
  readonly number: number;
  readonly sql: string;
}

export const MIGRATIONS: readonly Migration[] = [
  migration001,
  migration002,
  migration003,
  migration004,
  migration005,
];

/** "ZMDV": tells our database from any other file of SQLite's. */
const APPLICATION_ID = 0x5a4d4456;

export function databaseVersion(db: Database): number {
  return Number(db.pragma('user_version', { simple: true }));
}

function applicationId(db: Database): number {
  return Number(db.pragma('application_id', { simple: true }));
}

/**
 * Refuses a database that this software must not write to: a newer one (`database-newer`) or somebody
 * else's (`database-damaged`). Changes nothing.
 */
export function checkDatabaseVersion(db: Database, migrations: readonly Migration[] = MIGRATIONS): void {
  const found = databaseVersion(db);
  if (found > migrations.length)
    throw new JournalError('database-newer', { found, known: migrations.length });
  if (found > 0 && applicationId(db) !== APPLICATION_ID)
    throw new JournalError('database-damaged', { what: 'application-id', found: applicationId(db) });
}

/** Brings the database to the newest version, one transaction for each step. Returns the versions before and after. */
export function migrate(
  db: Database,
  migrations: readonly Migration[] = MIGRATIONS,
): { readonly from: number; readonly to: number } {
  const from = databaseVersion(db);
  for (const [index, migration] of migrations.entries()) {
    if (migration.number !== index + 1) throw new Error(`migration ${migration.number} is out of order`);
    if (migration.number <= from) continue;
    db.transaction(() => {
      db.exec(migration.sql);
      db.pragma(`application_id = ${APPLICATION_ID}`);
      db.pragma(`user_version = ${migration.number}`);
    }).immediate();
  }
  return { from, to: databaseVersion(db) };
}

/** All tables, indexes and guards of a database, as one text. */
function schemaOf(db: Database): string {
  const list = 'SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY type, name';
  return JSON.stringify(db.prepare(list).all());
}

const expectedSchemas = new Map<readonly Migration[], string>();

/** True if the schema is what these migrations make: a guard that is gone lets through what it was there for. */
export function hasExpectedSchema(db: Database, migrations: readonly Migration[] = MIGRATIONS): boolean {
  let expected = expectedSchemas.get(migrations);
  if (expected === undefined) {
    const fresh = new SqliteDatabase(':memory:');
    migrate(fresh, migrations);
    expected = schemaOf(fresh);
    fresh.close();
    expectedSchemas.set(migrations, expected);
  }
  return schemaOf(db) === expected;
}
