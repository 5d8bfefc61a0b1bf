import { setImmediate as turn } from 'node:timers/promises';
import { type MANAGER_CALLS, MAX_PAGE_ROWS } from '../../contract/terminal/calls-manager.ts';
import {
  MAX_REPORT_DAYS,
  type RangeReport,
  type RedemptionFilter,
  type ShiftReport,
} from '../../contract/terminal/reports.ts';
import type { RedemptionView } from '../../contract/terminal/state.ts';
import { DAY_MS, dayStartMs, parseDay } from '../../domain/business-day.ts';
import type { Access } from '../access/access.ts';
import type { Handlers } from '../dispatcher.ts';
import { FaultError } from '../fault-error.ts';
import type { JournalReader, RedemptionRow } from '../journal/types.ts';
import { writeExport } from './export.ts';
import { foldReport, kindIdOf, type Names } from './fold.ts';
import type { Cell, ReportQueries, RowFilter } from './queries.ts';
import { shiftReport } from './shift-report.ts';

export interface ReportParts {
  readonly journal: JournalReader;
  readonly queries: ReportQueries;
  readonly access: Access;
  readonly names: Names;
  readonly view: (row: RedemptionRow) => RedemptionView;
  /** Where exports are written. */
  readonly exportFolder: string;
}

interface Range {
  readonly fromDay: string;
  readonly toDay: string;
}

function checkRange({ fromDay, toDay }: Range): void {
  const fromMs = parseDay(fromDay);
  const toMs = parseDay(toDay);
  if (fromMs === null || toMs === null || toMs < fromMs || (toMs - fromMs) / DAY_MS >= MAX_REPORT_DAYS)
    throw new FaultError('bad-input', { fromDay, toDay });
}

/** Day by day, with a turn for the counter in between: a scan never waits for a year's report. */
async function rangeReport(parts: ReportParts, range: Range): Promise<RangeReport> {
  checkRange(range);
  const days: { day: string; cells: readonly Cell[] }[] = [];
  for (const day of parts.queries.days(range.fromDay, range.toDay)) {
    days.push({ day, cells: parts.queries.cellsOfDay(day) });
    await turn();
  }
  return foldReport({ fromDay: range.fromDay, toDay: range.toDay }, days, parts.names);
}

function rowFilter({ queries, names }: ReportParts, range: Range, filter: RedemptionFilter): RowFilter {
  const { kindId, ...rest } = filter;
  if (kindId === null) return { ...rest, kinds: null };
  const kinds = queries
    .kinds(range.fromDay, range.toDay)
    .filter((kind) => kindIdOf(names, kind.campaignNumber, kind.kindNumber) === kindId);
  return { ...rest, kinds };
}

const EVERYTHING: RowFilter = { kinds: null, cashierId: null, counter: null, hour: null, state: null };

async function allRows(parts: ReportParts, range: Range): Promise<readonly RedemptionView[]> {
  const views: RedemptionView[] = [];
  for (;;) {
    const page = parts.queries.rows(range, EVERYTHING, { offset: views.length, limit: MAX_PAGE_ROWS });
    views.push(...page.rows.map(parts.view));
    if (page.rows.length < MAX_PAGE_ROWS) return views.toReversed();
    await turn();
  }
}

function shifts(parts: ReportParts, range: Range): readonly ShiftReport[] {
  checkRange(range);
  return parts.queries
    .shifts(dayStartMs(range.fromDay), dayStartMs(range.toDay) + DAY_MS)
    .map((shift) => shiftReport(parts, shift));
}

type ReportCall = Exclude<keyof typeof MANAGER_CALLS, 'manager.return' | 'manager.returnPreview' | 'manager.reconcile'>;

/** The manager's calls over the journal; spread into the core's table. */
export function managerHandlers(parts: ReportParts): Pick<Handlers, ReportCall> {
  const { journal, queries, access, view } = parts;
  const me = (): string => {
    const user = access.current();
    if (user === null) throw new FaultError('not-signed-in');
    return user.id;
  };
  return {
    'manager.range': (range) => rangeReport(parts, range),
    'manager.redemptions': ({ filter, offset, limit, ...range }) => {
      checkRange(range);
      const page = queries.rows(range, rowFilter(parts, range, filter), { offset, limit });
      return { total: page.total, rows: page.rows.map(view) };
    },
    'manager.redemption': ({ epoch, seq }) => {
      const row = journal.redemption(epoch, seq);
      if (row === null) throw new FaultError('redemption-unknown', { epoch, seq });
      const entries = [{ epoch, seq }, ...(row.reversedBy === null ? [] : [row.reversedBy]), ...journal.refundsOf(row)]
        .map((name) => journal.entry(name))
        .filter((entry) => entry !== null)
        .map(({ kind, atMs, hash, prev, body, ...name }) => ({
          epoch: name.epoch,
          seq: name.seq,
          kind,
          atMs,
          hash,
          prev,
          body,
        }));
      return { redemption: view(row), entries, settlementDay: row.settlementDay, borneBy: row.borneBy };
    },
    'manager.shifts': (range) => shifts(parts, range),
    'manager.export': async ({ format, ...range }) => {
      checkRange(range);
      const rows = await allRows(parts, range);
      const name =
        range.fromDay === range.toDay ? `核销明细-${range.fromDay}` : `核销明细-${range.fromDay}-${range.toDay}`;
      return { path: await writeExport(parts.exportFolder, name, format, rows), lines: rows.length };
    },
    'manager.users': () => access.accounts(),
    'manager.addUser': ({ name, role, pin }) => access.addUser(name, role, pin, me()),
    'manager.setPin': ({ userId, pin }) => access.setPin(userId, pin, me()),
  };
}
