import Database from 'better-sqlite3';
import { z } from 'zod';
import { migrate } from '../../src/terminal/journal/migrate.ts';
import { configure, type Connection, type JournalStorage } from '../../src/terminal/journal/storage.ts';
import type { TailDevice } from '../../src/terminal/journal/tail-log.ts';
import type { Random } from '../torture/random.ts';
import { diskFull, SimulatedCrash } from './crash.ts';

/** Where the next crash strikes; each is a border between two writes of an append. */
export const CRASH_POINTS = ['before-commit', 'before-tail', 'before-flush', 'after-flush'] as const;
export type CrashPoint = (typeof CRASH_POINTS)[number];

const guardRow = z.object({ name: z.string(), sql: z.string() });
const TAIL_BYTES = 524_288;

/** A tail device whose flush may be a lie: what a plant wraps. */
export type WrapTail = (device: TailDevice) => TailDevice;

interface Half {
  written: Buffer;
  synced: Buffer;
}

const emptyDatabase = ((): Buffer => {
  const db = new Database(':memory:');
  migrate(db);
  const bytes = db.serialize();
  db.close();
  return bytes;
})();

/**
 * A terminal's disk. The database is a real SQLite in memory; a damaged WAL is played by going back to an
 * earlier state of it, never before the last checkpoint that was read back. The tail log forgets at a crash
 * what was not flushed.
 */
export class SimDisk {
  db: Connection;
  crashAt: CrashPoint | null = null;
  tailFull = false;
  readonly #random: Random;
  readonly #wrap: WrapTail;
  readonly #halves: [Half, Half];
  /** States since the last verified checkpoint, oldest first. */
  #states: Buffer[] = [];

  constructor(random: Random, wrap: WrapTail) {
    this.#random = random;
    this.#wrap = wrap;
    this.#halves = [newHalf(), newHalf()];
    this.db = openAt(emptyDatabase);
  }

  /** Remembers the state that a damaged WAL may fall back to. */
  remember(): void {
    if (this.#states.length < 4) this.#states.push(this.db.serialize());
  }

  image(): Buffer {
    return this.db.serialize();
  }

  /** Changes one byte in the text of the last closed entry, past SQL's guards; false if there is none. */
  damage(): boolean {
    const last: unknown = this.db.prepare('SELECT max(id) FROM entries').pluck().get();
    if (typeof last !== 'number') return false;
    const guards = this.db
      .prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = 'entries'")
      .all()
      .map((row) => guardRow.parse(row));
    for (const { name } of guards) this.db.exec(`DROP TRIGGER "${name}"`);
    const { changes } = this.db
      .prepare("UPDATE entries SET body = replace(body, 'C-1', 'C-2') WHERE id = ?")
      .run(last);
    for (const { sql } of guards) this.db.exec(sql);
    return changes === 1 && this.#bodyOf(last).includes('C-2');
  }

  #bodyOf(id: number): string {
    return String(this.db.prepare('SELECT body FROM entries WHERE id = ?').pluck().get(id));
  }

  /** Everything is gone but this back-up. */
  replaceBy(image: Buffer | null): void {
    this.db.close();
    this.db = openAt(image ?? emptyDatabase);
    this.#halves[0] = newHalf();
    this.#halves[1] = newHalf();
    this.#states = [];
  }

  /** What a stop without warning leaves. Returns true if the WAL's tail was lost with it. */
  lose(loseWal: boolean): boolean {
    this.crashAt = null;
    for (const half of this.#halves) half.written = Buffer.from(half.synced);
    const state = loseWal && this.#states.length > 0 ? this.#random.pick(this.#states) : null;
    if (state !== null) {
      this.db.close();
      this.db = openAt(state);
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
        bytes.copy(this.#halves[half].written, offset);
      },
      flush: (half) => {
        this.reach('before-flush');
        this.#halves[half].synced = Buffer.from(this.#halves[half].written);
      },
      close: () => undefined,
    };
    return {
      db: this.db,
      created: false,
      tail: this.#wrap(device),
      openForReading: () => new Database(this.db.serialize()),
      close: () => undefined,
    };
  }

  close(): void {
    this.db.close();
  }
}

function newHalf(): Half {
  return { written: Buffer.alloc(TAIL_BYTES), synced: Buffer.alloc(TAIL_BYTES) };
}

function openAt(image: Buffer): Connection {
  const db = new Database(image);
  configure(db);
  return db;
}
