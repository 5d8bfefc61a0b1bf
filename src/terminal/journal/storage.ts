import {
  closeSync,
  existsSync,
  fdatasyncSync,
  fstatSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { atDisk } from '../life-signs.ts';
import { asJournalError, JournalError, withFaults } from './errors.ts';
import { backUpBeforeMigrating } from './back-up.ts';
import { createDatabase } from './create.ts';
import { syncFolder } from './flush.ts';
import { checkDatabaseVersion, MIGRATIONS, type Migration } from './migrate.ts';
import type { TailDevice } from './tail-log.ts';

export type Connection = Database.Database;

/** Where a journal lives. The core uses files; a test may bring its own. */
export interface JournalStorage {
  readonly db: Connection;
  readonly tail: TailDevice;
  /** True if the database was made just now. */
  readonly created: boolean;
  /** A second connection that reads what the database's main file really holds. */
  openForReading(): Connection;
  /** Closes everything and gives the folder free. */
  close(): void;
}

export const FILES = {
  database: 'journal.db',
  tail: ['tail-0.log', 'tail-1.log'],
  lock: 'in-use.db',
} as const;

/** Room for some 400 redemptions in each of the two files: written once, so that later writes only overwrite. */
const TAIL_FILE_BYTES = 1_048_576;

/** What is in a file's place and is no file can't be opened as one: said as that. Other faults name the file. */
function atFile<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const found = lstatSync(path, { throwIfNoEntry: false });
    const cause = { cause: error };
    if (found?.isFile() === false) throw new JournalError('journal-file-unusable', { path }, cause);
    const fault = asJournalError(error);
    throw fault === null ? error : new JournalError(fault.code, { ...fault.params, path }, cause);
  }
}

function openTailFile(file: string): number {
  if (existsSync(file)) return openSync(file, 'r+');
  const fd = openSync(file, 'wx+', 0o600);
  writeSync(fd, Buffer.alloc(TAIL_FILE_BYTES), 0, TAIL_FILE_BYTES, 0);
  fsyncSync(fd);
  return fd;
}

function readWhole(fd: number): Buffer {
  const bytes = Buffer.alloc(fstatSync(fd).size);
  let done = 0;
  while (done < bytes.length) {
    const got = readSync(fd, bytes, done, bytes.length - done, done);
    if (got === 0) break;
    done += got;
  }
  return bytes.subarray(0, done);
}

function writeWhole(fd: number, offset: number, bytes: Buffer): void {
  let done = 0;
  while (done < bytes.length) done += writeSync(fd, bytes, done, bytes.length - done, offset + done);
}

/** The tail log's two files. */
export function openTailFiles(folder: string): TailDevice {
  const fds: [number, number] = [
    atFile(join(folder, FILES.tail[0]), () => openTailFile(join(folder, FILES.tail[0]))),
    atFile(join(folder, FILES.tail[1]), () => openTailFile(join(folder, FILES.tail[1]))),
  ];
  syncFolder(folder);
  return {
    read: (half) => readWhole(fds[half]),
    write: (half, offset, bytes) => writeWhole(fds[half], offset, bytes),
    flush: (half) => atDisk(() => fdatasyncSync(fds[half])),
    close: () => fds.forEach((fd) => closeSync(fd)),
  };
}

/**
 * Keeps a second core out of the folder: an exclusive lock of the operating system on a small database of
 * its own, gone by itself when the process ends, however it ends. It holds no data: one that is damaged is set
 * aside and made anew. SQLite looks into a file only when nobody else has locked it, so that one is nobody's.
 */
function lockFolder(folder: string): Connection {
  const path = join(folder, FILES.lock);
  return atFile(path, () => {
    try {
      return lockFile(path);
    } catch (error) {
      if (asJournalError(error)?.code !== 'database-damaged') throw error;
      renameSync(path, `${path}.broken-${Date.now()}`);
      return lockFile(path);
    }
  });
}

function lockFile(path: string): Connection {
  const lock = new Database(path, { timeout: 0 });
  try {
    lock.pragma('locking_mode = EXCLUSIVE');
    lock.exec('BEGIN EXCLUSIVE');
    return lock;
  } catch (error) {
    lock.close();
    throw error;
  }
}

/** Throws `data-folder-in-use` while a core works in the folder. */
export function checkUnused(folder: string): void {
  withFaults(() => lockFolder(folder).close());
}

/** Looks at the database without changing a byte of it; throws if it must not be written to. */
function inspect(file: string, migrations: readonly Migration[]): void {
  const db = new Database(file, { readonly: true, fileMustExist: true });
  try {
    checkDatabaseVersion(db, migrations);
  } finally {
    db.close();
  }
}

/** The settings that every writing connection has (design, section 6: Storage). */
export function configure(db: Connection): void {
  const mode: unknown = db.pragma('journal_mode = WAL', { simple: true });
  if (mode !== 'wal' && mode !== 'memory')
    throw new JournalError('data-folder-unwritable', { what: 'wal', mode: String(mode) });
  db.pragma('synchronous = FULL');
  db.pragma('foreign_keys = ON');
  db.pragma('trusted_schema = OFF');
  // Checkpoints are ours: each one is read back before the tail log lets go of its entries.
  db.pragma('wal_autocheckpoint = 0');
  db.pragma('cell_size_check = ON');
}

/** A WAL without its database would be played into the new one: out of the way, but not deleted. */
function setOrphanAside(file: string): void {
  const wal = `${file}-wal`;
  if (existsSync(wal)) renameSync(wal, `${wal}.orphan-${Date.now()}`);
}

/** Opens the files of a data folder. Throws a JournalError; a second core gets `data-folder-in-use`. */
export function openFileStorage(
  folder: string,
  migrations: readonly Migration[] = MIGRATIONS,
): JournalStorage {
  return withFaults(() => {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const lock = lockFolder(folder);
    const opened: { close(): void }[] = [lock];
    try {
      const file = join(folder, FILES.database);
      const created = !existsSync(file);
      if (created) {
        setOrphanAside(file);
        createDatabase(folder, FILES.database, migrations);
      } else atFile(file, () => inspect(file, migrations));
      const db = new Database(file, { timeout: 2000 });
      opened.push(db);
      configure(db);
      backUpBeforeMigrating(db, file, migrations);
      const tail = openTailFiles(folder);
      return {
        db,
        tail,
        created,
        openForReading: () => new Database(file, { readonly: true, fileMustExist: true }),
        close: () => {
          db.close();
          tail.close();
          lock.close();
        },
      };
    } catch (error) {
      for (const each of opened.reverse()) each.close();
      throw error;
    }
  });
}
