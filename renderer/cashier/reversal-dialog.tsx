import { useState } from 'react';
import type { Fault } from '../../src/contract/terminal/errors.ts';
import type { RedemptionView } from '../../src/contract/terminal/state.ts';
import { stands } from '../../src/domain/correction/redeemed.ts';
import { mayReverseAlone } from '../../src/domain/correction/reversal.ts';
import { ApprovalPanel, ReasonChips, reasonOfKey, useApproval, type Reason } from '../shared/approval.tsx';
import { Dialog } from '../shared/dialog.tsx';
import { FaultNote } from '../shared/fault-note.tsx';
import { clockTime, countdown, yuan } from '../shared/format.ts';
import { useText } from '../shared/i18n/text.ts';
import { useKeyLayer } from '../shared/keyboard.ts';
import { ListState } from '../shared/list-state.tsx';
import { askQuietly, useTerminal } from '../shared/store.ts';
import { useAnswer } from '../shared/use-answer.ts';
import { useNow } from '../shared/use-now.ts';

const LISTED = 20;

/** Whose leave a reversal needs; `never`: nobody can. The core decides, this only shows the way. */
export type Leave = 'alone' | 'manager' | 'never';

export function leaveFor(redemption: RedemptionView, myName: string, nowMs: number): Leave {
  const { reversibleUntilMs, atMs, cashierName } = redemption;
  if (reversibleUntilMs === null) return 'never';
  return mayReverseAlone(atMs, cashierName === myName, nowMs) ? 'alone' : 'manager';
}

/** Nothing is wrong with it but its day: then it is a return. */
const isTooLate = ({ state, returnedFen }: RedemptionView): boolean => stands(state) && returnedFen === 0;

/** F2: the last redemptions, and taking one of them back. */
export function ReversalDialog({ onClose }: { readonly onClose: () => void }) {
  const text = useText();
  const now = useNow(500);
  const myName = useTerminal((view) => view.app?.user?.name ?? '');
  const recent = useAnswer('redemptions.recent', { limit: LISTED });
  const rows = recent.output;
  const [at, setAt] = useState(0);
  const [reason, setReason] = useState<Reason | null>(null);
  const [fault, setFault] = useState<Fault | null>(null);
  const [busy, setBusy] = useState(false);
  const [reversed, setReversed] = useState<RedemptionView | null>(null);
  const entry = useApproval();

  const chosen = rows?.[at];
  const leave = chosen === undefined ? 'never' : leaveFor(chosen, myName, now);
  const managerNeeded = leave === 'manager' || fault?.code === 'reversal-needs-manager';
  const ready =
    chosen !== undefined &&
    leave !== 'never' &&
    !busy &&
    (!managerNeeded || (entry.approval !== null && reason !== null));

  const choose = (next: number): void => {
    setAt(Math.max(0, Math.min((rows?.length ?? 1) - 1, next)));
    setFault(null);
    setReason(null);
    entry.clear();
  };
  const submit = (): void => {
    if (reversed !== null) {
      onClose();
      return;
    }
    if (!ready) return;
    setBusy(true);
    const { epoch, seq } = chosen;
    void askQuietly('redemptions.reverse', {
      epoch,
      seq,
      reason: reason ?? '',
      approval: managerNeeded ? entry.approval : null,
    }).then((answer) => {
      setBusy(false);
      setFault(answer.fault);
      setReversed(answer.output);
      entry.clear();
    });
  };
  useKeyLayer({
    onEscape: onClose,
    onEnter: submit,
    onArrow: (direction) => choose(direction === 'up' ? at - 1 : at + 1),
    onDigits: (digits) => {
      if (managerNeeded) entry.type(digits);
    },
    onErase: entry.erase,
    onFunction: (key) => setReason((before) => reasonOfKey(key) ?? before),
  });

  return (
    <Dialog title={text('counter.recent.title')} onClose={onClose} testId="reversal" wide>
      {reversed !== null ? (
        <Done redemption={reversed} onClose={onClose} />
      ) : (
        <div
          className={`reversal${chosen === undefined ? ' reversal-none' : leave !== 'never' && managerNeeded ? ' reversal-three' : ''}`}
        >
          {rows === null || rows.length === 0 ? (
            <ListState {...recent} empty="counter.recent.empty" />
          ) : (
            <RecentList rows={rows} at={at} now={now} myName={myName} onChoose={choose} />
          )}
          {chosen !== undefined && (
            <section className="reversal-side">
              <Chosen redemption={chosen} leave={leave} now={now} />
              {leave !== 'never' && <ReasonChips chosen={reason} onChoose={setReason} />}
            </section>
          )}
          {leave !== 'never' && managerNeeded && <ApprovalPanel entry={entry} />}
        </div>
      )}
      {reversed === null && chosen !== undefined && (
        <div className="dialog-foot">
          <FaultNote fault={fault} />
          <button
            type="button"
            className="key-safe primary danger"
            data-testid="reverse-submit"
            disabled={!ready}
            onClick={submit}
          >
            <kbd>Enter</kbd>
            {text('counter.recent.submit')}
          </button>
        </div>
      )}
    </Dialog>
  );
}

