import type { KeyObject } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import type { z } from 'zod';
import { dayLinesSchema, MAX_DAY_LINES, ROUTES, type DayLine } from '../../contract/clearing/protocol.ts';
import type { reconciledLineSchema, Reconciliation } from '../../contract/terminal/reports.ts';
import { parseDay } from '../../domain/business-day.ts';
import { FaultError } from '../fault-error.ts';
import type { EntryName } from '../../contract/journal/entry.ts';
import type { JournalReader, RedemptionRow } from '../journal/types.ts';
import type { ClearingClient } from '../sync/clearing-client.ts';
import { openSigned } from '../sync/exchange.ts';

const PAGE = 1000;
const TIMEOUT_MS = 15_000;
/** A day of one terminal is far below; a bound so that a wrong answer can't go on for ever. */
const MAX_PAGES = 100;

type Line = z.infer<typeof reconciledLineSchema>;
type OurLine = Omit<Line, 'theirsFen' | 'oursFen'> & { readonly oursFen: number };

export interface ReconcileParts {
  readonly journal: JournalReader;
  readonly client: ClearingClient;
  readonly trustedKeys: ReadonlyMap<string, KeyObject>;
}

interface Theirs {
  readonly atMs: number;
  readonly lines: readonly DayLine[];
}

const keyOf = ({ epoch, seq }: EntryName): string => `${epoch}:${seq}`;

async function linesAtClearing({ journal, client, trustedKeys }: ReconcileParts, day: string): Promise<Theirs> {
  const lines: DayLine[] = [];
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const body = JSON.stringify({ businessDay: day, afterLine: lines.at(-1)?.line ?? 0 });
    const answer = await client.post(ROUTES.dayLines, body, { timeoutMs: TIMEOUT_MS, probe: true });
    if (answer.kind !== 'ok') throw new FaultError(answer.fault.code, answer.fault.params);
    const opened = openSigned('day-lines', answer.body, trustedKeys, dayLinesSchema);
    if (!opened.ok) throw new FaultError(opened.fault.code, opened.fault.params);
    const { value } = opened;
    if (value.terminalId !== journal.terminalId || value.businessDay !== day)
      throw new FaultError('clearing-not-trusted', { reason: 'another day' });
    lines.push(...value.lines);
    if (value.lines.length < MAX_DAY_LINES) return { atMs: value.serverTimeMs, lines };
  }
  throw new FaultError('clearing-not-trusted', { reason: 'endless' });
}

/** What a redemption should have at clearing: a line of its own, and one for whatever corrected it. */
function linesOf(journal: JournalReader, row: RedemptionRow): readonly OurLine[] {
  const moved = row.verdict === null || row.verdict === 'settled';
  // Taken back, and clearing never took it as money: neither side has anything.
  if (row.reversedBy !== null && !moved) return [];
  const { state, reason, settlementDay, discountFen } = row;
  const base = { state, reason, settlementDay };
  const lines: OurLine[] = [
    { ...base, epoch: row.epoch, seq: row.seq, kind: 'redemption', oursFen: discountFen },
  ];
  if (row.reversedBy !== null)
    lines.push({ ...base, ...row.reversedBy, kind: 'reversal', oursFen: -discountFen });
  if (row.returnedFen > 0)
    for (const { epoch, seq, backToFundFen } of journal.refundsOf(row))
      lines.push({ ...base, epoch, seq, kind: 'refund', oursFen: backToFundFen === 0 ? 0 : -backToFundFen });
  return lines;
}

async function ourLines(journal: JournalReader, day: string): Promise<readonly OurLine[]> {
  const lines: OurLine[] = [];
  for (let after: EntryName | null = null; ;) {
    const rows: readonly RedemptionRow[] = journal.redemptionsOfDay(day, { after, limit: PAGE });
    for (const row of rows) lines.push(...linesOf(journal, row));
    const last = rows.at(-1);
    if (last === undefined || rows.length < PAGE) return lines;
    after = { epoch: last.epoch, seq: last.seq };
    await turn();
  }
}

function sum(lines: readonly Line[]): { readonly count: number; readonly discountFen: number } {
  return {
    count: lines.length,
    discountFen: lines.reduce((total, { oursFen, theirsFen }) => total + (oursFen ?? theirsFen ?? 0), 0),
  };
}

/**
 * A business day of this terminal, line by line: the journal's redemptions and their corrections against
 * clearing's signed lines. Asks clearing first, so that a redemption made meanwhile is at worst "only ours".
 */
export async function reconcile(parts: ReconcileParts, day: string): Promise<Reconciliation> {
  if (parseDay(day) === null) throw new FaultError('bad-input', { day });
  const theirs = await linesAtClearing(parts, day);
  const left = new Map(theirs.lines.map((line) => [keyOf(line), line]));
  const all: Line[] = [];
  for (const ours of await ourLines(parts.journal, day)) {
    const line = left.get(keyOf(ours));
    left.delete(keyOf(ours));
    all.push({ ...ours, theirsFen: line?.amountFen ?? null, settlementDay: line?.settlementDay ?? ours.settlementDay });
  }
  for (const { epoch, seq, kind, amountFen, settlementDay } of left.values())
    // What the loss reserve bears is a redemption here: the store is paid either way.
    all.push({ epoch, seq, kind: kind === 'loss' ? 'redemption' : kind, oursFen: null, theirsFen: amountFen, state: null, reason: null, settlementDay });
  const isMatched = ({ oursFen, theirsFen }: Line): boolean => oursFen === theirsFen;
  const odd = all.filter((line) => !isMatched(line));
  return {
    day,
    atMs: theirs.atMs,
    matched: sum(all.filter(isMatched)),
    onlyOurs: sum(odd.filter(({ theirsFen }) => theirsFen === null)),
    onlyTheirs: sum(odd.filter(({ oursFen }) => oursFen === null)),
    differing: sum(odd.filter(({ oursFen, theirsFen }) => oursFen !== null && theirsFen !== null)),
    lines: odd.toSorted((a, b) => a.epoch - b.epoch || a.seq - b.seq),
  };
}
