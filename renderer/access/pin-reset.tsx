import { useState } from 'react';
import type { Fault } from '../../src/contract/terminal/errors.ts';
import type { AppState } from '../../src/contract/terminal/state.ts';
import { Dialog } from '../shared/dialog.tsx';
import { FaultNote } from '../shared/fault-note.tsx';
import { useText } from '../shared/i18n/text.ts';
import { useKeyLayer } from '../shared/keyboard.ts';
import { NumberPad } from '../shared/number-pad.tsx';
import { isPin, typePin } from '../shared/pin.ts';
import { PinDots } from '../shared/pin-dots.tsx';
import { ask, askQuietly } from '../shared/store.ts';
import { TopBar } from '../shared/top-bar.tsx';

/** A manager who forgot the PIN: clearing's one-time code, scanned or pasted. */
export function ForgottenDialog({ onClose }: { readonly onClose: () => void }) {
  const text = useText();
  const [code, setCode] = useState('');
  const [fault, setFault] = useState<Fault | null>(null);
  const [busy, setBusy] = useState(false);
  const submitCode = (given: string): void => {
    if (given.trim() === '' || busy) return;
    setBusy(true);
    void askQuietly('access.useResetCode', { code: given.trim() }).then((answer) => {
      setBusy(false);
      setFault(answer.fault);
      if (answer.fault === null) onClose();
    });
  };
  useKeyLayer({ onEscape: onClose, onEnter: () => submitCode(code), onScan: submitCode });
  return (
    <Dialog title={text('reset.title')} onClose={onClose} testId="forgotten">
      <p>{text('reset.intro')}</p>
      <label className="restore">
        {text('reset.code')}
        <textarea
          rows={3}
          data-testid="reset-code"
          spellCheck={false}
          value={code}
          onChange={(event) => setCode(event.target.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Enter') return;
            event.preventDefault();
            submitCode(code);
          }}
        />
      </label>
      <div className="dialog-foot">
        <FaultNote fault={fault} />
        <button
          type="button"
          className="key-safe primary"
          data-testid="reset-use"
          disabled={busy || code.trim() === ''}
          onClick={() => submitCode(code)}
        >
          <kbd>Enter</kbd>
          {text('reset.use')}
        </button>
      </div>
    </Dialog>
  );
}

/** A good code was read: its user chooses a new PIN, typed twice. */
export function NewPinScreen(props: { readonly app: AppState; readonly userId: string }) {
  const text = useText();
  const [first, setFirst] = useState<string | null>(null);
  const [pin, setPin] = useState('');
  const [fault, setFault] = useState<Fault | null>(null);
  const [differ, setDiffer] = useState(false);
  const name = props.app.users.find(({ id }) => id === props.userId)?.name ?? '';
  const type = (digits: string): void => {
    setDiffer(false);
    setPin((before) => typePin(before, digits));
  };
  const enter = (): void => {
    if (!isPin(pin)) return;
    setPin('');
    if (first === null) setFirst(pin);
    else if (first !== pin) {
      setFirst(null);
      setDiffer(true);
    } else void askQuietly('access.resetPin', { pin }).then((answer) => setFault(answer.fault));
  };
  const cancel = (): void => void ask('access.cancelReset', undefined);
  useKeyLayer({
    onDigits: type,
    onErase: () => setPin((before) => before.slice(0, -1)),
    onEnter: enter,
    onEscape: cancel,
  });
  return (
    <main className="access" data-testid="phase-sign-in">
      <TopBar app={props.app} />
      <section className="pin new-pin" data-testid="new-pin" data-again={first !== null}>
        <h1>{text(first === null ? 'reset.choose' : 'reset.again', { name })}</h1>
        <PinDots length={pin.length} />
        <p className="mistake" role="alert">
          {differ ? text('activation.pinsDiffer') : ' '}
        </p>
        <FaultNote fault={fault} />
        <NumberPad
          onDigits={type}
          onErase={() => setPin((before) => before.slice(0, -1))}
          onClear={() => setPin('')}
          last="clear"
        />
        <button
          type="button"
          className="key-safe primary"
          data-testid="pin-submit"
          disabled={!isPin(pin)}
          onClick={enter}
        >
          <kbd>Enter</kbd>
          {text(first === null ? 'reset.next' : 'manager.users.save')}
        </button>
        <button type="button" className="key-safe quiet" data-testid="reset-cancel" onClick={cancel}>
          <kbd>Esc</kbd> {text('cancel')}
        </button>
      </section>
    </main>
  );
}
