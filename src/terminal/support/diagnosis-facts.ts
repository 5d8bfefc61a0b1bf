import { existsSync } from 'node:fs';
import { join } from 'node:path';
import {
  UPDATE_RECORD_FILE,
  updateRecordSchema,
  type UpdateRecord,
} from '../../contract/terminal/update-record.ts';
import { readTextFile } from '../files.ts';
import { readSettings } from '../settings.ts';

/** How updates stand on this PC. */
export type UpdateFacts =
  /** No address is set, and nothing was ever tried. */
  | { readonly state: 'off' }
  /** The file can't be read. */
  | { readonly state: 'unreadable' }
  | { readonly state: 'known'; readonly record: UpdateRecord };

/** What main has noted in `update.json`; reads only. */
export function updateFacts(folder: string): UpdateFacts {
  if (!existsSync(join(folder, UPDATE_RECORD_FILE)) && !updatesAreSet(folder)) return { state: 'off' };
  try {
    const text = readTextFile(join(folder, UPDATE_RECORD_FILE));
    const empty: unknown = { attempt: null, refused: [], problem: null };
    return { state: 'known', record: updateRecordSchema.parse(text === null ? empty : JSON.parse(text)) };
  } catch {
    return { state: 'unreadable' };
  }
}

function updatesAreSet(folder: string): boolean {
  try {
    return readSettings(folder).updates !== null;
  } catch {
    // Settings that can't be read are a fault of their own, which the diagnosis tells elsewhere.
    return false;
  }
}
