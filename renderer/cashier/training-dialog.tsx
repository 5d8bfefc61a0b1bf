import { useEffect } from 'react';
import { Dialog } from '../shared/dialog.tsx';
import { yuanShort } from '../shared/format.ts';
import { useText } from '../shared/i18n/text.ts';
import { useKeyLayer } from '../shared/keyboard.ts';
import { kindName } from '../shared/kind-name.ts';
import { ListState } from '../shared/list-state.tsx';
import { ask } from '../shared/store.ts';
import { useAnswer } from '../shared/use-answer.ts';

const RULES_SOON_MS = 300;

/** F7 in training: a voucher of each kind to practise with, taken as if its code had been scanned. */
export function TrainingDialog({ onClose }: { readonly onClose: () => void }) {
  const text = useText();
  const vouchers = useAnswer('training.vouchers', undefined);
  const { output, again } = vouchers;
  // Right after a training began, its rules are still being read.
  useEffect(() => {
    if (output?.length !== 0) return;
    const timer = setTimeout(again, RULES_SOON_MS);
    return () => clearTimeout(timer);
  }, [output, again]);
  const present = (at: number): void => {
    const voucher = vouchers.output?.[at];
    if (voucher === undefined) return;
    void ask('checkout.scan', { text: voucher.text, source: 'typed' });
    onClose();
  };
  const leave = (): void => {
    void ask('training.leave', undefined);
    onClose();
  };
  useKeyLayer({
    onEscape: onClose,
    onEnter: () => present(0),
    onDigits: (digits) => present(Number(digits.at(-1)) - 1),
    onFunction: (key) => {
      if (key === 'F7') leave();
    },
  });
  return (
    <Dialog title={text('counter.training.title')} onClose={onClose} testId="training-dialog">
      <p>{text('counter.training.intro')}</p>
      {(vouchers.output ?? []).length === 0 && (
        <ListState {...vouchers} loading={vouchers.output === null} empty="counter.training.none" />
      )}
      <ul className="practice">
        {(vouchers.output ?? []).map((voucher, at) => (
          <li key={voucher.kindId}>
            <button
              type="button"
              className="key-safe chip"
              data-testid={`practice-${voucher.kindId}`}
              onClick={() => present(at)}
            >
              <kbd>{at + 1}</kbd>
              <b>{kindName(text, voucher)}</b>
              <span>{text('cashier.needsSpend', { minSpendYuan: yuanShort(voucher.minSpendFen) })}</span>
            </button>
          </li>
        ))}
      </ul>
      <div className="dialog-foot">
        <button type="button" className="key-safe primary" data-testid="training-leave" onClick={leave}>
          <kbd>F7</kbd>
          {text('counter.training.leave')}
        </button>
      </div>
    </Dialog>
  );
}
