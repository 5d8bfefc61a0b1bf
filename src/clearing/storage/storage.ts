import BetterSqlite3 from 'better-sqlite3';
import { Kysely, PostgresDialect, SqliteDialect, type Transaction } from 'kysely';
import { Migrator } from 'kysely/migration';
import pg from 'pg';
import { createBase } from './migrations/0001-base.ts';
import { addSettlement } from './migrations/0002-settlement.ts';
import { type Database } from './schema.ts';

export type Engine = 'sqlite' | 'postgres';
export type Tx = Transaction<Database>;
/** Both a transaction and the database itself: for reads that need no transaction of their own. */
export type Reader = Kysely<Database>;

export interface Storage {
  readonly engine: Engine;
  readonly db: Kysely<Database>;
  /** Runs all or nothing. On PostgreSQL a deadlock or serialisation failure is tried again, at most five times. */
  readonly transaction: <T>(work: (tx: Tx) => Promise<T>) => Promise<T>;
  readonly close: () => Promise<void>;
}

const MAX_TRIES = 5;
const RETRYABLE = new Set(['40001', '40P01']);

function isRetryable(error: unknown): boolean {
  return (
    error instanceof Error && 'code' in error && typeof error.code === 'string' && RETRYABLE.has(error.code)
  );
}

async function migrate(db: Kysely<Database>, engine: Engine): Promise<void> {
  const migrator = new Migrator({
    db,
    provider: {
      getMigrations: () =>
        Promise.resolve({
          '0001-base': { up: (empty: Kysely<unknown>) => createBase(empty, engine) },
          '0002-settlement': { up: (before: Kysely<unknown>) => addSettlement(before, engine) },
        }),
    },
  });
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) throw new Error('clearing: migration failed', { cause: error });
}

/** SQLite in a file, or in memory with ':memory:'. WAL with full synchronisation: what was answered is on disk. */
export async function openSqlite(file: string): Promise<Storage> {
  const database = new BetterSqlite3(file);
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = FULL');
  database.pragma('foreign_keys = ON');
  database.pragma('busy_timeout = 5000');
  const db = new Kysely<Database>({ dialect: new SqliteDialect({ database }) });
  await migrate(db, 'sqlite');
  return {
    engine: 'sqlite',
    db,
    transaction: (work) => db.transaction().execute(work),
    close: () => db.destroy(),
  };
}

/** Money and times fit into a double exactly; anything beyond is a broken invariant. */
function exactInteger(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`a bigint too large to be exact: ${text}`);
  return value;
}

/** PostgreSQL by a `postgres://` address; several nodes may share one database. */
export async function openPostgres(connectionString: string, maxConnections = 10): Promise<Storage> {
  pg.types.setTypeParser(pg.types.builtins.INT8, exactInteger);
  const pool = new pg.Pool({ connectionString, max: maxConnections });
  // An idle connection that the server ends is replaced by the pool; without a listener it would end the process.
  pool.on('error', () => undefined);
  const db = new Kysely<Database>({ dialect: new PostgresDialect({ pool }) });
  await migrate(db, 'postgres');
  const transaction = async <T>(work: (tx: Tx) => Promise<T>): Promise<T> => {
    for (let tries = 1; ; tries += 1) {
      try {
        return await db.transaction().execute(work);
      } catch (error) {
        if (tries >= MAX_TRIES || !isRetryable(error)) throw error;
      }
    }
  };
  return { engine: 'postgres', db, transaction, close: () => db.destroy() };
}

/**
 * Takes the one lock under which money moves and change numbers are given: everything that follows in the
 * transaction sees all that was committed before, and commits in the order of the numbers.
 * On SQLite there is one writer anyway; the update makes the transaction a writing one from its first statement.
 */
export async function lockMoney(tx: Tx): Promise<void> {
  await tx
    .updateTable('sequences')
    .set((eb) => ({ value: eb('value', '+', 1) }))
    .where('name', '=', 'money')
    .execute();
}

/** Takes `count` numbers of the named sequence and returns the first of them. */
export async function takeNumbers(tx: Tx, name: 'changes', count: number): Promise<number> {
  const { value } = await tx
    .updateTable('sequences')
    .set((eb) => ({ value: eb('value', '+', count) }))
    .where('name', '=', name)
    .returning('value')
    .executeTakeFirstOrThrow();
  return value - count + 1;
}