function RecentList(props: {
  readonly rows: readonly RedemptionView[];
  readonly at: number;
  readonly now: number;
  readonly myName: string;
  readonly onChoose: (at: number) => void;
}) {
  const text = useText();
  return (
    <ul className="recent" aria-label={text('counter.recent.choose')}>
      {props.rows.map((row, index) => (
        <li key={`${row.epoch}:${row.seq}`}>
          <button
            type="button"
            className="key-safe recent-row"
            aria-pressed={index === props.at}
            data-testid={`recent-${index}`}
            onClick={() => props.onChoose(index)}
          >
            <b>{clockTime(row.atMs)}</b>
            <span>{yuan(row.payableFen)}</span>
            <span className={`state state-${row.state}`}>{text(`cashier.state.${row.state}`)}</span>
            <small>
              {leaveFor(row, props.myName, props.now) === 'alone' && row.reversibleUntilMs !== null
                ? countdown(row.reversibleUntilMs - props.now)
                : row.cashierName}
            </small>
          </button>
        </li>
      ))}
    </ul>
  );
}

function Chosen(props: { readonly redemption: RedemptionView; readonly leave: Leave; readonly now: number }) {
  const text = useText();
  const { redemption, leave } = props;
  return (
    <>
      <dl className="facts">
        <Fact name={text('counter.recent.amount')} value={yuan(redemption.amountFen)} />
        <Fact name={text('counter.recent.discount')} value={yuan(redemption.discountFen)} />
        <Fact name={text('counter.recent.payable')} value={yuan(redemption.payableFen)} />
        <Fact name={text('counter.recent.receipt')} value={redemption.receiptNumber} />
      </dl>
      <p className={`leave leave-${leave}`} data-testid="leave" data-leave={leave}>
        {leave === 'alone' && redemption.reversibleUntilMs !== null && (
          <>
            {text('counter.recent.left')} <b>{countdown(redemption.reversibleUntilMs - props.now)}</b>
          </>
        )}
        {leave === 'manager' && text('counter.recent.needsManager')}
        {leave === 'never' &&
          (isTooLate(redemption) ? (
            <>
              {text('faults.reversal-too-late.title')}
              <br />
              {text('faults.reversal-too-late.help')}
            </>
          ) : (
            text('counter.recent.notPossible')
          ))}
      </p>
      {leave !== 'never' && <p>{text('counter.recent.refundThis', { yuan: yuan(redemption.payableFen) })}</p>}
    </>
  );
}

export function Fact({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

function Done(props: { readonly redemption: RedemptionView; readonly onClose: () => void }) {
  const text = useText();
  return (
    <section className="dialog-done" role="status" data-testid="reversed">
      <h3>{text('counter.recent.done')}</h3>
      <p>{text('counter.recent.doneDetail', { yuan: yuan(props.redemption.payableFen) })}</p>
      <button type="button" className="key-safe primary" onClick={props.onClose}>
        <kbd>Enter</kbd>
        {text('counter.recent.again')}
      </button>
    </section>
  );
}
