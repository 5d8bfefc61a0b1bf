import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import type { Connection } from '../../src/terminal/journal/storage.ts';

/**
 * SQLite in memory for one seed after another, as better-sqlite3 shows it to the parts.
 *
 * It is SQLite itself, by Node's own binding: that one doesn't prepare a join anew at each call, as better-sqlite3's
 * build (STAT4) does. Three more things save time and change no answer: everything that a seed does happens inside one
 * outer transaction, which is rolled back for the next seed; statements stay prepared; and what a SELECT gave is given
 * again until one of its tables is written to.
 */

type Row = Readonly<Record<string, unknown>>;

/** Counts how often each table was written to. Going back to an earlier state counts as writing to all of them. */
class Versions {
  readonly #tables = new Map<string, { value: number }>();
  readonly all = { value: 0 };
  /** Changes of the schema; a roll-back counts only where it undoes one. */
  readonly schema = { value: 0 };

  /** The tables that a text names; anything may be in the schema. */
  named(sql: string, names: readonly string[]): readonly { value: number }[] {
    const words = new Set(sql.match(/\w+/g));
    return names.filter((name) => words.has(name)).map((name) => this.of(name));
  }

  of(table: string): { value: number } {
    let version = this.#tables.get(table);
    if (version === undefined) {
      version = { value: 0 };
      this.#tables.set(table, version);
    }
    return version;
  }
}

const READS = /^\s*SELECT\b/i;
const WRITES = /^\s*(?:INSERT\s+(?:OR\s+\w+\s+)?INTO|UPDATE|DELETE\s+FROM)\s+"?(\w+)/i;
/** Their effect on tables is that of what was written before them, or none. */
const HARMLESS = /^\s*(?:SAVEPOINT|RELEASE|BEGIN|COMMIT|PRAGMA\s+\w+(?:\(\d+\))?\s*$)/i;
const GOES_BACK = /^\s*(?:ROLLBACK|BEGIN)/i;
/** Blobs of these are changed in place by who reads them. */
const NEVER_REMEMBERED = new Set(['voucher_marks']);
const MOST_REMEMBERED = 400;

/** Values by name: `@name` in the text. */
type Named = Readonly<Record<string, SQLInputValue>>;

function isNamed(parameter: SQLInputValue | Named | undefined): parameter is Named {
  return typeof parameter === 'object' && parameter !== null && !ArrayBuffer.isView(parameter);
}

function nameOf(parameter: SQLInputValue | Named): string {
  if (isNamed(parameter)) return JSON.stringify(parameter);
  if (!ArrayBuffer.isView(parameter)) return String(parameter);
  return Buffer.from(parameter.buffer, parameter.byteOffset, parameter.byteLength).toString('hex');
}

interface Remembered {
  readonly stamp: number;
  readonly rows: readonly Row[];
}

/** What better-sqlite3's statements do, as far as the parts ask for it. */
class Statement {
  readonly reader: boolean;
  readonly source: string;
  readonly #statement: StatementSync;
  readonly #blobs: readonly string[];
  readonly #reads: readonly { value: number }[] | null;
  readonly #writes: { value: number } | null;
  readonly #remembered = new Map<string, Remembered>();
  #plucks = false;

  constructor(
    statement: StatementSync,
    sql: string,
    looksAt: string,
    tables: readonly string[],
    versions: Versions,
  ) {
    this.source = sql;
    this.#statement = statement;
    const columns = statement.columns();
    this.reader = columns.length > 0;
    this.#blobs = columns.filter(({ type }) => type === 'BLOB').map(({ name }) => name);
    const named = READS.test(sql) ? versions.named(looksAt, tables) : [];
    const changedInPlace = tables.some((table) => NEVER_REMEMBERED.has(table) && sql.includes(table));
    const ofSchema = sql.includes('sqlite_schema');
    this.#reads = ofSchema
      ? [versions.schema]
      : named.length > 0 && !changedInPlace
        ? [...named, versions.all]
        : null;
    const written = WRITES.exec(sql)?.[1];
    this.#writes =
      written !== undefined
        ? versions.of(written)
        : READS.test(sql) || HARMLESS.test(sql)
          ? null
          : versions.all;
  }

