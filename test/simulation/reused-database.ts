import type Database from 'better-sqlite3';

/**
 * A database in memory for one seed after another. Everything that a seed does happens inside one outer
 * transaction, which is rolled back for the next one: making a database and preparing a hundred statements
 * anew would be most of the time of a run.
 */
export class ReusedDatabase {
  readonly db: Database.Database;
  readonly #statements = new Map<string, Database.Statement>();
  readonly #prepare: Database.Database['prepare'];

  constructor(db: Database.Database) {
    this.db = db;
    this.#prepare = db.prepare.bind(db);
    db.exec('BEGIN');
  }

  /** Kept ready. The same text always gives the same statement, so a caller who plucks it must always do so. */
  prepared(sql: string): Database.Statement {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    const statement = this.#prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }

  /** As it was at first. */
  reset(): void {
    this.db.exec('ROLLBACK; BEGIN');
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
