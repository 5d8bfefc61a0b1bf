import { useCallback, useEffect, useState } from 'react';
import type { Fault } from '../../src/contract/terminal/errors.ts';
import type { ShiftReport } from '../../src/contract/terminal/reports.ts';
import { ApprovalPanel, useApproval } from '../shared/approval.tsx';
import { Dialog } from '../shared/dialog.tsx';
import { FaultNote } from '../shared/fault-note.tsx';
import { useText } from '../shared/i18n/text.ts';
import { useKeyLayer } from '../shared/keyboard.ts';
import { ShiftSheet } from '../shared/shift-sheet.tsx';
import { ask, askQuietly, useTerminal } from '../shared/store.ts';
import { yuan } from '../shared/format.ts';

/** F8: open a shift, or look at it (X) and close it (Z). */
export function ShiftDialog({ onClose }: { readonly onClose: () => void }) {
  const text = useText();
  const open = useTerminal((view) => view.app?.shift !== null);
  const printerWorks = useTerminal((view) =>
    view.devices.some(({ kind, problem }) => kind === 'printer' && problem === null),
  );
  const [report, setReport] = useState<ShiftReport | null>(null);
  const [fault, setFault] = useState<Fault | null>(null);
  const [busy, setBusy] = useState(false);
  /** Slips that were handed to the printer's queue from here. */
  const [queued, setQueued] = useState(0);
  const entry = useApproval();

  const load = useCallback(() => {
    void askQuietly('shift.report', undefined).then((answer) => {
      setReport(answer.output);
      setFault(answer.fault);
    });
  }, []);
  const closed = report?.type === 'Z';
  useEffect(() => {
    if (open && !closed) load();
  }, [open, closed, load]);

  const unsent = report !== null && !closed && report.unsent.count > 0;
  const openShift = (): void => {
    setBusy(true);
    void askQuietly('shift.open', undefined).then((answer) => {
      setBusy(false);
      setFault(answer.fault);
    });
  };
  const closeShift = (): void => {
    if (report === null || (unsent && entry.approval === null)) return;
    setBusy(true);
    void askQuietly('shift.close', { approval: unsent ? entry.approval : null }).then((answer) => {
      setBusy(false);
      setFault(answer.fault);
      entry.clear();
      if (answer.output !== null) setReport(answer.output);
      else if (answer.fault?.code === 'shift-has-unsent') load();
    });
  };
  const print = (): void => {
    if (report === null || busy) return;
    setBusy(true);
    void askQuietly('receipt.shift', { number: report.number }).then((answer) => {
      setBusy(false);
      setFault(answer.fault);
      if (answer.fault === null) setQueued((before) => before + 1);
      // What is on the paper is what is on the screen.
      if (!closed) load();
    });
  };
  const submit = (): void => {
    if (busy) return;
    if (closed) void ask('access.signOut', undefined);
    else if (open) closeShift();
    else openShift();
  };
  useKeyLayer({
    onEscape: onClose,
    onEnter: submit,
    onDigits: (digits) => {
      if (unsent) entry.type(digits);
    },
    onErase: entry.erase,
    onFunction: (key) => {
      if (key === 'F4') print();
    },
  });

  return (
    <Dialog title={text('counter.shift.title')} onClose={onClose} testId="shift" wide={report !== null}>
      {!open && !closed && (
        <div className="dialog-done">
          <h3>{text('counter.shift.none')}</h3>
          <p>{text('counter.shift.noneDetail')}</p>
        </div>
      )}
      {report !== null && (open || closed) && (
        <div className={unsent ? 'shift-two' : undefined}>
          <ShiftSheet report={report} />
          {unsent && <ApprovalPanel entry={entry} />}
        </div>
      )}
      {unsent && (
        <p className="leave leave-manager" data-testid="shift-unsent">
          {text('counter.shift.unsentDetail', {
            count: report.unsent.count,
            yuan: yuan(report.unsent.discountFen),
          })}
        </p>
      )}
      {closed && <p className="leave leave-alone">{text('counter.shift.closedDetail')}</p>}
      <div className="dialog-foot">
        <FaultNote fault={fault} />
        {queued > 0 && fault === null && (
          <span role="status" data-testid="shift-queued" data-count={queued}>
            {text(printerWorks ? 'counter.shift.printing' : 'counter.shift.waits')}
          </span>
        )}
        {report !== null && (open || closed) && (
          <button
            type="button"
            className="key-safe quiet"
            data-testid="shift-print"
            disabled={busy}
            onClick={print}
          >
            <kbd>F4</kbd>
            {text(closed ? 'counter.shift.printZ' : 'counter.shift.printX')}
          </button>
        )}
        <button
          type="button"
          className="key-safe primary"
          data-testid="shift-submit"
          disabled={busy || (unsent && entry.approval === null)}
          onClick={submit}
        >
          <kbd>Enter</kbd>
          {text(closed ? 'counter.shift.done' : open ? 'counter.shift.close' : 'counter.shift.open')}
        </button>
      </div>
    </Dialog>
  );
}
