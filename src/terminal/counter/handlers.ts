import type { COUNTER_CALLS } from '../../contract/terminal/calls-counter.ts';
import type { Approval } from '../../contract/terminal/call-spec.ts';
import type { ShiftReport } from '../../contract/terminal/reports.ts';
import type { User } from '../../contract/terminal/state.ts';
import type { Handlers } from '../dispatcher.ts';
import { FaultError } from '../fault-error.ts';
import type { RedemptionRow } from '../journal/types.ts';
import type { Names } from '../reports/fold.ts';
import type { ReportQueries } from '../reports/queries.ts';
import { shiftReport } from '../reports/shift-report.ts';
import { bookReturn, previewReturn, type ReturnParts } from './returns.ts';
import { reverse, type ReversalParts } from './reversal.ts';

export interface CounterParts extends ReversalParts {
  readonly queries: ReportQueries;
  readonly names: Names;
  /** Prints a slip again; throws `printer-unavailable` while there is no printer. */
  readonly reprint: (row: RedemptionRow) => void | Promise<void>;
  /** Prints a shift's report; throws `printer-unavailable` while there is no printer. */
  readonly printShift: (report: ShiftReport, reprint: boolean) => void | Promise<void>;
  /** A shift was closed: its report may be printed. */
  readonly onShiftClosed: (report: ShiftReport) => void;
  /** Sends what waits, if clearing is reached within seconds. */
  readonly trySync: () => Promise<void>;
  /** The shift was opened or closed. */
  readonly onShift: () => void;
}

function signedIn({ access }: CounterParts): User {
  const user = access.current();
  if (user === null) throw new FaultError('not-signed-in');
  return user;
}

function openShiftReport(parts: CounterParts): ShiftReport {
  const open = parts.journal.openShift();
  const row = open === null ? null : parts.queries.shift(open.number);
  if (row === null) throw new FaultError('shift-not-open');
  return shiftReport(parts, row);
}

function openShift(parts: CounterParts): void {
  const by = signedIn(parts).id;
  const opened = parts.journal.append<'shift-opened', 'open'>(parts.nowMs(), (reader) =>
    reader.openShift() === null
      ? { kind: 'shift-opened', body: { shift: reader.lastShiftNumber() + 1, by } }
      : { abort: 'open' },
  );
  if ('aborted' in opened) throw new FaultError('shift-already-open');
  parts.onShift();
}

async function closeShift(parts: CounterParts, approval: Approval | null): Promise<ShiftReport> {
  const by = signedIn(parts).id;
  if (openShiftReport(parts).unsent.count > 0) await parts.trySync();
  const before = openShiftReport(parts);
  if (before.unsent.count > 0 && approval === null)
    throw new FaultError('shift-has-unsent', {
      count: before.unsent.count,
      discountFen: before.unsent.discountFen,
    });
  const manager = approval === null ? null : await parts.access.approve(approval.managerId, approval.pin);
  // Counted again: a redemption may have come in while the PIN was being checked.
  const last = openShiftReport(parts);
  const closed = parts.journal.append<'shift-closed', 'gone' | 'unsent'>(parts.nowMs(), (reader) => {
    if (reader.openShift()?.number !== last.number) return { abort: 'gone' };
    if (last.unsent.count > 0 && manager === null) return { abort: 'unsent' };
    return {
      kind: 'shift-closed',
      body: {
        shift: last.number,
        by,
        approvedBy: manager?.id ?? null,
        count: last.total.count,
        discountFen: last.total.discountFen,
        unsentCount: last.unsent.count,
        unsentDiscountFen: last.unsent.discountFen,
      },
    };
  });
  if ('aborted' in closed)
    throw new FaultError(closed.aborted === 'gone' ? 'shift-not-open' : 'shift-has-unsent');
  parts.onShift();
  const row = parts.queries.shift(last.number);
  if (row === null) throw new Error('a closed shift has no projection');
  const report = shiftReport(parts, row);
  parts.onShiftClosed(report);
  return report;
}

function printShift(parts: CounterParts, number: number): void | Promise<void> {
  const row = parts.queries.shift(number);
  if (row === null) throw new FaultError('shift-not-open', { number });
  const report = shiftReport(parts, row);
  // The Z report is printed when the shift is closed; asked for, it is one more. An X report is what it says.
  return parts.printShift(report, report.type === 'Z');
}

/** The manager's returns; spread into the core's table. */
export function returnHandlers(
  parts: ReturnParts,
): Pick<Handlers, 'manager.return' | 'manager.returnPreview'> {
  return {
    'manager.returnPreview': (request) => previewReturn(parts, request),
    'manager.return': (request) => bookReturn(parts, request),
  };
}

/** Reversal and hand-over; spread into the core's table. */
export function counterHandlers(parts: CounterParts): Pick<Handlers, keyof typeof COUNTER_CALLS> {
  return {
    'redemptions.reverse': (request) => reverse(parts, request),
    'receipt.reprint': ({ epoch, seq }) => {
      const row = parts.journal.redemption(epoch, seq);
      if (row === null) throw new FaultError('redemption-unknown', { epoch, seq });
      return parts.reprint(row);
    },
    'receipt.shift': ({ number }) => printShift(parts, number),
    'redemptions.unsent': ({ limit }) => {
      const { count, discountFen } = parts.journal.pending();
      return { count, discountFen, rows: parts.journal.unsentRedemptions(limit).map(parts.view) };
    },
    'shift.open': () => openShift(parts),
    'shift.report': () => openShiftReport(parts),
    'shift.close': ({ approval }) => closeShift(parts, approval),
  };
}
