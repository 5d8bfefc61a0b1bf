import type { KeyObject } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import type { z } from 'zod';
import {
  MAX_REPORT_LINES,
  reconciliationSchema,
  type ReconciledLine,
  type ReportLine,
} from '../../contract/clearing/reconciliation.ts';
import { STORE_ROUTES } from '../../contract/clearing/settlement.ts';
import type { EntryName } from '../../contract/journal/entry.ts';
import type { reconciledLineSchema, Reconciliation } from '../../contract/terminal/reports.ts';
import { parseDay } from '../../domain/business-day.ts';
import { FaultError } from '../fault-error.ts';
import type { JournalReader, RedemptionRow } from '../journal/types.ts';
import type { ClearingClient } from '../sync/clearing-client.ts';
import { openSigned } from '../sync/exchange.ts';

const PAGE = 1000;
const TIMEOUT_MS = 20_000;

type Line = z.infer<typeof reconciledLineSchema>;

export interface ReconcileParts {
  readonly journal: JournalReader;
  readonly client: ClearingClient;
  readonly trustedKeys: ReadonlyMap<string, KeyObject>;
}

const keyOf = ({ epoch, seq }: EntryName): string => `${epoch}:${seq}`;

/** The line of a correction; none where clearing gave it a verdict that moves no money. */
function correction(
  journal: JournalReader,
  { epoch, seq }: EntryName,
  line: Pick<ReportLine, 'kind' | 'amountFen' | 'redemptionDay'>,
): readonly ReportLine[] {
  const verdict = journal.verdictOf({ epoch, seq });
  if (verdict !== null && verdict.verdict !== 'settled') return [];
  return [{ ...line, epoch, seq, settlementDay: verdict?.settlementDay ?? null }];
}

/** What this terminal believes to count of one redemption: itself, and what corrected it. */
function linesOf(journal: JournalReader, row: RedemptionRow): readonly ReportLine[] {
  const { epoch, seq, verdict, businessDay: redemptionDay, discountFen, settlementDay, borneBy } = row;
  const own = { epoch, seq, amountFen: discountFen, redemptionDay };
  if (verdict === 'refused')
    return borneBy === 'fund' ? [{ ...own, kind: 'loss', settlementDay: null }] : [];
  const lines: ReportLine[] = [
    { ...own, kind: 'redemption', settlementDay: verdict === 'settled' ? settlementDay : null },
  ];
  if (row.reversedBy !== null)
    lines.push(
      ...correction(journal, row.reversedBy, { kind: 'reversal', amountFen: -discountFen, redemptionDay }),
    );
  for (const refund of row.returnedFen > 0 ? journal.refundsOf(row) : []) {
    const amountFen = refund.backToFundFen === 0 ? 0 : -refund.backToFundFen;
    lines.push(...correction(journal, refund, { kind: 'refund', amountFen, redemptionDay }));
  }
  return lines;
}

interface Ours {
  readonly rows: readonly RedemptionRow[];
  readonly lines: readonly ReportLine[];
}

async function ourDay(journal: JournalReader, day: string): Promise<Ours> {
  const rows: RedemptionRow[] = [];
  for (let after: EntryName | null = null; ;) {
    const page: readonly RedemptionRow[] = journal.redemptionsOfDay(day, { after, limit: PAGE });
    rows.push(...page);
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) break;
    after = { epoch: last.epoch, seq: last.seq };
    await turn();
  }
  // Given back before clearing took it as money: neither side has anything.
  const counted = rows.filter(({ reversedBy, verdict }) => reversedBy === null || verdict !== 'recorded');
  return { rows, lines: counted.flatMap((row) => linesOf(journal, row)) };
}

function shown(line: ReconciledLine, row: RedemptionRow | null): Line {
  const { epoch, seq, kind, terminal, clearing, reason } = line;
  return {
    epoch,
    seq,
    kind: kind === 'loss' ? 'redemption' : kind,
    oursFen: terminal?.amountFen ?? null,
    theirsFen: clearing?.amountFen ?? null,
    state: row?.state ?? null,
    reason,
    settlementDay: clearing?.settlementDay ?? null,
  };
}

/** Refused ones, which are in no report: the customer got the discount, and clearing doesn't pay it. */
function refusedLine({ epoch, seq, discountFen, state, reason }: RedemptionRow): Line {
  const line = { epoch, seq, kind: 'redemption', state, reason, settlementDay: null } as const;
  return { ...line, oursFen: discountFen, theirsFen: null };
}

function sum(lines: readonly Line[]): { readonly count: number; readonly discountFen: number } {
  return {
    count: lines.length,
    discountFen: lines.reduce((total, { oursFen, theirsFen }) => total + (oursFen ?? theirsFen ?? 0), 0),
  };
}

/**
 * A business day of this terminal against clearing's books, line by line. Clearing compares and keeps the report;
 * what it refused is added here as ours alone.
 */
export async function reconcile(parts: ReconcileParts, day: string): Promise<Reconciliation> {
  const { journal, client, trustedKeys } = parts;
  const head = journal.head();
  if (parseDay(day) === null || head === null) throw new FaultError('bad-input', { day });
  const ours = await ourDay(journal, day);
  if (ours.lines.length > MAX_REPORT_LINES)
    throw new FaultError('clearing-refused', { reason: 'too-many-lines', lines: ours.lines.length });
  const body = JSON.stringify({ day, by: 'redemption', head, lines: ours.lines });
  const answer = await client.post(STORE_ROUTES.reconcile, body, { timeoutMs: TIMEOUT_MS });
  if (answer.kind !== 'ok') throw new FaultError(answer.fault.code, answer.fault.params);
  const opened = openSigned('reconciliation', answer.body, trustedKeys, reconciliationSchema);
  if (!opened.ok) throw new FaultError(opened.fault.code, opened.fault.params);
  const { value } = opened;
  if (value.terminalId !== journal.terminalId || value.day !== day)
    throw new FaultError('clearing-not-trusted', { reason: 'another day' });

  const rows = new Map(ours.rows.map((row) => [keyOf(row), row]));
  const rowOf = (line: ReconciledLine): RedemptionRow | null => rows.get(keyOf(line.of ?? line)) ?? null;
  const of = (...statuses: readonly ReconciledLine['status'][]): readonly Line[] =>
    value.lines.filter(({ status }) => statuses.includes(status)).map((line) => shown(line, rowOf(line)));
  const refused = ours.rows.filter(({ state, borneBy }) => state === 'refused' && borneBy !== 'fund');
  const onlyOurs = [...of('only-terminal', 'held'), ...refused.map(refusedLine)];
  const onlyTheirs = of('only-clearing');
  const differing = of('differs');
  return {
    day,
    atMs: value.serverTimeMs,
    matched: sum(of('matched')),
    onlyOurs: sum(onlyOurs),
    onlyTheirs: sum(onlyTheirs),
    differing: sum(differing),
    lines: [...onlyOurs, ...onlyTheirs, ...differing].toSorted((a, b) => a.epoch - b.epoch || a.seq - b.seq),
  };
}
