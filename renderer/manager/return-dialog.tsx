import { useEffect, useState } from 'react';
import type { Fault } from '../../src/contract/terminal/errors.ts';
import type { ReturnPreview } from '../../src/contract/terminal/reports.ts';
import type { RedemptionView } from '../../src/contract/terminal/state.ts';
import { leftFen } from '../../src/domain/correction/returns.ts';
import { ApprovalPanel, useApproval } from '../shared/approval.tsx';
import { eraseDigit, typeDigits } from '../shared/amount-entry.ts';
import { Dialog } from '../shared/dialog.tsx';
import { Equation } from '../shared/equation.tsx';
import { FaultNote } from '../shared/fault-note.tsx';
import { yuan, yuanShort } from '../shared/format.ts';
import { useText, type Text } from '../shared/i18n/text.ts';
import { useKeyLayer } from '../shared/keyboard.ts';
import { NumberPad } from '../shared/number-pad.tsx';
import { askQuietly } from '../shared/store.ts';

const REASONS = ['goods-returned', 'goods-faulty', 'price-wrong', 'other'] as const;

/** Why the customer gets just this back, as a sentence. */
export function returnSentence(text: Text, preview: ReturnPreview): string {
  const { kind, restFen, minSpendFen, backToFundFen, paidOutFen, customerOwesFen } = preview;
  const params = {
    rest: yuan(restFen),
    min: yuanShort(minSpendFen),
    back: yuan(backToFundFen),
    paid: yuan(paidOutFen),
    owes: yuan(customerOwesFen),
  };
  if (kind === 'reversal') return text('manager.returns.why.reversal', params);
  if (customerOwesFen > 0) return text('manager.returns.why.owes', params);
  if (backToFundFen === 0) return text('manager.returns.why.kept', params);
  return text(restFen === 0 ? 'manager.returns.why.whole' : 'manager.returns.why.below', params);
}

/** What a preview that was refused says: the one reason that a person can mend is named. */
function refusedReturn(text: Text, fault: Fault): string {
  const { reason, leftFen: left } = fault.params;
  if (reason === 'too-much' && typeof left === 'number')
    return text('manager.returns.tooMuch', { left: yuan(left) });
  if (reason === 'rules-unknown') return text('manager.returns.rulesUnknown');
  return reason === 'discount-returned'
    ? text('manager.returns.discountReturned')
    : text(`faults.${fault.code}.title`);
}

interface Previewed {
  readonly preview: ReturnPreview | null;
  readonly fault: Fault | null;
}
const NOT_YET: Previewed = { preview: null, fault: null };

/** What a return of this value would do; asked anew at every digit, an older answer is dropped. */
function usePreview(redemption: RedemptionView, returnedFen: number): Previewed {
  const { epoch, seq } = redemption;
  const [state, setState] = useState(NOT_YET);
  useEffect(() => {
    let current = true;
    setState(NOT_YET);
    if (returnedFen === 0) return;
    void askQuietly('manager.returnPreview', { epoch, seq, returnedFen }).then(({ output, fault }) => {
      if (current) setState({ preview: output, fault });
    });
    return () => {
      current = false;
    };
  }, [epoch, seq, returnedFen]);
  return state;
}