  #rows(parameters: readonly Value[]): readonly Row[] {
    if (this.#reads === null) return this.#fresh(parameters);
    let stamp = 0;
    for (const { value } of this.#reads) stamp += value;
    let key = '';
    for (const parameter of parameters) key += `${nameOf(parameter)}\0`;
    const known = this.#remembered.get(key);
    if (known?.stamp === stamp) return known.rows;
    const rows = this.#fresh(parameters);
    if (this.#remembered.size >= MOST_REMEMBERED) this.#remembered.clear();
    this.#remembered.set(key, { stamp, rows });
    return rows;
  }

  #fresh(parameters: readonly Value[]): readonly Row[] {
    if (this.#writes !== null) this.#writes.value += 1;
    const [first, ...others] = parameters;
    const rows = isNamed(first)
      ? this.#statement.all(first, ...(others as SQLInputValue[]))
      : this.#statement.all(...(parameters as readonly SQLInputValue[]));
    for (const row of rows)
      for (const name of this.#blobs) {
        const blob = row[name];
        if (blob instanceof Uint8Array) row[name] = Buffer.from(blob.buffer, blob.byteOffset, blob.length);
      }
    return rows;
  }

  pluck(): this {
    this.#plucks = true;
    return this;
  }

  #shown(row: Row): unknown {
    return this.#plucks ? Object.values(row)[0] : row;
  }

  get(...parameters: readonly Parameter[]): unknown {
    const row = this.#rows(flat(parameters))[0];
    return row === undefined ? undefined : this.#shown(row);
  }

  all(...parameters: readonly Parameter[]): unknown[] {
    return this.#rows(flat(parameters)).map((row) => this.#shown(row));
  }

  iterate(...parameters: readonly Parameter[]): IterableIterator<unknown> {
    return this.all(...parameters).values();
  }

  run(...parameters: readonly Parameter[]): { readonly changes: number; readonly lastInsertRowid: number } {
    if (this.#writes !== null) this.#writes.value += 1;
    const { changes, lastInsertRowid } = this.#statement.run(...(flat(parameters) as SQLInputValue[]));
    return { changes: Number(changes), lastInsertRowid: Number(lastInsertRowid) };
  }
}

type Value = SQLInputValue | Named;
type Parameter = Value | readonly SQLInputValue[];

function flat(parameters: readonly Parameter[]): readonly Value[] {
  const [first] = parameters;
  return Array.isArray(first) ? (first as readonly Value[]) : (parameters as readonly Value[]);
}

export class ReusedDatabase {
  readonly #db = new DatabaseSync(':memory:');
  readonly #versions = new Versions();
  readonly #statements = new Map<string, Statement>();
  #tables: readonly string[] = [];
  #views: readonly { readonly name: string; readonly sql: string }[] = [];
  #begun = false;
  #schemaChanged = false;
  /** How the parts hold it. */
  readonly connection: Connection;

  /** `make` gives it what every seed finds there. */
  constructor(make: (db: Connection, raw: DatabaseSync) => void) {
    const held = {
      prepare: (sql: string) => this.prepared(sql),
      exec: (sql: string) => this.exec(sql),
      pragma: (source: string, options: { readonly simple?: boolean } = {}) => this.#pragma(source, options),
      transaction: <A extends unknown[], T>(work: (...parameters: A) => T) => {
        const run = (...parameters: A): T => {
          this.prepared('SAVEPOINT work').run();
          let done: T;
          try {
            done = work(...parameters);
          } catch (error) {
            this.exec('ROLLBACK TO work; RELEASE work');
            throw error;
          }
          this.prepared('RELEASE work').run();
          return done;
        };
        return Object.assign(run, { immediate: run, deferred: run, exclusive: run });
      },
      close: () => undefined,
    };
    this.connection = held as unknown as Connection;
    make(this.connection, this.#db);
    // Prepared before the tables were there.
    this.#statements.clear();
    this.#tables = this.prepared("SELECT name FROM sqlite_schema WHERE type = 'table'")
      .all()
      .map((row) => String((row as Row)['name']));
    this.#views = this.prepared("SELECT name, sql FROM sqlite_schema WHERE type = 'view'")
      .all()
      .map((row) => ({ name: String((row as Row)['name']), sql: String((row as Row)['sql']) }));
    this.#statements.clear();
    this.reset();
  }

  /** Kept ready. The same text always gives the same statement, so a caller who plucks it must always do so. */
  prepared(sql: string): Statement {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    // What a view reads changes what a text that names the view gives.
    const looksAt = [sql, ...this.#views.flatMap((view) => (sql.includes(view.name) ? [view.sql] : []))].join(
      ' ',
    );
    const statement = new Statement(this.#db.prepare(sql), sql, looksAt, this.#tables, this.#versions);
    this.#statements.set(sql, statement);
    return statement;
  }

  exec(sql: string): void {
    const { all, schema } = this.#versions;
    this.#schemaChanged ||= !GOES_BACK.test(sql);
    if (this.#schemaChanged) schema.value += 1;
    all.value += 1;
    this.#db.exec(sql);
  }

  #pragma(source: string, { simple = false }: { readonly simple?: boolean }): unknown {
    // There is no WAL in memory; and no disk that could damage a page: both are what `npm run torture` attacks.
    if (source.startsWith('wal_checkpoint')) return [{ busy: 0 }];
    if (source.startsWith('quick_check')) return simple ? 'ok' : [{ quick_check: 'ok' }];
    const rows = this.prepared(`PRAGMA ${source}`).all() as Row[];
    return simple ? Object.values(rows[0] ?? {})[0] : rows;
  }

  /** As it was at first. */
  reset(): void {
    this.exec(this.#begun ? 'ROLLBACK; BEGIN' : 'BEGIN');
    this.#begun = true;
    this.#schemaChanged = false;
  }
}

/** Those that no seed uses just now. */
export class DatabasePool {
  readonly #make: () => ReusedDatabase;
  readonly #idle: ReusedDatabase[] = [];

  constructor(make: () => ReusedDatabase) {
    this.#make = make;
  }

  take(): ReusedDatabase {
    return this.#idle.pop() ?? this.#make();
  }

  giveBack(database: ReusedDatabase): void {
    database.reset();
    this.#idle.push(database);
  }
}
