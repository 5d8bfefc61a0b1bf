import { mkdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import type { KeyObject } from 'node:crypto';
import {
  MAX_PART_BYTES,
  readSealedFile,
  SEALED_ROUTE,
  sealedFileText,
  sealedReceiptSchema,
  sealPart,
  type SealedPart,
  type SealedReceipt,
} from '../../contract/clearing/sealed-journal.ts';
import { MAX_BATCH_ENTRIES } from '../../contract/clearing/protocol.ts';
import type { CallOutput } from '../../contract/terminal/calls.ts';
import type { Entry, EntryName } from '../../contract/journal/entry.ts';
import { FaultError } from '../fault-error.ts';
import { writeFileDurably } from '../files.ts';
import type { Journal, JournalIdentity, JournalReader } from '../journal/types.ts';
import { atLength } from '../life-signs.ts';
import type { ClearingClient } from '../sync/clearing-client.ts';
import { openSigned } from '../sync/exchange.ts';
import { stamp } from './folders.ts';

export const SEALED_NAME = /^unsent-.*\.zmdj$/;
const PAGE = 500;
/** A year offline of a busy counter; more is no file of ours. */
const MAX_FILE_BYTES = 268_435_456;
const TIMEOUT_MS = 30_000;

export interface SealedParts {
  readonly journal: Journal;
  readonly identity: JournalIdentity;
  readonly client: ClearingClient;
  readonly trustedKeys: ReadonlyMap<string, KeyObject>;
  readonly nowMs: () => number;
  readonly userId: () => string;
}

/** Entries without a verdict, oldest first, in batches of one epoch that fit into a part. */
function* unsentBatches(journal: JournalReader): Generator<readonly Entry[]> {
  let batch: Entry[] = [];
  let bytes = 0;
  for (let after: EntryName | null = journal.acknowledgedHead(); ;) {
    const page: readonly Entry[] = journal.entriesAfter(after, PAGE);
    for (const entry of page) {
      if (journal.verdictOf(entry) !== null) continue;
      const size = Buffer.byteLength(JSON.stringify(entry));
      const full = batch.length === MAX_BATCH_ENTRIES || bytes + size > MAX_PART_BYTES;
      if (batch.length > 0 && (full || batch[0]?.epoch !== entry.epoch)) {
        yield batch;
        batch = [];
        bytes = 0;
      }
      batch.push(entry);
      bytes += size;
    }
    after = page.at(-1) ?? after;
    if (page.length < PAGE) break;
  }
  if (batch.length > 0) yield batch;
}

/**
 * Writes what clearing has no verdict on to a file that only clearing can read, with a turn for the counter after each
 * batch. Nothing is marked as sent. Faults: `nothing-unsent`, `clearing-key-missing`, `folder-unwritable`.
 */
export async function exportUnsent(
  parts: SealedParts,
  folder: string,
): Promise<CallOutput<'support.exportUnsent'>> {
  const { journal, identity, nowMs, userId } = parts;
  const clearing = journal.lastFeed()?.sealingKey;
  if (clearing === undefined) throw new FaultError('clearing-key-missing');
  const discountFen = journal.pending().discountFen;
  const writtenAtMs = nowMs();
  const sealed: SealedPart[] = [];
  let entries = 0;
  for (const batch of unsentBatches(journal)) {
    // Signed with today's key also where the entries are of an earlier epoch: each has its own signature besides.
    const { terminalId, epoch } = identity;
    sealed.push(sealPart({ terminalId, epoch, writtenAtMs, entries: [...batch] }, identity.key, clearing));
    entries += batch.length;
    await turn();
  }
  if (entries === 0) throw new FaultError('nothing-unsent');
  const path = join(folder, `unsent-${identity.terminalId}-${stamp(writtenAtMs)}.zmdj`);
  try {
    mkdirSync(folder, { recursive: true });
    atLength(() => writeFileDurably(path, sealedFileText(sealed)));
  } catch (error) {
    throw new FaultError('folder-unwritable', { folder, problem: String(error).slice(0, 200) }, error);
  }
  journal.append(writtenAtMs, () => ({
    kind: 'override',
    body: { what: 'journal-exported', by: userId(), approvedBy: userId(), details: { entries, path } },
  }));
  return { path, sizeBytes: statSync(path).size, entries, discountFen };
}

/** Hands a file on to clearing, part by part, unopened. A part that was handed on before is counted again, never paid again. */
export async function forwardSealed(
  { client, trustedKeys, journal }: SealedParts,
  path: string,
): Promise<CallOutput<'support.forwardSealed'>> {
  const receipts: SealedReceipt[] = [];
  for (const part of atLength(() => readParts(path))) {
    const answer = await client.post(SEALED_ROUTE, JSON.stringify(part), { timeoutMs: TIMEOUT_MS });
    if (answer.kind === 'refused' && answer.fault.params['error'] === 'bad-request')
      throw new FaultError('sealed-file-unreadable', { path });
    if (answer.kind !== 'ok') throw new FaultError(answer.fault.code, answer.fault.params);
    const opened = openSigned('sealed-receipt', answer.body, trustedKeys, sealedReceiptSchema);
    if (!opened.ok) throw new FaultError(opened.fault.code, opened.fault.params);
    if (opened.value.forwardedBy !== journal.terminalId)
      throw new FaultError('clearing-not-trusted', { reason: 'another' });
    receipts.push(opened.value);
  }
  const sum = (field: 'entries' | 'settled' | 'refused' | 'held'): number =>
    receipts.reduce((total, receipt) => total + receipt[field], 0);
  return {
    terminalId: receipts[0]?.terminalId ?? '',
    entries: sum('entries'),
    settled: sum('settled'),
    refused: sum('refused'),
    held: sum('held'),
  };
}

function readParts(path: string): readonly SealedPart[] {
  try {
    if (statSync(path).size <= MAX_FILE_BYTES) {
      const parts = readSealedFile(readFileSync(path, 'utf8'));
      if (parts !== null) return parts;
    }
  } catch (error) {
    throw new FaultError('sealed-file-unreadable', { path, problem: String(error).slice(0, 200) }, error);
  }
  throw new FaultError('sealed-file-unreadable', { path });
}
