import type { Entry } from '../../contract/journal/entry.ts';
import { ENTRY_KINDS } from '../../domain/entry-kinds.ts';
import type { EntryTable } from '../storage/schema.ts';

export const ENTRY_COLUMNS = ['epoch', 'seq', 'hash', 'kind', 'at_ms', 'body', 'prev', 'signature'] as const;

/** An entry exactly as it was received. */
export function entryOfRow(terminalId: string, row: Pick<EntryTable, (typeof ENTRY_COLUMNS)[number]>): Entry {
  const kind = ENTRY_KINDS.find((one) => one === row.kind);
  if (kind === undefined) throw new Error(`a stored entry of the unknown kind ${row.kind}`);
  return {
    terminalId,
    epoch: row.epoch,
    seq: row.seq,
    kind,
    atMs: row.at_ms,
    body: row.body,
    prev: row.prev,
    hash: row.hash,
    signature: row.signature,
  };
}
