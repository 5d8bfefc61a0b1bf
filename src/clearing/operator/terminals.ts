import type { z } from 'zod';
import type { TerminalView, terminalsQuerySchema } from '../../contract/clearing/operator/stores.ts';
import { ApiError } from '../errors.ts';
import type { Reader } from '../storage/storage.ts';

/** Terminals by id, a page at a time, each with how its journal stands. */
export async function listTerminals(
  db: Reader,
  query: Partial<z.infer<typeof terminalsQuerySchema>> & { readonly id?: string },
): Promise<{ readonly terminals: TerminalView[]; readonly more: boolean }> {
  const { storeId, status, after = '', limit = 1, id } = query;
  let selection = db
    .selectFrom('terminals')
    .leftJoin('terminal_epochs', (join) =>
      join
        .onRef('terminal_epochs.terminal_id', '=', 'terminals.id')
        .onRef('terminal_epochs.epoch', '=', 'terminals.epoch'),
    )
    .selectAll('terminals')
    .select(['terminal_epochs.head_seq as head_seq', 'terminal_epochs.broken as broken'])
    .where('terminals.id', '>', after)
    .orderBy('terminals.id')
    .limit(limit + 1);
  if (storeId !== undefined) selection = selection.where('terminals.store_id', '=', storeId);
  if (status !== undefined) selection = selection.where('terminals.status', '=', status);
  if (id !== undefined) selection = selection.where('terminals.id', '=', id);
  const rows = await selection.execute();
  const terminals = rows.slice(0, limit).map((row) => ({
    id: row.id,
    storeId: row.store_id,
    counter: row.counter,
    status: row.status,
    epoch: row.epoch,
    softwareVersion: row.software_version,
    lastSeenAtMs: row.last_seen_at_ms,
    headSeq: row.head_seq ?? 0,
    broken: row.broken === 1,
  }));
  return { terminals, more: rows.length > limit };
}

/** One terminal; refuses (`not-found`) one that doesn't exist. */
export async function readTerminal(db: Reader, id: string): Promise<TerminalView> {
  const [terminal] = (await listTerminals(db, { id })).terminals;
  if (terminal === undefined) throw new ApiError('not-found', 'no such terminal');
  return terminal;
}
