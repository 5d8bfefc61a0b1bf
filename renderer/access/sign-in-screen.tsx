import { useState } from 'react';
import type { Fault } from '../../src/contract/terminal/errors.ts';
import type { AppState, User } from '../../src/contract/terminal/state.ts';
import { FaultNote } from '../shared/fault-note.tsx';
import { useText } from '../shared/i18n/text.ts';
import { useKeyLayer } from '../shared/keyboard.ts';
import { PinDots } from '../shared/pin-dots.tsx';
import { NumberPad } from '../shared/number-pad.tsx';
import { askQuietly, useTerminal } from '../shared/store.ts';
import { TopBar } from '../shared/top-bar.tsx';
import './access.css';
import { ForgottenDialog, NewPinScreen } from './pin-reset.tsx';
import { isPin, typePin } from '../shared/pin.ts';

/** Who works here now: choose a name, type a PIN; or choose a new PIN, where clearing's code for it was read. */
export function SignInScreen({ app }: { readonly app: AppState }) {
  const reset = app.pinReset ?? null;
  return reset === null ? <People app={app} /> : <NewPinScreen app={app} userId={reset.userId} />;
}

function People({ app }: { readonly app: AppState }) {
  const text = useText();
  const connected = useTerminal((view) => view.connected);
  const [chosenId, setChosenId] = useState<string | null>(null);
  const [pin, setPin] = useState('');
  const [fault, setFault] = useState<Fault | null>(null);
  const [busy, setBusy] = useState(false);
  const [forgotten, setForgotten] = useState(false);
  const chosen = app.users.find((user) => user.id === chosenId) ?? app.users[0];

  const choose = (user: User): void => {
    setChosenId(user.id);
    setPin('');
    setFault(null);
  };
  const move = (by: number): void => {
    const at = app.users.findIndex((user) => user.id === chosen?.id);
    const next = app.users[(at + by + app.users.length) % app.users.length];
    if (next !== undefined) choose(next);
  };
  const signIn = (): void => {
    if (chosen === undefined || !isPin(pin) || busy || !connected) return;
    setBusy(true);
    void askQuietly('access.signIn', { userId: chosen.id, pin }).then((answer) => {
      setBusy(false);
      setPin('');
      setFault(answer.fault);
    });
  };
  const type = (digits: string): void => {
    setFault(null);
    setPin((before) => typePin(before, digits));
  };
  const erase = (): void => setPin((before) => before.slice(0, -1));
  useKeyLayer({
    onDigits: type,
    onErase: erase,
    onEnter: signIn,
    onEscape: () => setPin(''),
    onScan: (code) =>
      void askQuietly('access.useResetCode', { code }).then((answer) => setFault(answer.fault)),
    onFunction: (key) => {
      if (key === 'F1') setForgotten(true);
    },
    onArrow: (direction) => move(direction === 'up' || direction === 'left' ? -1 : 1),
  });

  return (
    <main className="access" data-testid="phase-sign-in">
      <TopBar app={app} />
      <div className="sign-in">
        <section className="people" aria-label={text('signIn.title')}>
          <h1>{text('signIn.title')}</h1>
          {app.users.length === 0 && <p>{text('signIn.nobody')}</p>}
          <ul>
            {app.users.map((user) => (
              <li key={user.id}>
                <button
                  type="button"
                  className="key-safe person"
                  data-testid={`user-${user.id}`}
                  data-role={user.role}
                  aria-pressed={user.id === chosen?.id}
                  onClick={() => choose(user)}
                >
                  <i aria-hidden="true">{user.name.slice(-1)}</i>
                  <span>
                    <b>{user.name}</b>
                    <small>{text(`role.${user.role}`)}</small>
                  </span>
                </button>
              </li>
            ))}
          </ul>
          <p className="access-keys">{text('signIn.keys')}</p>
        </section>
        <section className="pin">
          <h2>{chosen === undefined ? ' ' : text('signIn.pinFor', { name: chosen.name })}</h2>
          <PinDots length={pin.length} />
          <FaultNote fault={fault} />
          <NumberPad onDigits={type} onErase={erase} onClear={() => setPin('')} last="clear" />
          <button
            type="button"
            className="key-safe primary"
            data-testid="pin-submit"
            disabled={!isPin(pin) || busy || !connected}
            onClick={signIn}
          >
            <kbd>Enter</kbd>
            {text('signIn.enter')}
          </button>
          <button
            type="button"
            className="key-safe quiet"
            data-testid="forgotten-open"
            onClick={() => setForgotten(true)}
          >
            <kbd>F1</kbd> {text('reset.open')}
          </button>
          {forgotten && <ForgottenDialog onClose={() => setForgotten(false)} />}
        </section>
      </div>
    </main>
  );
}
