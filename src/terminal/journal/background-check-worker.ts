import { setPriority } from 'node:os';
import { setTimeout } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import Database from 'better-sqlite3';
import { z } from 'zod';
import { listArchives } from './archive.ts';
import { asJournalError } from './errors.ts';
import { idOf } from './ids.ts';
import { entryOfRow } from './rows.ts';
import type { Connection } from './storage.ts';
import { BrokenJournal, chainWalker, describeBreak, startAfter, type Broken } from './verify.ts';

/** The thread of background-check.ts: looks at one database, posts the first break or null, and ends. */

/** Entries read at once: a short read, so that a checkpoint seldom meets it, and little memory. */
const PAGE = 200;
/** nice(19): only what nobody else wants. */
const LOWEST_PRIORITY = 19;

const jobSchema = z.object({ file: z.string(), terminalId: z.string() });

/**
 * Every link, hash and signature of what is in the database. Whether clearing certified an epoch's key is the
 * auditor's question (verify-journal): roots change over the years, and this terminal keeps only the newest.
 */
async function walkChain(db: Connection, terminalId: string): Promise<void> {
  const after = listArchives(db).at(-1)?.through ?? null;
  const first = db.prepare('SELECT * FROM entries WHERE id = ?');
  const opened =
    after === null
      ? []
      : first.all(idOf({ epoch: after.epoch, seq: 1 })).map((row) => entryOfRow(row, terminalId));
  const walk = chainWalker(null, after === null ? null : startAfter(after, opened, null));
  const page = db.prepare(`SELECT * FROM entries WHERE id > ? ORDER BY id LIMIT ${PAGE}`);
  let lastId = after === null ? 0 : idOf(after);
  for (;;) {
    const began = performance.now();
    const rows = page.all(lastId);
    if (rows.length === 0) return;
    for (const row of rows) {
      const entry = entryOfRow(row, terminalId);
      walk(entry);
      lastId = idOf(entry);
    }
    // At least half of the processor stays free where the system knows no priorities of threads.
    await setTimeout(performance.now() - began);
  }
}

async function checkWhole(db: Connection, terminalId: string): Promise<void> {
  const integrity: unknown = db.pragma('integrity_check(1)', { simple: true });
  if (integrity !== 'ok') throw new BrokenJournal(`structure: ${String(integrity).slice(0, 200)}`);
  for (;;) {
    const archives = listArchives(db).length;
    try {
      await walkChain(db, terminalId);
      return;
    } catch (error) {
      // Entries that left for an archive meanwhile look like a gap: once more, from the new beginning on.
      if (listArchives(db).length === archives) throw error;
    }
  }
}

async function firstBreak(file: string, terminalId: string): Promise<Broken | null> {
  const db = new Database(file, { readonly: true, fileMustExist: true });
  try {
    await checkWhole(db, terminalId);
    return null;
  } catch (error) {
    const fault = asJournalError(error);
    // A disk that can't be read just now says nothing about the chain.
    if (fault !== null && fault.code !== 'database-damaged') throw error;
    return describeBreak(error);
  } finally {
    db.close();
  }
}

// On Linux this is the priority of the calling thread alone; elsewhere it would be the whole core's.
if (process.platform === 'linux') setPriority(0, LOWEST_PRIORITY);
const { file, terminalId } = jobSchema.parse(workerData);
parentPort?.postMessage(await firstBreak(file, terminalId));
