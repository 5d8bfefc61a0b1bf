import BetterSqlite3 from 'better-sqlite3';
import {
  Kysely,
  PostgresDialect,
  type SqliteDatabase,
  SqliteDialect,
  type SqliteStatement,
  type Transaction,
} from 'kysely';
import pg from 'pg';
import { migrate } from './migrate.ts';
import { describeServer, poolOptions, retried, serverProblem } from './postgres.ts';
import type { Database } from './schema.ts';

export type Engine = 'sqlite' | 'postgres';
export type Tx = Transaction<Database>;
/** Both a transaction and the database itself: for reads that need no transaction of their own. */
export type Reader = Kysely<Database>;

export interface Storage {
  readonly engine: Engine;
  readonly db: Kysely<Database>;
  /**
   * Runs all or nothing. Statements see what was committed before them (read committed), so money and everything
   * that must not change meanwhile is read after `lockMoney`. On PostgreSQL a deadlock or serialisation failure is
   * tried again, a few times: the work may run more than once, but only one run has an effect.
   */
  readonly transaction: <T>(work: (tx: Tx) => Promise<T>) => Promise<T>;
  readonly close: () => Promise<void>;
}

/** Pages kept in memory, KiB (SQLite's sign for it is a minus): the tables' indexes of a city's campaign, 66,000 vouchers. */
const SQLITE_CACHE_KIB = 65_536;
/**
 * Pages of the WAL after which they are moved into the file: 16 MiB, four times SQLite's own, since a batch touches
 * the same pages of the indexes as the one before.
 */
const SQLITE_CHECKPOINT_PAGES = 4000;
/** How long a process waits for another one that writes the same file, milliseconds. */
const SQLITE_BUSY_MS = 5000;

/** Statements kept prepared at most; a batch of journal entries needs some thirty. */
const MAX_STATEMENTS = 256;

/**
 * Kysely prepares a statement each time that it runs it; preparing an insert of 200 rows takes as long as running it.
 * This one keeps what it has prepared, by its text.
 */
function rememberStatements(database: BetterSqlite3.Database): SqliteDatabase {
  const statements = new Map<string, SqliteStatement>();
  return {
    close: () => database.close(),
    prepare: (text) => {
      const known = statements.get(text);
      if (known !== undefined) return known;
      const prepared: SqliteStatement = database.prepare(text);
      if (statements.size >= MAX_STATEMENTS) statements.clear();
      statements.set(text, prepared);
      return prepared;
    },
  };
}

/** SQLite in a file, or in memory with ':memory:'. WAL with full synchronisation: what was answered is on disk. */
export async function openSqlite(file: string): Promise<Storage> {
  const database = new BetterSqlite3(file);
  database.pragma(`busy_timeout = ${String(SQLITE_BUSY_MS)}`);
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = FULL');
  database.pragma('foreign_keys = ON');
  database.pragma(`cache_size = -${String(SQLITE_CACHE_KIB)}`);
  database.pragma(`wal_autocheckpoint = ${String(SQLITE_CHECKPOINT_PAGES)}`);
  const db = new Kysely<Database>({ dialect: new SqliteDialect({ database: rememberStatements(database) }) });
  // Kysely runs SQLite's migrations without a transaction: half a schema would be left by a fault.
  database.exec('begin immediate');
  try {
    await migrate(db, 'sqlite');
    database.exec('commit');
  } catch (error) {
    await db.destroy();
    throw error;
  }
  return {
    engine: 'sqlite',
    db,
    transaction: (work) => db.transaction().execute(work),
    close: () => db.destroy(),
  };
}

/**
 * PostgreSQL by a `postgres://` address; several nodes may share one database. Throws, with the reason and without
 * the password, when the server can't be reached or would answer before its data is on disk.
 */
export async function openPostgres(address: string, maxConnections?: number): Promise<Storage> {
  const pool = new pg.Pool(poolOptions(address, maxConnections));
  // An idle connection that the server ends is replaced by the pool; without a listener it would end the process.
  pool.on('error', () => undefined);
  try {
    const problem = await serverProblem(pool);
    if (problem !== null) throw new Error(problem);
  } catch (error) {
    await pool.end();
    throw new Error(`clearing: cannot use the database ${describeServer(address)}`, { cause: error });
  }
  const db = new Kysely<Database>({ dialect: new PostgresDialect({ pool }) });
  try {
    await migrate(db, 'postgres');
  } catch (error) {
    await db.destroy();
    throw error;
  }
  return {
    engine: 'postgres',
    db,
    transaction: (work) => retried(() => db.transaction().setIsolationLevel('read committed').execute(work)),
    close: () => db.destroy(),
  };
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
