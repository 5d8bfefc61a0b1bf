import { existsSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { ed25519PublicKey } from '../../contract/clearing/envelope.ts';
import type { RedemptionView } from '../../contract/terminal/state.ts';
import { storedUserName } from '../access/access.ts';
import { openCampaignBook } from '../checkout/campaign-book.ts';
import { redemptionView } from '../checkout/views.ts';
import { FaultError } from '../fault-error.ts';
import { readIdentityFile } from '../identity.ts';
import { checkDatabaseVersion } from '../journal/migrate.ts';
import { journalReader } from '../journal/reader.ts';
import { FILES } from '../journal/storage.ts';
import type { EntryName } from '../../contract/journal/entry.ts';
import { writeExport } from './export.ts';

/** As many as a reader gives at once: in a database of an older version each page looks for the days' borders anew. */
const PAGE = 10_000;

export interface ExportTarget {
  readonly folder: string;
  /** Without the ending. */
  readonly name: string;
  readonly format: 'csv' | 'xlsx';
}

/**
 * Exports a business day (YYYY-MM-DD) out of a data folder, also while its terminal is at work: it only reads.
 * Kinds and cashiers have their names as far as the folder knows them. Throws `data-folder-unwritable` for a
 * folder without a journal.
 */
export async function exportDay(
  dataFolder: string,
  day: string,
  target: ExportTarget,
): Promise<{ readonly path: string; readonly lines: number }> {
  const rows = dayRows(dataFolder, day);
  return { path: await writeExport(target.folder, target.name, target.format, rows), lines: rows.length };
}

function dayRows(dataFolder: string, day: string): readonly RedemptionView[] {
  const file = join(dataFolder, FILES.database);
  if (!existsSync(file)) throw new FaultError('data-folder-unwritable', { path: file, problem: 'no journal' });
  const identity = readIdentityFile(dataFolder);
  const db = new Database(file, { readonly: true, fileMustExist: true });
  try {
    checkDatabaseVersion(db);
    const terminalId = String(db.prepare('SELECT terminal_id FROM journal').pluck().get());
    const reader = journalReader(db, terminalId, identity?.certified.epoch ?? 1);
    const keys = identity === null ? [] : [identity.rootKey];
    const roots = new Map(keys.map(({ keyId, publicKey }) => [keyId, ed25519PublicKey(publicKey)]));
    const book = openCampaignBook(reader, roots);
    const name = storedUserName(reader);
    const rows: RedemptionView[] = [];
    for (let after: EntryName | null = null; ;) {
      const page = reader.redemptionsOfDay(day, { after, limit: PAGE });
      rows.push(...page.map((row) => redemptionView(row, book, name, false)));
      const last = page.at(-1);
      if (last === undefined || page.length < PAGE) return rows;
      after = { epoch: last.epoch, seq: last.seq };
    }
  } finally {
    db.close();
  }
}
