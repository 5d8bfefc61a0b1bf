import { useState } from 'react';
import type { AppState } from '../../src/contract/terminal/state.ts';
import { clockTime, yuan } from '../shared/format.ts';
import { useText, type TextKey } from '../shared/i18n/text.ts';
import { useKeyLayer, type FunctionKey } from '../shared/keyboard.ts';
import { Lights } from '../shared/lights.tsx';
import { NumberPad } from '../shared/number-pad.tsx';
import { ask, useTerminal } from '../shared/store.ts';
import { SyncBand } from '../shared/sync-band.tsx';
import { TopBar } from '../shared/top-bar.tsx';
import './cashier.css';
import { HelpDialog } from './help-dialog.tsx';
import { Stage } from './stage.tsx';
import { useCheckout, type Checkout } from './use-checkout.ts';

const FUNCTION_KEYS = [
  ['F1', 'cashier.action.help'],
  ['F2', 'cashier.action.reverse'],
  ['F4', 'cashier.action.reprint'],
  ['F8', 'cashier.action.handOver'],
] as const satisfies readonly (readonly [FunctionKey, TextKey])[];

/** The counter: always ready to scan, one purchase at a time. */
export function CashierScreen({ app }: { readonly app: AppState }) {
  const checkout = useCheckout();
  const devices = useTerminal((view) => view.devices);
  const sync = useTerminal((view) => view.sync);
  const [dialog, setDialog] = useState<'help' | null>(null);

  const onFunction = (key: FunctionKey): void => {
    if (key === 'F1') setDialog('help');
  };
  useKeyLayer({
    onDigits: checkout.typed,
    onPoint: () => checkout.hinted('noPoint'),
    onErase: checkout.erase,
    onEnter: checkout.enter,
    onEscape: checkout.escape,
    onFunction,
    onScan: checkout.scan,
    onBrokenScan: () => checkout.hinted('brokenScan'),
  });

  return (
    <main className="cashier" data-testid="phase-open">
      <TopBar app={app}>
        <Lights devices={devices} sync={sync} />
      </TopBar>
      <SyncBand sync={sync} />
      <Stage checkout={checkout} />
      <aside className="hand">
        <NumberPad onDigits={checkout.typed} onErase={checkout.erase} onClear={checkout.clear} last="00" />
        <Actions checkout={checkout} />
      </aside>
      <Foot onFunction={onFunction} />
      {dialog === 'help' && <HelpDialog onClose={() => setDialog(null)} />}
    </main>
  );
}

/** What Enter does now; null: nothing. */
function enterAction(checkout: Checkout): TextKey | null {
  const { state, draftFen } = checkout;
  switch (state.step) {
    case 'decided':
      return draftFen === null ? 'cashier.action.confirm' : 'cashier.action.useAmount';
    case 'amount-needed':
      return 'cashier.action.useAmount';
    case 'refused':
      return 'cashier.action.acknowledge';
    case 'accepted':
      return 'cashier.action.next';
    case 'recorded-not-confirmed':
      return 'cashier.action.goOn';
    case 'unknown':
      return 'cashier.action.query';
    case 'ready':
    case 'confirming':
      return null;
  }
}

function Actions({ checkout }: { readonly checkout: Checkout }) {
  const text = useText();
  const action = enterAction(checkout);
  const empty = checkout.draftFen === null || checkout.draftFen === 0;
  const waits = action === 'cashier.action.useAmount' ? empty : !checkout.armed;
  return (
    <div className="actions">
      <button
        type="button"
        className="key-safe action action-escape"
        data-testid="cancel"
        onClick={checkout.escape}
      >
        <kbd>Esc</kbd>
        {text(checkout.state.step === 'ready' ? 'cashier.action.clear' : 'cashier.action.cancel')}
      </button>
      <button
        type="button"
        className="key-safe action action-enter"
        data-testid="confirm"
        data-action={action ?? 'none'}
        disabled={action === null || waits}
        onClick={checkout.enter}
      >
        <kbd>Enter</kbd>
        {text(action ?? 'cashier.action.confirm')}
      </button>
    </div>
  );
}

function Foot({ onFunction }: { readonly onFunction: (key: FunctionKey) => void }) {
  const text = useText();
  const last = useTerminal((view) => view.lastRedemption);
  return (
    <footer className="foot">
      {FUNCTION_KEYS.map(([key, label]) => (
        <button
          key={key}
          type="button"
          className="key-safe function"
          data-testid={key.toLowerCase()}
          onClick={() => onFunction(key)}
        >
          <kbd>{key}</kbd>
          {text(label)}
        </button>
      ))}
      <p className="last" data-testid="last">
        {last === null ? (
          text('cashier.lastNone')
        ) : (
          <>
            <span>{text('cashier.last')}</span>
            <b>{clockTime(last.atMs)}</b>
            <b>{text('yuan', { amount: yuan(last.payableFen) })}</b>
            <span data-testid="last-state" data-state={last.state}>
              {text(`cashier.state.${last.state}`)}
            </span>
          </>
        )}
      </p>
      <button
        type="button"
        className="key-safe function"
        data-testid="sign-out"
        onClick={() => void ask('access.signOut', undefined)}
      >
        {text('cashier.action.signOut')}
      </button>
    </footer>
  );
}
