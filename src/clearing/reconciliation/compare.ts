import type { ReconciledLine, Reconciled, ReportLine } from '../../contract/clearing/reconciliation.ts';
import type { EntryVerdict } from '../../contract/clearing/protocol.ts';
import { entryKey } from '../ingest/facts.ts';
import type { SettledLine } from '../settlement/lines.ts';

type Word = Pick<EntryVerdict, 'verdict' | 'reason'>;

/**
 * Compares, line by line, what a terminal reports with what clearing has settled. `settled` are clearing's lines
 * of the day and those that the report names; `words` clearing's verdicts by `epoch:seq`. A settlement day that
 * the terminal hasn't heard yet is no difference. Throws when the report names an entry twice.
 */
export function compareLines(
  report: readonly ReportLine[],
  settled: readonly SettledLine[],
  words: ReadonlyMap<string, Word>,
): readonly ReconciledLine[] {
  const ours = new Map(settled.map((line) => [entryKey(line.epoch, line.seq), line]));
  const theirs = new Map(report.map((line) => [entryKey(line.epoch, line.seq), line]));
  if (theirs.size !== report.length) throw new RangeError('a report that names an entry twice');
  const lines = [...new Set([...ours.keys(), ...theirs.keys()])].map((key) =>
    compareOne(ours.get(key), theirs.get(key), words.get(key)),
  );
  return lines.sort((left, right) => left.epoch - right.epoch || left.seq - right.seq);
}

function compareOne(
  ours: SettledLine | undefined,
  theirs: ReportLine | undefined,
  word: Word | undefined,
): ReconciledLine {
  const named = ours ?? theirs;
  if (named === undefined) throw new Error('nothing to compare');
  const differences = ours === undefined || theirs === undefined ? [] : differencesOf(ours, theirs);
  return {
    epoch: named.epoch,
    seq: named.seq,
    kind: named.kind,
    of: ours?.of ?? null,
    status: statusOf(ours, theirs, differences.length > 0, word),
    differences,
    terminal:
      theirs === undefined
        ? null
        : {
            amountFen: theirs.amountFen,
            redemptionDay: theirs.redemptionDay,
            settlementDay: theirs.settlementDay,
          },
    clearing:
      ours === undefined
        ? null
        : {
            amountFen: ours.amountFen,
            redemptionDay: ours.redemptionDay,
            settlementDay: ours.settlementDay,
          },
    verdict: word?.verdict ?? null,
    reason: word?.reason ?? null,
  };
}

function statusOf(
  ours: SettledLine | undefined,
  theirs: ReportLine | undefined,
  differ: boolean,
  word: Word | undefined,
): Reconciled {
  if (theirs === undefined) return 'only-clearing';
  if (ours === undefined) return word?.verdict === 'held' ? 'held' : 'only-terminal';
  return differ ? 'differs' : 'matched';
}

function differencesOf(ours: SettledLine, theirs: ReportLine): ReconciledLine['differences'] {
  const differences: ReconciledLine['differences'] = [];
  if (ours.kind !== theirs.kind) differences.push('kind');
  if (ours.amountFen !== theirs.amountFen) differences.push('amount');
  if (ours.redemptionDay !== theirs.redemptionDay) differences.push('redemption-day');
  if (theirs.settlementDay !== null && ours.settlementDay !== theirs.settlementDay)
    differences.push('settlement-day');
  return differences;
}

/** How many lines there are of each status. */
export function countStatuses(lines: readonly { readonly status: Reconciled }[]): Record<Reconciled, number> {
  const counts = { matched: 0, differs: 0, held: 0, 'only-terminal': 0, 'only-clearing': 0 };
  for (const { status } of lines) counts[status] += 1;
  return counts;
}
