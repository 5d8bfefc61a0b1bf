import { BODY_SCHEMAS, type Entry, type EntryName } from '../../contract/journal/entry.ts';
import { isMoneyKind } from '../../domain/entry-kinds.ts';
import { RETIRED } from '../checkout/store-state.ts';
import { FaultError } from '../fault-error.ts';
import type { Journal, JournalReader } from '../journal/types.ts';

const PAGE = 500;

export interface Retirement {
  /** The manager's id. */
  readonly by: string;
  readonly reason: string;
  readonly nowMs: number;
  /** The manager says that the exported file is in hand and goes to clearing. */
  readonly exported: boolean;
}

/** What clearing has no verdict on, and whether a sealed file holds all of it that matters. */
export interface Unsent {
  readonly entries: number;
  /** The newest sealed file; null: none was written since clearing's last word. */
  readonly file: { readonly path: string; readonly atMs: number } | null;
  /** Redemptions, reversals and returns that came after the file. */
  readonly moneyAfterFile: number;
}

/** The path of the sealed file that an entry tells of; null for every other entry. */
function exportedTo({ kind, body }: Entry): string | null {
  if (kind !== 'override') return null;
  const { what, details } = BODY_SCHEMAS.override.parse(JSON.parse(body));
  const path = details['path'];
  return what === 'journal-exported' && typeof path === 'string' ? path : null;
}

/** Reads the journal from clearing's last word on. */
export function unsentSince(journal: JournalReader): Unsent {
  let file: Unsent['file'] = null;
  let moneyAfterFile = 0;
  for (let after: EntryName | null = journal.acknowledgedHead(); ;) {
    const page: readonly Entry[] = journal.entriesAfter(after, PAGE);
    for (const entry of page) {
      const path = exportedTo(entry);
      if (path !== null) {
        file = { path, atMs: entry.atMs };
        moneyAfterFile = 0;
      } else if (isMoneyKind(entry.kind)) moneyAfterFile += 1;
    }
    after = page.at(-1) ?? after;
    if (page.length < PAGE) break;
  }
  return { entries: journal.pending().entries, file, moneyAfterFile };
}

/**
 * Ends a terminal for good: one last entry, and it redeems no more. While clearing has no verdict on an entry, only
 * with a sealed file that holds every redemption, reversal and return, and with the manager's word that the file goes
 * to clearing; that is an entry of its own. Otherwise throws `terminal-has-unsent`, whose parameters say which of the
 * two is missing.
 */
export function retire(journal: Journal, { by, reason, nowMs, exported }: Retirement): void {
  if (journal.setting(RETIRED) !== null) return;
  const { entries } = journal.pending();
  if (entries > 0) {
    const { file, moneyAfterFile } = unsentSince(journal);
    const whole = file !== null && moneyAfterFile === 0;
    if (!whole || !exported)
      throw new FaultError('terminal-has-unsent', {
        entries,
        moneyAfterFile,
        ...(whole ? { exportedTo: file.path, exportedAtMs: file.atMs } : {}),
      });
    journal.append(nowMs, () => ({
      kind: 'override',
      body: {
        what: 'retired-with-export',
        by,
        approvedBy: by,
        details: { entries, path: file.path, exportedAtMs: file.atMs },
      },
    }));
  }
  journal.append(nowMs, () => ({ kind: 'retired', body: { by, reason } }));
  journal.setSetting(RETIRED, String(nowMs));
}
