import { createRequire } from 'node:module';
import {
  closeSync,
  fdatasyncSync,
  ftruncateSync,
  openSync,
  writeSync,
  existsSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { createPrivateKey, generateKeyPairSync, hash, sign } from 'node:crypto';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { open as openLmdb } from 'lmdb';
import { JSONFilePreset } from 'lowdb/node';
import { canonicalJson } from '../../../src/contract/journal/canonical.ts';
import type { Entry } from '../../../src/contract/journal/entry.ts';
import type { Acknowledgement } from '../../../src/terminal/journal/types.ts';
import { opened, openEpoch, redeem, redemptionBody } from '../../support/journal-builder.ts';
import { fillJournal, fillRows } from '../../support/journal-filler.ts';

/**
 * A queue that keeps redemptions until clearing has them. Everybody gets the same records, some 900 bytes of
 * canonical JSON, and is asked for the most durable way of working that its documentation offers.
 */
export interface DurableQueue {
  /** Keeps one more record; its number is `nth`, from 1. */
  readonly commit: (nth: number) => void | Promise<void>;
  /** The oldest `count` records. */
  readonly take: (count: number) => unknown;
  /** Lets go of the `count` records that the last take gave. */
  readonly acknowledge: (count: number) => void | Promise<void>;
  readonly close: () => void | Promise<void>;
}

export interface Contender {
  readonly name: string;
  /** Records beyond which a commit or an opening takes minutes: not measured, and said so. 0: no queue, commits only. */
  readonly mostRecords: number;
  /** Puts `count` records into an empty folder as fast as it can; nothing is measured here. */
  readonly fill: (folder: string, count: number) => void | Promise<void>;
  readonly open: (folder: string) => DurableQueue | Promise<DurableQueue>;
}

export function record(nth: number): string {
  return canonicalJson(redemptionBody(nth));
}

const range = (count: number, from = 1): number[] => Array.from({ length: count }, (_, nth) => from + nth);

/** The limit: one 4 KiB block overwritten in place, and the disk's own flush. */
const RAW_BLOCK_BYTES = 4096;
const rawDisk: Contender = {
  name: 'raw 4 KiB + fdatasync',
  mostRecords: 0,
  fill: () => undefined,
  open: (folder) => {
    const fd = openSync(join(folder, 'raw'), 'w+');
    const block = Buffer.alloc(RAW_BLOCK_BYTES, 7);
    ftruncateSync(fd, 0);
    writeSync(fd, block, 0, block.length, 0);
    fdatasyncSync(fd);
    return {
      commit: () => {
        writeSync(fd, block, 0, block.length, 0);
        fdatasyncSync(fd);
      },
      take: () => [],
      acknowledge: () => undefined,
      close: () => closeSync(fd),
    };
  },
};

function identityOf(folder: string) {
  const file = join(folder, 'key.pem');
  if (!existsSync(file)) {
    const { privateKey } = generateKeyPairSync('ed25519');
    writeFileSync(file, privateKey.export({ type: 'pkcs8', format: 'pem' }));
  }
  return { terminalId: 'T-1', epoch: 1, key: createPrivateKey(readFileSync(file)) };
}

function acknowledgementOf(entries: readonly Entry[]): Acknowledgement {
  const last = entries.at(-1);
  if (last === undefined) throw new Error('nothing to acknowledge');
  return {
    terminalId: 'T-1',
    serverTimeMs: last.atMs,
    head: { epoch: last.epoch, seq: last.seq, hash: last.hash },
    verdicts: entries.map(({ epoch, seq, hash, kind }) => ({
      epoch,
      seq,
      hash,
      verdict: kind === 'redemption' ? ('settled' as const) : ('recorded' as const),
      reason: null,
      params: {},
      settlementDay: '2023-06-10',
      borneBy: null,
    })),
  };
}

/** From here on a real chain takes a minute to make, and only the number of rows matters. */
const ROWS_FROM = 1_000_000;

/** The terminal's journal as shipped: chain, signature, projections, tail log. */
const journal: Contender = {
  name: 'the journal',
  mostRecords: 1_000_000,
  fill: (folder, count) => {
    const identity = identityOf(folder);
    if (count >= ROWS_FROM) fillRows(folder, identity, count);
    else if (count > 0) fillJournal(folder, identity, count);
    else {
      const made = opened(folder, identity).journal;
      openEpoch(made, identity);
      made.close();
    }
  },
  open: (folder) => {
    const its = opened(folder, identityOf(folder)).journal;
    let taken: readonly Entry[] = [];
    return {
      commit: (nth) => {
        redeem(its, nth);
      },
      take: (count) => {
        taken = its.entriesToSend(count);
        return taken;
      },
      acknowledge: () => {
        const acknowledgement = acknowledgementOf(taken);
        its.applyAcknowledgement(
          JSON.stringify(acknowledgement),
          acknowledgement,
          acknowledgement.serverTimeMs,
        );
      },
      close: () => its.close(),
    };
  },
};

function openBareSqlite(folder: string): Database.Database {
  const db = new Database(join(folder, 'queue.db'));
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  db.exec(`CREATE TABLE IF NOT EXISTS queue (id INTEGER PRIMARY KEY, voucher TEXT NOT NULL, receipt TEXT NOT NULL,
    body TEXT NOT NULL) STRICT;
    CREATE UNIQUE INDEX IF NOT EXISTS queue_voucher ON queue (voucher);
    CREATE UNIQUE INDEX IF NOT EXISTS queue_receipt ON queue (receipt);`);
  return db;
}

/** What a team would write first: a queue table with two unique indexes, WAL, synchronous FULL. */
const bareSqlite: Contender = {
  name: 'bare better-sqlite3',
  mostRecords: 1_000_000,
  fill: (folder, count) => {
    const db = openBareSqlite(folder);
    const insert = db.prepare('INSERT INTO queue VALUES (?, ?, ?, ?)');
    db.transaction(() => {
      for (const nth of range(count)) insert.run(nth, `1:${nth}`, `N-${nth}`, record(nth));
    })();
    db.close();
  },
  open: (folder) => {
    const db = openBareSqlite(folder);
    const insert = db.prepare('INSERT INTO queue VALUES (?, ?, ?, ?)');
    const take = db.prepare('SELECT * FROM queue ORDER BY id LIMIT ?');
    const remove = db.prepare('DELETE FROM queue WHERE id IN (SELECT id FROM queue ORDER BY id LIMIT ?)');
    return {
      commit: (nth) => void insert.run(nth, `1:${nth}`, `N-${nth}`, record(nth)),
      take: (count) => take.all(count),
      acknowledge: (count) => void remove.run(count),
      close: () => void db.close(),
    };
  },
};

/** `overlappingSync: false`: a transaction is on the disk when it returns. */
const lmdb: Contender = {
  name: 'LMDB (sync)',
  mostRecords: 1_000_000,
  fill: async (folder, count) => {
    const db = openLmdb<string, number>({
      path: join(folder, 'queue.lmdb'),
      noSync: true,
      overlappingSync: false,
    });
    db.transactionSync(() => {
      for (const nth of range(count)) db.putSync(nth, record(nth));
    });
    await db.close();
  },
  open: (folder) => {
    const db = openLmdb<string, number>({ path: join(folder, 'queue.lmdb'), overlappingSync: false });
    let taken: readonly number[] = [];
    return {
      commit: (nth) => {
        db.transactionSync(() => db.putSync(nth, record(nth)));
      },
      take: (count) => {
        const entries = [...db.getRange({ limit: count })];
        taken = entries.map(({ key }) => key);
        return entries;
      },
      acknowledge: () => {
        db.transactionSync(() => {
          for (const key of taken) db.removeSync(key);
        });
      },
      close: () => db.close(),
    };
  },
};

const require = createRequire(import.meta.url);
interface PouchDocument {
  readonly _id: string;
  readonly _rev?: string;
  readonly _deleted?: boolean;
  readonly body?: string;
}
interface Pouch {
  put(document: PouchDocument): Promise<unknown>;
  bulkDocs(documents: readonly PouchDocument[]): Promise<unknown>;
  allDocs(options: object): Promise<{ readonly rows: readonly { readonly doc: PouchDocument }[] }>;
  close(): Promise<void>;
}
const pouchId = (nth: number): string => String(nth).padStart(10, '0');
function openPouch(folder: string): Pouch {
  const Constructor = require('pouchdb') as new (path: string) => Pouch;
  return new Constructor(join(folder, 'pouch'));
}
const FILL_BATCH = 1000;
const pouch: Contender = {
  name: 'PouchDB (LevelDB)',
  mostRecords: 100_000,
  fill: async (folder, count) => {
    const db = openPouch(folder);
    for (let done = 0; done < count; done += FILL_BATCH) {
      const some = range(Math.min(FILL_BATCH, count - done), done + 1);
      await db.bulkDocs(some.map((nth) => ({ _id: pouchId(nth), body: record(nth) })));
    }
    await db.close();
  },
  open: (folder) => {
    const db = openPouch(folder);
    let taken: readonly PouchDocument[] = [];
    return {
      commit: async (nth) => {
        await db.put({ _id: pouchId(nth), body: record(nth) });
      },
      take: async (count) => {
        const found = await db.allDocs({ limit: count, include_docs: true });
        taken = found.rows.map(({ doc }) => doc);
        return taken;
      },
      acknowledge: async () => {
        await db.bulkDocs(
          taken.map(({ _id, _rev }) => ({ _id, ...(_rev === undefined ? {} : { _rev }), _deleted: true })),
        );
      },
      close: () => db.close(),
    };
  },
};

interface NedbStore {
  loadDatabaseAsync(): Promise<void>;
  insertAsync(document: object | readonly object[]): Promise<unknown>;
  findAsync(query: object): {
    sort(by: object): { limit(count: number): Promise<readonly { readonly _id: string }[]> };
  };
  removeAsync(query: object, options: object): Promise<number>;
}
function nedbStore(folder: string): NedbStore {
  const Constructor = require('@seald-io/nedb') as new (options: object) => NedbStore;
  return new Constructor({ filename: join(folder, 'queue.nedb') });
}
const nedb: Contender = {
  name: 'NeDB (@seald-io)',
  mostRecords: 100_000,
  fill: async (folder, count) => {
    const store = nedbStore(folder);
    await store.loadDatabaseAsync();
    for (let done = 0; done < count; done += FILL_BATCH) {
      const some = range(Math.min(FILL_BATCH, count - done), done + 1);
      await store.insertAsync(some.map((nth) => ({ _id: pouchId(nth), body: record(nth) })));
    }
  },
  open: async (folder) => {
    const store = nedbStore(folder);
    await store.loadDatabaseAsync();
    let taken: readonly string[] = [];
    return {
      commit: async (nth) => {
        await store.insertAsync({ _id: pouchId(nth), body: record(nth) });
      },
      take: async (count) => {
        const found = await store.findAsync({}).sort({ _id: 1 }).limit(count);
        taken = found.map(({ _id }) => _id);
        return found;
      },
      acknowledge: async () => {
        await store.removeAsync({ _id: { $in: taken } }, { multi: true });
      },
      close: () => undefined,
    };
  },
};

interface LowdbRecords {
  records: { readonly nth: number; readonly body: string }[];
}
const lowdb: Contender = {
  name: 'lowdb (JSON file)',
  mostRecords: 100_000,
  fill: (folder, count) => {
    const records = range(count).map((nth) => ({ nth, body: record(nth) }));
    writeFileSync(join(folder, 'queue.json'), JSON.stringify({ records }));
  },
  open: async (folder) => {
    const empty: LowdbRecords = { records: [] };
    const db = await JSONFilePreset(join(folder, 'queue.json'), empty);
    return {
      commit: async (nth) => {
        db.data.records.push({ nth, body: record(nth) });
        await db.write();
      },
      take: (count) => db.data.records.slice(0, count),
      acknowledge: async (count) => {
        db.data.records.splice(0, count);
        await db.write();
      },
      close: () => undefined,
    };
  },
};

/** What the journal promises besides, made by hand: a signed hash chain, and a second copy with a flush of its own. */
function promises(folder: string) {
  const { key } = identityOf(folder);
  const file = openSync(join(folder, 'copy'), 'w+');
  writeSync(file, Buffer.alloc(COPY_BYTES), 0, COPY_BYTES, 0);
  fdatasyncSync(file);
  let prev = '';
  let end = 0;
  return {
    seal: (body: string) => {
      prev = hash('sha256', JSON.stringify([prev, body]));
      return { hash: prev, signature: sign(null, Buffer.from(prev, 'hex'), key) };
    },
    copy: (row: object) => {
      const bytes = Buffer.from(JSON.stringify(row));
      if (end + bytes.length > COPY_BYTES) end = 0;
      end += writeSync(file, bytes, 0, bytes.length, end);
      fdatasyncSync(file);
    },
    close: () => closeSync(file),
  };
}
/** As large as the journal's own tail log, written once so that later writes only overwrite. */
const COPY_BYTES = 1_048_576;
const DAY = '2023-06-10';

/** The journal's promise on better-sqlite3, by hand and without checks of what is written. */
const sqliteWithPromise: Contender = {
  name: 'better-sqlite3, same promise',
  mostRecords: 0,
  fill: () => undefined,
  open: (folder) => {
    const db = openBareSqlite(folder);
    db.exec(`CREATE TABLE IF NOT EXISTS chain (id INTEGER PRIMARY KEY, body TEXT NOT NULL, hash TEXT NOT NULL,
      signature BLOB NOT NULL) STRICT;
      CREATE TABLE IF NOT EXISTS rows_of (id INTEGER PRIMARY KEY, voucher TEXT NOT NULL, receipt TEXT NOT NULL,
        day TEXT NOT NULL, amount INTEGER NOT NULL, discount INTEGER NOT NULL) STRICT;
      CREATE UNIQUE INDEX IF NOT EXISTS rows_voucher ON rows_of (voucher);
      CREATE UNIQUE INDEX IF NOT EXISTS rows_receipt ON rows_of (receipt);
      CREATE INDEX IF NOT EXISTS rows_day ON rows_of (day, id);
      CREATE TABLE IF NOT EXISTS open_sums (one INTEGER PRIMARY KEY, count INTEGER NOT NULL, fen INTEGER NOT NULL) STRICT;
      INSERT OR IGNORE INTO open_sums VALUES (1, 0, 0);`);
    const chain = db.prepare('INSERT INTO chain VALUES (?, ?, ?, ?)');
    const row = db.prepare('INSERT INTO rows_of VALUES (?, ?, ?, ?, ?, ?)');
    const add = db.prepare('UPDATE open_sums SET count = count + 1, fen = fen + ?');
    const its = promises(folder);
    return {
      commit: (nth) => {
        const body = record(nth);
        const sealed = its.seal(body);
        db.transaction(() => {
          chain.run(nth, body, sealed.hash, sealed.signature);
          row.run(nth, `1:${nth}`, `N-${nth}`, DAY, 20_000, 4000);
          add.run(4000);
        }).immediate();
        its.copy({ nth, body, hash: sealed.hash, signature: sealed.signature.toString('base64url') });
      },
      take: () => [],
      acknowledge: () => undefined,
      close: () => {
        db.close();
        its.close();
      },
    };
  },
};

/** The same on LMDB. */
const lmdbWithPromise: Contender = {
  name: 'LMDB (sync), same promise',
  mostRecords: 0,
  fill: () => undefined,
  open: (folder) => {
    const db = openLmdb<unknown, string | (string | number)[]>({
      path: join(folder, 'queue.lmdb'),
      overlappingSync: false,
    });
    const its = promises(folder);
    return {
      commit: (nth) => {
        const body = record(nth);
        const sealed = its.seal(body);
        const signature = sealed.signature.toString('base64url');
        db.transactionSync(() => {
          for (const taken of [`voucher ${nth}`, `receipt ${nth}`])
            if (db.doesExist(taken)) throw new Error(`${taken} twice`);
            else db.putSync(taken, nth);
          db.putSync(['chain', nth], { body, hash: sealed.hash, signature });
          db.putSync(['row', nth], { day: DAY, amount: 20_000, discount: 4000 });
          db.putSync(['day', DAY, nth], nth);
          const open = (db.get('open') ?? { count: 0, fen: 0 }) as {
            readonly count: number;
            readonly fen: number;
          };
          db.putSync('open', { count: open.count + 1, fen: open.fen + 4000 });
        });
        its.copy({ nth, body, hash: sealed.hash, signature });
      },
      take: () => [],
      acknowledge: () => undefined,
      close: async () => {
        await db.close();
        its.close();
      },
    };
  },
};

export const CONTENDERS: readonly Contender[] = [
  rawDisk,
  journal,
  sqliteWithPromise,
  lmdbWithPromise,
  bareSqlite,
  lmdb,
  pouch,
  nedb,
  lowdb,
];
