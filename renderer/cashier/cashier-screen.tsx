import { useEffect, useState } from 'react';
import type { AppState, CheckoutCan } from '../../src/contract/terminal/state.ts';
import { clockTime, yuan } from '../shared/format.ts';
import { useText, type TextKey } from '../shared/i18n/text.ts';
import { useKeyLayer, type FunctionKey } from '../shared/keyboard.ts';
import { Lights } from '../shared/lights.tsx';
import { NumberPad } from '../shared/number-pad.tsx';
import { useScansAside } from '../shared/scans-aside.ts';
import { ask, useTerminal } from '../shared/store.ts';
import { SyncBand } from '../shared/sync-band.tsx';
import { TopBar } from '../shared/top-bar.tsx';
import './cashier.css';
import { CarDialog } from './car-dialog.tsx';
import { NO_PAPERS, typeInto } from './car-papers.ts';
import { HelpDialog } from './help-dialog.tsx';
import { ReversalDialog } from './reversal-dialog.tsx';
import { ShiftDialog } from './shift-dialog.tsx';
import { SlipNote, Stage } from './stage.tsx';
import { TrainingDialog } from './training-dialog.tsx';
import { useCheckout, verdictKey, type Checkout } from './use-checkout.ts';

const FUNCTION_KEYS = [
  ['F1', 'cashier.action.help'],
  ['F2', 'cashier.action.reverse'],
  ['F4', 'cashier.action.reprint'],
  ['F8', 'cashier.action.handOver'],
] as const satisfies readonly (readonly [FunctionKey, TextKey])[];

const CAR_KEY = ['F3', 'cashier.action.car'] as const;
const TRAINING_KEY = ['F7', 'cashier.action.practise'] as const;
const MANAGE_KEY = ['F9', 'cashier.action.manager'] as const;

/** The counter: always ready to scan, one purchase at a time. */
export function CashierScreen(props: { readonly app: AppState; readonly onManage: (() => void) | null }) {
  const { app, onManage } = props;
  const checkout = useCheckout();
  const devices = useTerminal((view) => view.devices);
  const sync = useTerminal((view) => view.sync);
  const last = useTerminal((view) => view.lastRedemption);
  const [dialog, setDialog] = useState<'help' | 'reversal' | 'shift' | 'car' | 'training' | null>(null);
  const close = (): void => setDialog(null);
  const sellsCars = app.store?.category === 'car';
  const [papers, setPapers] = useState(NO_PAPERS);
  const { can } = checkout.state;
  const verdict = verdictKey(checkout.state);
  // A new verdict asks for an answer: a button that Tab chose before no longer takes Enter for itself.
  useEffect(() => {
    const active = document.activeElement;
    if (active instanceof HTMLElement && active.matches('[data-testid="counter"] .key-safe')) active.blur();
  }, [verdict]);
  // Numbers of a person's papers stay no longer than their purchase.
  useEffect(() => {
    if (can.atRest && dialog !== 'car') setPapers(NO_PAPERS);
  }, [can.atRest, dialog]);

  /** The price comes with the papers: digits begin the form, or go on with that of this purchase. */
  const openCar = (digits: string): void => {
    const { state } = checkout;
    if (state.can.digits === 'none') return;
    const filled = 'amountFen' in state && state.amountFen !== null;
    const begun = filled ? papers : NO_PAPERS;
    setPapers(digits === '' ? begun : typeInto({ ...begun, priceFen: 0 }, 'priceFen', digits));
    setDialog('car');
  };
  const onDigits = sellsCars ? openCar : checkout.typed;
  const onErase = sellsCars ? (): void => openCar('') : checkout.erase;
  const onEnter = (): void => {
    if (sellsCars && can.enter === 'take-amount') openCar('');
    else checkout.enter();
  };

  const onFunction = (key: FunctionKey): void => {
    switch (key) {
      case 'F1':
        setDialog('help');
        return;
      case 'F2':
        setDialog('reversal');
        return;
      case 'F3':
        if (sellsCars) openCar('');
        return;
      case 'F4':
        if (last === null) checkout.hinted('reprintNone');
        else {
          checkout.hinted('reprinting');
          void ask('receipt.reprint', { epoch: last.epoch, seq: last.seq }).then(({ ok }) =>
            checkout.hinted(ok ? 'reprinted' : null),
          );
        }
        return;
      case 'F7':
        if (app.training) setDialog('training');
        return;
      case 'F8':
        setDialog('shift');
        return;
      case 'F9':
        onManage?.();
        return;
      default:
        return;
    }
  };
  useScansAside(dialog !== null && dialog !== 'car');
  useKeyLayer({
    onDigits,
    onPoint: () => checkout.hinted('noPoint'),
    onErase,
    onEnter,
    onEscape: checkout.escape,
    onFunction,
    onScan: checkout.scan,
    onBrokenScan: () => checkout.hinted('brokenScan'),
  });

  return (
    <main className="cashier" data-testid="counter">
      <TopBar app={app}>
        <Lights devices={devices} sync={sync} />
      </TopBar>
      <SyncBand sync={sync} />
      <Stage checkout={checkout} />
      <SlipNote hint={checkout.hint} />
      <aside className="hand" data-testid="hand">
        <NumberPad onDigits={onDigits} onErase={onErase} onClear={checkout.clear} last="00" />
        <Actions checkout={checkout} />
      </aside>
      <Foot
        onFunction={onFunction}
        keys={[
          ...(sellsCars ? [CAR_KEY] : []),
          ...FUNCTION_KEYS,
          ...(app.training ? [TRAINING_KEY] : []),
          ...(onManage !== null ? [MANAGE_KEY] : []),
        ]}
      />
      {dialog === 'help' && (
        <HelpDialog
          onClose={close}
          onTrain={
            app.training
              ? null
              : () => {
                  close();
                  void ask('training.enter', undefined);
                }
          }
        />
      )}
      {dialog === 'training' && <TrainingDialog onClose={close} />}
      {dialog === 'reversal' && <ReversalDialog onClose={close} />}
      {dialog === 'car' && (
        <CarDialog papers={papers} rules={app.carRules ?? null} onChange={setPapers} onClose={close} />
      )}
      {dialog === 'shift' && <ShiftDialog onClose={close} />}
    </main>
  );
}