/** Goods that come back, whole or in part: what the customer gets and why, then the manager's PIN and a reason. */
export function ReturnDialog(props: {
  readonly redemption: RedemptionView;
  readonly onClose: () => void;
  readonly onDone: () => void;
}) {
  const { redemption, onClose } = props;
  const text = useText();
  const restFen = leftFen(redemption);
  const [returnedFen, setReturnedFen] = useState(0);
  const [agreed, setAgreed] = useState(false);
  const [reason, setReason] = useState<(typeof REASONS)[number] | null>(null);
  const [fault, setFault] = useState<Fault | null>(null);
  const [busy, setBusy] = useState(false);
  const [done, setDone] = useState<ReturnPreview | null>(null);
  const entry = useApproval();
  const { preview, fault: refused } = usePreview(redemption, returnedFen);

  const type = (digits: string): void => {
    if (agreed) entry.type(digits);
    else setReturnedFen((before) => typeDigits(before, digits).amountFen);
  };
  const erase = (): void => {
    if (agreed) entry.erase();
    else setReturnedFen(eraseDigit);
  };
  const ready = agreed
    ? preview !== null && entry.approval !== null && reason !== null && !busy
    : preview !== null;
  const book = (): void => {
    if (preview === null || entry.approval === null || reason === null) return;
    setBusy(true);
    const { epoch, seq } = redemption;
    const { backToFundFen, paidOutFen } = preview;
    void askQuietly('manager.return', {
      epoch,
      seq,
      returnedFen,
      expected: { backToFundFen, paidOutFen },
      reason: text(`manager.returns.reasons.${reason}`),
      approval: entry.approval,
    }).then((answer) => {
      setBusy(false);
      entry.clear();
      setFault(answer.fault);
      if (answer.output === null) return;
      setDone(preview);
      props.onDone();
    });
  };
  const enter = (): void => {
    if (done !== null) onClose();
    else if (!ready) return;
    else if (agreed) book();
    else setAgreed(true);
  };
  useKeyLayer({
    onDigits: type,
    onErase: erase,
    onEnter: enter,
    onEscape: () => (agreed && done === null ? setAgreed(false) : onClose()),
    onFunction: (key) => {
      if (agreed) setReason((before) => REASONS[Number(key.slice(1)) - 5] ?? before);
      else if (key === 'F5') setReturnedFen(restFen);
    },
  });

  return (
    <Dialog title={text('manager.returns.title')} onClose={onClose} testId="return" wide>
      {done !== null ? (
        <Done preview={done} />
      ) : (
        <div className="return">
          <section>
            <p className="return-of">
              {text('manager.returns.of', {
                amount: yuan(redemption.amountFen),
                discount: yuan(redemption.discountFen),
                payable: yuan(redemption.payableFen),
              })}
            </p>
            <h3>{text('manager.returns.howMuch')}</h3>
            <p className="return-amount" data-testid="return-amount" data-fen={returnedFen}>
              {yuan(returnedFen)} <small>{text('cashier.yuanUnit')}</small>
            </p>
            <button
              type="button"
              className="key-safe chip"
              data-testid="return-whole"
              disabled={agreed}
              onClick={() => setReturnedFen(restFen)}
            >
              <kbd>F5</kbd>
              {text('manager.returns.whole', { left: yuan(restFen) })}
            </button>
            <div aria-live="polite">
              {preview !== null && <Preview preview={preview} />}
              {refused !== null && (
                <p className="leave leave-never" role="alert" data-testid="return-refused">
                  {refusedReturn(text, refused)}
                </p>
              )}
            </div>
          </section>
          <section>
            {agreed ? (
              <>
                <div className="chips" role="group" aria-label={text('counter.approval.reason')}>
                  {REASONS.map((each, at) => (
                    <button
                      key={each}
                      type="button"
                      className="key-safe chip"
                      data-testid={`return-reason-${each}`}
                      aria-pressed={each === reason}
                      onClick={() => setReason(each)}
                    >
                      <kbd>F{at + 5}</kbd>
                      {text(`manager.returns.reasons.${each}`)}
                    </button>
                  ))}
                </div>
                <ApprovalPanel entry={entry} />
              </>
            ) : (
              <NumberPad onDigits={type} onErase={erase} onClear={() => setReturnedFen(0)} last="clear" />
            )}
          </section>
        </div>
      )}
      <div className="dialog-foot">
        {done === null && <FaultNote fault={fault} />}
        <button
          type="button"
          className="key-safe primary"
          data-testid="return-submit"
          disabled={done === null && !ready}
          onClick={enter}
        >
          <kbd>Enter</kbd>
          {text(
            done !== null
              ? 'close'
              : agreed
                ? busy
                  ? 'manager.returns.booking'
                  : 'manager.returns.book'
                : 'manager.returns.next',
          )}
        </button>
      </div>
    </Dialog>
  );
}

function Preview({ preview }: { readonly preview: ReturnPreview }) {
  const text = useText();
  const owes = preview.customerOwesFen > 0;
  return (
    <div data-testid="return-preview" data-kind={preview.kind} data-paid={preview.paidOutFen}>
      <p className={`leave leave-${preview.backToFundFen > 0 || owes ? 'manager' : 'alone'}`}>
        {returnSentence(text, preview)}
      </p>
      <Equation
        first={{ name: text('manager.returns.goods'), fen: preview.returnedFen }}
        second={{
          name: text(preview.kind === 'reversal' ? 'manager.returns.voucherBack' : 'manager.returns.toFund'),
          fen: preview.returnedFen - preview.paidOutFen + preview.customerOwesFen,
        }}
        result={{
          name: text(owes ? 'manager.returns.owes' : 'manager.returns.paysOut'),
          fen: owes ? preview.customerOwesFen : preview.paidOutFen,
          testId: 'return-result',
        }}
      />
    </div>
  );
}

function Done({ preview }: { readonly preview: ReturnPreview }) {
  const text = useText();
  const owes = preview.customerOwesFen > 0;
  return (
    <section className="dialog-done" role="status" data-testid="returned">
      <h3>
        {text(owes ? 'manager.returns.doneOwes' : 'manager.returns.done', {
          yuan: yuan(owes ? preview.customerOwesFen : preview.paidOutFen),
        })}
      </h3>
      <p>{returnSentence(text, preview)}</p>
    </section>
  );
}
