import { z } from 'zod';
import { migrate } from '../../src/terminal/journal/migrate.ts';
import { configure, type Connection, type JournalStorage } from '../../src/terminal/journal/storage.ts';
import type { TailDevice } from '../../src/terminal/journal/tail-log.ts';
import type { Random } from '../torture/random.ts';
import { diskFull, SimulatedCrash } from './crash.ts';
import { DatabasePool, ReusedDatabase } from './reused-database.ts';

/** Where the next crash strikes; each is a border between two writes of an append. */
export const CRASH_POINTS = ['before-commit', 'before-tail', 'before-flush', 'after-flush'] as const;
export type CrashPoint = (typeof CRASH_POINTS)[number];

const guardRow = z.object({ name: z.string(), sql: z.string() });
const FIRST_TAIL_BYTES = 4096;
const MOST_STATES = 4;

/** A tail device whose flush may be a lie: what a plant wraps. */
export type WrapTail = (device: TailDevice) => TailDevice;

interface Half {
  /** As the process sees it; grows as it is written to. */
  written: Buffer;
  synced: Buffer;
  /** What was written since the last flush. */
  unsynced: { readonly from: number; readonly to: number }[];
}

const pool = new DatabasePool(
  () =>
    new ReusedDatabase((db) => {
      migrate(db);
      configure(db);
    }),
);

/** All rows of all tables. */
export type Image = ReadonlyMap<string, readonly unknown[][]>;

/**
 * A terminal's disk. The database is a real SQLite in memory; a damaged WAL is played by going back to an
 * earlier state of it (a savepoint), never before the last checkpoint that was read back. The tail log forgets at a crash
 * what was not flushed.
 */
export class SimDisk {
  crashAt: CrashPoint | null = null;
  tailFull = false;
  readonly #random: Random;
  readonly #wrap: WrapTail;
  readonly #halves: [Half, Half];
  readonly #database = pool.take();
  /** Savepoints since the last verified checkpoint, oldest first. */
  #states: string[] = [];
  #count = 0;

  constructor(random: Random, wrap: WrapTail) {
    this.#random = random;
    this.#wrap = wrap;
    this.#halves = [newHalf(), newHalf()];
  }

  get db(): Connection {
    return this.#database.connection;
  }

  /** Remembers the state that a damaged WAL may fall back to. */
  remember(): void {
    if (this.#states.length >= MOST_STATES) return;
    this.#count += 1;
    const name = `state_${this.#count}`;
    this.db.prepare(`SAVEPOINT ${name}`).run();
    this.#states.push(name);
  }

  image(): Image {
    const tables = this.db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").pluck().all();
    return new Map(
      tables.map((name) => [
        String(name),
        this.db
          .prepare(`SELECT * FROM "${String(name)}"`)
          .all()
          .map((row) => Object.values(row as object) as unknown[]),
      ]),
    );
  }

  /** Changes one byte in the text of the last closed entry, past SQL's guards; false if it has no such byte. */
  damage(): boolean {
    const last: unknown = this.db.prepare('SELECT max(id) FROM entries').pluck().get();
    if (typeof last !== 'number') return false;
    const guards = this.db
      .prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = 'entries'")
      .all()
      .map((row) => guardRow.parse(row));
    const before = this.#bodyOf(last);
    for (const { name } of guards) this.db.exec(`DROP TRIGGER "${name}"`);
    this.db.prepare("UPDATE entries SET body = replace(body, 'C-1', 'C-2') WHERE id = ?").run(last);
    for (const { sql } of guards) this.db.exec(sql);
    return this.#bodyOf(last) !== before;
  }

  #bodyOf(id: number): string {
    return String(this.db.prepare('SELECT body FROM entries WHERE id = ?').pluck().get(id));
  }

  /** Everything is gone but this back-up. */
  replaceBy(image: Image | null): void {
    this.#database.reset();
    this.#halves[0] = newHalf();
    this.#halves[1] = newHalf();
    this.#states = [];
    if (image === null) return;
    this.db.pragma('defer_foreign_keys = ON');
    for (const [name, rows] of image) {
      this.db.prepare(`DELETE FROM "${name}"`).run();
      for (const row of rows)
        this.db.prepare(`INSERT INTO "${name}" VALUES (${row.map(() => '?').join(', ')})`).run(...row);
    }
    this.db.pragma('defer_foreign_keys = OFF');
  }

  /** What a stop without warning leaves. Returns true if the WAL's tail was lost with it. */
  lose(loseWal: boolean): boolean {
    this.crashAt = null;
    for (const half of this.#halves) {
      half.written = Buffer.from(half.synced);
      half.unsynced = [];
    }
    const state = loseWal && this.#states.length > 0 ? this.#random.pick(this.#states) : null;
    if (state !== null) {
      this.db.exec(`ROLLBACK TO ${state}`);
      this.#states = this.#states.slice(0, this.#states.indexOf(state) + 1);
    }
    return state !== null;
  }

  /** Throws if the crash was ordered for this point. */
  reach(point: CrashPoint): void {
    if (this.crashAt !== point) return;
    this.crashAt = null;
    throw new SimulatedCrash(point);
  }

  storage(): JournalStorage {
    const device: TailDevice = {
      read: (half) => Buffer.from(this.#halves[half].written),
      write: (half, offset, bytes) => {
        this.reach('before-tail');
        if (this.tailFull) throw diskFull();
        // A generation begins: the main file has just been read back.
        if (offset === 0) this.#states = [];
        write(this.#halves[half], offset, bytes);
      },
      flush: (half) => {
        this.reach('before-flush');
        flush(this.#halves[half]);
      },
      close: () => undefined,
    };
    return {
      db: this.db,
      created: false,
      tail: this.#wrap(device),
      // In memory there is no other file than the one that is written to.
      openForReading: () => this.db,
      close: () => undefined,
    };
  }

  close(): void {
    pool.giveBack(this.#database);
  }
}

function newHalf(): Half {
  return { written: Buffer.alloc(FIRST_TAIL_BYTES), synced: Buffer.alloc(FIRST_TAIL_BYTES), unsynced: [] };
}

function write(half: Half, offset: number, bytes: Buffer): void {
  const to = offset + bytes.length;
  if (to > half.written.length) {
    const more = Buffer.alloc(half.written.length + to);
    half.written = Buffer.concat([half.written, more]);
    half.synced = Buffer.concat([half.synced, more]);
  }
  bytes.copy(half.written, offset);
  half.unsynced.push({ from: offset, to });
}

function flush(half: Half): void {
  for (const { from, to } of half.unsynced) half.written.copy(half.synced, from, from, to);
  half.unsynced = [];
}