const ESCAPE_ACTIONS: Readonly<Record<CheckoutCan['escape'], TextKey>> = {
  clear: 'cashier.action.clear',
  cancel: 'cashier.action.cancel',
  back: 'back',
  next: 'back',
  'give-up': 'cashier.action.giveUp',
  none: 'cashier.action.cancel',
};

const ENTER_ACTIONS: Readonly<Record<CheckoutCan['enter'], TextKey | null>> = {
  'take-amount': 'cashier.action.useAmount',
  confirm: 'cashier.action.confirm',
  acknowledge: 'cashier.action.acknowledge',
  next: 'cashier.action.next',
  'go-on': 'cashier.action.goOn',
  query: 'cashier.action.query',
  retry: 'cashier.action.retry',
  none: null,
};

/** What Enter does now; null: nothing. Digits that were collected come first. */
function enterAction({ state, draftFen, offeredFen }: Checkout): TextKey | null {
  if (state.step === 'ready') return offeredFen === null ? null : 'cashier.action.useAmount';
  return draftFen === null ? ENTER_ACTIONS[state.can.enter] : 'cashier.action.useAmount';
}

function Actions({ checkout }: { readonly checkout: Checkout }) {
  const text = useText();
  const action = enterAction(checkout);
  const empty = (checkout.draftFen ?? 0) === 0 && checkout.offeredFen === null;
  const waits = action === 'cashier.action.useAmount' ? empty : !checkout.armed;
  return (
    <div className="actions">
      <button
        type="button"
        className="key-safe action action-escape"
        data-testid="cancel"
        disabled={checkout.state.can.escape === 'none'}
        onClick={checkout.escape}
      >
        <kbd>Esc</kbd>
        {text(ESCAPE_ACTIONS[checkout.state.can.escape])}
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

function Foot(props: {
  readonly onFunction: (key: FunctionKey) => void;
  readonly keys: readonly (readonly [FunctionKey, TextKey])[];
}) {
  const { onFunction } = props;
  const text = useText();
  const last = useTerminal((view) => view.lastRedemption);
  return (
    <footer className="foot">
      {props.keys.map(([key, label]) => (
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
      <p className="last" data-testid="last" data-seq={last?.seq ?? 0}>
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
