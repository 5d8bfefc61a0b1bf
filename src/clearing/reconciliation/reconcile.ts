import { createHash } from 'node:crypto';
import { canonicalJson } from '../../contract/journal/canonical.ts';
import type { Envelope } from '../../contract/clearing/envelope.ts';
import {
  MAX_REPORT_LINES,
  type ReconciledLine,
  type Reconciliation,
  type ReconciliationRequest,
} from '../../contract/clearing/reconciliation.ts';
import type { EntryVerdict } from '../../contract/clearing/protocol.ts';
import { type Context, newId, seal } from '../context.ts';
import { ApiError } from '../errors.ts';
import { entryKey } from '../ingest/facts.ts';
import { readLines, readNamedLines, type SettledLine } from '../settlement/lines.ts';
import { isClosed, storeOfTerminal } from '../settlement/store-reads.ts';
import type { Reader } from '../storage/storage.ts';
import { compareLines, countStatuses } from './compare.ts';

/** Rows of one statement that looks entries up by their numbers. */
const SEQS_PER_STATEMENT = 1000;

type Word = Pick<EntryVerdict, 'verdict' | 'reason'>;

/**
 * Holds a terminal's own report of a day against clearing's lines and answers line by line, sealed. The last
 * result of each terminal's day is kept; what can't be explained by entries that are still on their way is an
 * alarm. Refuses (`bad-request`) a report that names an entry twice, and a day of more lines than a report has.
 */
export async function reconcileTerminal(
  context: Context,
  terminalId: string,
  request: ReconciliationRequest,
): Promise<Envelope> {
  const { db } = context.storage;
  const { day, by } = request;
  await context.packs.refresh(db);
  const names = new Set(request.lines.map(({ epoch, seq }) => entryKey(epoch, seq)));
  if (names.size !== request.lines.length) throw new ApiError('bad-request', 'an entry is reported twice');
  // In this order: what arrives meanwhile is then seen as a line, and never as one that is missing.
  const heads = await readHeads(db, terminalId);
  const words = await readWords(db, terminalId, request.lines);
  const settled = await settledLines(context, terminalId, request);
  const lines = compareLines(request.lines, settled, words);
  const answer: Reconciliation = {
    reconciliationId: newId(context, 'rc'),
    terminalId,
    storeId: await storeOfTerminal(db, terminalId),
    serverTimeMs: context.now(),
    day,
    by,
    closed: await isClosed(db, day),
    counts: countStatuses(lines),
    terminalFen: sum(lines.map(({ terminal }) => terminal?.amountFen ?? 0)),
    clearingFen: sum(lines.map(({ clearing }) => clearing?.amountFen ?? 0)),
    lines: [...lines],
  };
  await keep(context, answer, request);
  if (lines.some((line) => isUnexplained(line, heads))) await raiseAlarm(context, answer);
  return seal(context, 'reconciliation', answer);
}

function sum(amounts: readonly number[]): number {
  return amounts.reduce((left, right) => left + right, 0);
}

/** Clearing's lines of the day up to the report's head, and those that the report names although clearing has them on another day. */
async function settledLines(
  context: Context,
  terminalId: string,
  { day, by, head, lines }: ReconciliationRequest,
): Promise<readonly SettledLine[]> {
  const { db } = context.storage;
  const limit = MAX_REPORT_LINES + 1;
  const ofDay = await readLines(db, context.packs, { day, by, terminalId, limit });
  if (ofDay.length > MAX_REPORT_LINES)
    throw new ApiError('bad-request', 'clearing has more lines of that day than a report can hold');
  const until = ofDay.filter(
    ({ epoch, seq }) => epoch < head.epoch || (epoch === head.epoch && seq <= head.seq),
  );
  const known = new Set(until.map(({ epoch, seq }) => entryKey(epoch, seq)));
  const others = lines.filter(({ epoch, seq }) => !known.has(entryKey(epoch, seq)));
  return [...until, ...(await readNamedLines(db, context.packs, terminalId, others))];
}

async function readWords(
  db: Reader,
  terminalId: string,
  lines: ReconciliationRequest['lines'],
): Promise<ReadonlyMap<string, Word>> {
  const words = new Map<string, Word>();
  for (const epoch of new Set(lines.map((line) => line.epoch))) {
    const seqs = lines.filter((line) => line.epoch === epoch).map(({ seq }) => seq);
    for (let start = 0; start < seqs.length; start += SEQS_PER_STATEMENT) {
      const rows = await db
        .selectFrom('entries')
        .select(['seq', 'verdict', 'reason'])
        .where('terminal_id', '=', terminalId)
        .where('epoch', '=', epoch)
        .where('seq', 'in', seqs.slice(start, start + SEQS_PER_STATEMENT))
        .execute();
      for (const { seq, verdict, reason } of rows) words.set(entryKey(epoch, seq), { verdict, reason });
    }
  }
  return words;
}

async function readHeads(db: Reader, terminalId: string): Promise<ReadonlyMap<number, number>> {
  const rows = await db
    .selectFrom('terminal_epochs')
    .select(['epoch', 'head_seq'])
    .where('terminal_id', '=', terminalId)
    .execute();
  return new Map(rows.map(({ epoch, head_seq: seq }) => [epoch, seq]));
}

/** Held lines wait for an operator, and what was never received is on its way, unless later entries are here. */
function isUnexplained(line: ReconciledLine, heads: ReadonlyMap<number, number>): boolean {
  switch (line.status) {
    case 'matched':
    case 'held':
      return false;
    case 'differs':
    case 'only-clearing':
      return true;
    case 'only-terminal':
      return line.verdict !== null || line.seq <= (heads.get(line.epoch) ?? 0);
  }
}

/** Keeps what came of it: the counts, every line that isn't matched, and which report it was. */
async function keep(context: Context, answer: Reconciliation, request: ReconciliationRequest): Promise<void> {
  const { reconciliationId: id, terminalId: subject, storeId, day, by } = answer;
  const result = {
    id,
    store_id: storeId,
    at_ms: answer.serverTimeMs,
    report_sha256: createHash('sha256').update(canonicalJson(request)).digest('hex'),
    counts: JSON.stringify(answer.counts),
    differences: JSON.stringify(answer.lines.filter(({ status }) => status !== 'matched')),
  };
  await context.storage.db
    .insertInto('reconciliations')
    .values({ source: 'terminal', subject, day, meaning: by, ...result })
    .onConflict((conflict) => conflict.columns(['source', 'subject', 'day', 'meaning']).doUpdateSet(result))
    .execute();
}

async function raiseAlarm(context: Context, answer: Reconciliation): Promise<void> {
  const { terminalId, day, by, counts, terminalFen, clearingFen } = answer;
  await context.storage.db
    .insertInto('alarms')
    .values({
      cause: `reconciliation-differs:${terminalId}:${day}:${by}`,
      code: 'reconciliation-differs',
      terminal_id: terminalId,
      details: canonicalJson({ day, by, ...counts, terminalFen, clearingFen }),
      at_ms: answer.serverTimeMs,
    })
    .onConflict((conflict) => conflict.column('cause').doNothing())
    .execute();
}
