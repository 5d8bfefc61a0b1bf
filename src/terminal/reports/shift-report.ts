import { BODY_SCHEMAS } from '../../contract/journal/entry.ts';
import type { ShiftReport } from '../../contract/terminal/reports.ts';
import { stands } from '../../domain/correction/redeemed.ts';
import type { JournalReader } from '../journal/types.ts';
import { foldKinds, sum, type Names } from './fold.ts';
import type { ReportQueries, ShiftRow } from './queries.ts';

/** What a shift's report is made of. */
export interface ShiftParts {
  readonly journal: JournalReader;
  readonly queries: ReportQueries;
  readonly names: Names;
}

function closedBy({ journal, names }: ShiftParts, shift: ShiftRow): string | null {
  if (shift.closed === null) return null;
  const entry = journal.entry(shift.closed);
  if (entry === null) return null;
  return names.cashier(BODY_SCHEMAS['shift-closed'].parse(JSON.parse(entry.body)).by);
}

/**
 * The X report of an open shift, the Z report of a closed one: what was redeemed between its two entries.
 * Shifts are numbered in the journal, so the numbers have no gaps.
 */
export function shiftReport(parts: ShiftParts, shift: ShiftRow): ShiftReport {
  const cells = parts.queries.cellsBetween(shift.opened, shift.closed);
  return {
    type: shift.closed === null ? 'X' : 'Z',
    number: shift.number,
    openedAtMs: shift.openedAtMs,
    openedByName: parts.names.cashier(shift.openedBy),
    closedAtMs: shift.closedAtMs,
    closedByName: closedBy(parts, shift),
    total: sum(cells, stands),
    reversed: sum(cells, (state) => state === 'reversed'),
    unsent: sum(cells, (state) => state === 'pending'),
    byKind: foldKinds(cells, parts.names),
  };
}
