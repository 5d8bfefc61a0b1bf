import { createHash, type Hash } from 'node:crypto';
import type { z } from 'zod';
import { type Entry, entrySchema, type Head } from '../../contract/journal/entry.ts';
import type {
  exportedEntrySchema,
  exportHeaderSchema,
  exportSealSchema,
  quarantinedEntrySchema,
} from '../../contract/journal/export.ts';
import { type Context, seal } from '../context.ts';
import { ApiError } from '../errors.ts';
import { audit, type Operator, requireRole } from '../operator/operators.ts';
import type { Reader } from '../storage/storage.ts';
import { ENTRY_COLUMNS, entryOfRow } from './stored-entry.ts';

/** Entries read at once: a few MiB at most. */
const PAGE = 500;

/**
 * A terminal's journal as it was received, as lines of NDJSON that `verify-journal` takes, sealed at the end. Forks
 * and other entries without a place come after the chain. Refuses (`not-found`) an unknown terminal.
 */
export async function exportJournal(
  context: Context,
  operator: Operator,
  terminalId: string,
): Promise<AsyncGenerator<string>> {
  requireRole(operator, 'auditor', 'finance', 'admin');
  const { db } = context.storage;
  const terminal = await db
    .selectFrom('terminals')
    .select('store_id')
    .where('id', '=', terminalId)
    .executeTakeFirst();
  if (terminal === undefined) throw new ApiError('not-found', 'no such terminal');
  await audit(db, context, operator, 'journal-exported', terminalId);
  return exportLines(context, terminalId, terminal.store_id);
}

async function* exportLines(context: Context, terminalId: string, storeId: string): AsyncGenerator<string> {
  const { db } = context.storage;
  const exportedAtMs = context.now();
  const hash = createHash('sha256');
  const header: z.infer<typeof exportHeaderSchema> = {
    format: 'zmdv-journal-export',
    version: 1,
    terminalId,
    storeId,
    exportedAtMs,
  };
  yield hashed(hash, header);
  const heads = new Map<number, Head>();
  let entries = 0;
  for await (const line of storedEntries(db, terminalId)) {
    const { epoch, seq, hash: entryHash } = line.entry;
    heads.set(epoch, { epoch, seq, hash: entryHash });
    entries += 1;
    yield hashed(hash, line);
  }
  let quarantined = 0;
  for (const line of await quarantine(db, terminalId)) {
    quarantined += 1;
    yield hashed(hash, line);
  }
  const sealed: z.infer<typeof exportSealSchema> = {
    terminalId,
    exportedAtMs,
    entries,
    quarantined,
    heads: [...heads.values()],
    sha256: hash.digest('hex'),
  };
  yield `${JSON.stringify({ seal: seal(context, 'journal-export', sealed) })}\n`;
}

function hashed(hash: Hash, value: unknown): string {
  const line = `${JSON.stringify(value)}\n`;
  hash.update(line);
  return line;
}

type ExportedEntry = z.infer<typeof exportedEntrySchema>;

async function* storedEntries(db: Reader, terminalId: string): AsyncGenerator<ExportedEntry> {
  let after: Pick<Entry, 'epoch' | 'seq'> = { epoch: 0, seq: 0 };
  for (;;) {
    const { epoch, seq } = after;
    const rows = await db
      .selectFrom('entries')
      .select(ENTRY_COLUMNS)
      .select(['received_at_ms', 'verdict', 'reason', 'settlement_day'])
      .where('terminal_id', '=', terminalId)
      .where((eb) => eb.or([eb('epoch', '>', epoch), eb.and([eb('epoch', '=', epoch), eb('seq', '>', seq)])]))
      .orderBy('epoch')
      .orderBy('seq')
      .limit(PAGE)
      .execute();
    for (const row of rows) {
      const { verdict, reason, received_at_ms: receivedAtMs, settlement_day: settlementDay } = row;
      yield { entry: entryOfRow(terminalId, row), receivedAtMs, verdict, reason, settlementDay };
    }
    const last = rows.at(-1);
    if (last === undefined || rows.length < PAGE) return;
    after = last;
  }
}

async function quarantine(
  db: Reader,
  terminalId: string,
): Promise<readonly z.infer<typeof quarantinedEntrySchema>[]> {
  const rows = await db
    .selectFrom('quarantine')
    .select(['entry', 'reason', 'received_at_ms'])
    .where('terminal_id', '=', terminalId)
    .orderBy('received_at_ms')
    .orderBy('digest')
    .execute();
  return rows.map(({ entry, reason, received_at_ms: receivedAtMs }) => ({
    quarantined: entrySchema.parse(JSON.parse(entry)),
    receivedAtMs,
    reason,
  }));
}
