import type { CheckoutState } from '../../src/contract/terminal/state.ts';
import { yuan } from '../shared/format.ts';
import { useText } from '../shared/i18n/text.ts';
import { PhoneSign, Sign } from './signs.tsx';
import { type Checkout, type Hint, SLIP_HINTS, type SlipHint } from './use-checkout.ts';
import {
  Accepted,
  Asking,
  Confirming,
  Decided,
  Failed,
  LONG_FEN,
  NotDoubled,
  Refused,
  Unknown,
  VoucherChip,
  type Step,
} from './verdict.tsx';

const FACES: Readonly<Record<CheckoutState['step'], string>> = {
  ready: 'plain',
  'amount-needed': 'plain',
  decided: 'ask',
  refused: 'stop',
  asking: 'ask',
  confirming: 'ask',
  accepted: 'go',
  'recorded-not-confirmed': 'amber',
  unknown: 'amber',
  failed: 'stop',
};

/** A code is there and waits for the amount: a question, no refusal. */
const asksAmount = (state: CheckoutState): boolean =>
  state.step === 'amount-needed' || (state.step === 'refused' && state.code === 'amount-missing');

/** The purchase at hand: one colour, one sign, one sentence to act on. */
export function Stage({ checkout }: { readonly checkout: Checkout }) {
  const { state } = checkout;
  const typing = checkout.draftFen !== null && state.can.digits === 'collect';
  return (
    <section
      className={`stage stage-${typing || asksAmount(state) ? 'plain' : FACES[state.step]}`}
      data-testid={`step-${state.step}`}
      data-armed={checkout.armed}
      aria-live="assertive"
      aria-atomic="true"
    >
      <Face checkout={checkout} typing={typing} />
    </section>
  );
}

function Face({ checkout, typing }: { readonly checkout: Checkout; readonly typing: boolean }) {
  const { state } = checkout;
  if (typing) return <Retype checkout={checkout} />;
  if (asksAmount(state)) return <AmountNeeded checkout={checkout} />;
  switch (state.step) {
    case 'ready':
      return <Ready state={state} checkout={checkout} />;
    case 'amount-needed':
      return <AmountNeeded checkout={checkout} />;
    case 'decided':
      return <Decided state={state} />;
    case 'asking':
      return <Asking state={state} />;
    case 'confirming':
      return <Confirming state={state} />;
    case 'refused':
      return <Refused state={state} />;
    case 'accepted':
      return <Accepted redemption={state.redemption} />;
    case 'recorded-not-confirmed':
      return <NotDoubled redemption={state.redemption} />;
    case 'unknown':
      return <Unknown state={state} />;
    case 'failed':
      return <Failed state={state} />;
  }
}

const isSlipHint = (hint: Hint): hint is SlipHint => SLIP_HINTS.some((each) => each === hint);

/** What became of the slip that was asked for again, whatever verdict is on the screen. */
export function SlipNote({ hint }: { readonly hint: Hint | null }) {
  const text = useText();
  if (hint === null || !isSlipHint(hint)) return null;
  return (
    <p className="passing slip-note" role="status" data-testid="slip-note" data-hint={hint}>
      {text(`cashier.${hint}`)}
    </p>
  );
}

function HintLine({ hint }: { readonly hint: Hint | null }) {
  const text = useText();
  return (
    <p className="hint" role="status" data-testid="hint">
      {hint === null || isSlipHint(hint) ? ' ' : text(`cashier.${hint}`)}
    </p>
  );
}

function TillOffer({ offeredFen }: { readonly offeredFen: number | null }) {
  const text = useText();
  if (offeredFen === null) return null;
  return (
    <p className="till-offer" data-testid="till-offer" data-fen={offeredFen}>
      {text('cashier.tillShows')} <b>{text('yuan', { amount: yuan(offeredFen) })}</b>{' '}
      {text('cashier.tillTake')}
    </p>
  );
}

function AmountEntry(props: {
  readonly label: string;
  /** Where no verdict heads the stage, the amount does. */
  readonly heads: boolean;
  readonly amountFen: number;
  readonly hint: Hint | null;
}) {
  const text = useText();
  return (
    <div className={props.heads ? 'entry' : 'entry entry-beside'}>
      {props.heads ? (
        <h1 className="entry-label">{props.label}</h1>
      ) : (
        <span className="entry-label">{props.label}</span>
      )}
      <div
        className={`entry-amount${props.amountFen === 0 ? ' entry-empty' : ''}${props.amountFen >= LONG_FEN ? ' entry-long' : ''}`}
      >
        <span data-testid="amount" data-fen={props.amountFen}>
          {yuan(props.amountFen)}
        </span>
        <i className="caret" aria-hidden="true" />
        <small>{text('cashier.yuanUnit')}</small>
      </div>
      <HintLine hint={props.hint} />
    </div>
  );
}

function Ready({ state, checkout }: { readonly state: Step<'ready'>; readonly checkout: Checkout }) {
  const text = useText();
  const amountFen = checkout.draftFen ?? state.amountFen ?? 0;
  return (
    <>
      <AmountEntry heads label={text('cashier.amount')} amountFen={amountFen} hint={checkout.hint} />
      <TillOffer offeredFen={checkout.offeredFen} />
      <div className="ask-scan">
        <PhoneSign />
        <div>
          <strong>{text('cashier.askScan')}</strong>
          <span>{text(amountFen === 0 ? 'cashier.askAmountOrScan' : 'cashier.askScanThen')}</span>
        </div>
      </div>
    </>
  );
}

function AmountNeeded({ checkout }: { readonly checkout: Checkout }) {
  const text = useText();
  const { state } = checkout;
  const voucher = state.step === 'amount-needed' ? state.voucher : null;
  return (
    <>
      <div className="headline headline-small">
        <Sign name="type" />
        <h1>{text(voucher === null ? 'cashier.amountForCode' : 'cashier.amountNeeded')}</h1>
      </div>
      {voucher !== null && <VoucherChip voucher={voucher} />}
      <AmountEntry heads={false} label={text('cashier.amount')} amountFen={0} hint={checkout.hint} />
      <TillOffer offeredFen={checkout.offeredFen} />
    </>
  );
}

/** Digits typed while a voucher waits: the old verdict gives way, so that nobody confirms an old amount. */
function Retype({ checkout }: { readonly checkout: Checkout }) {
  const text = useText();
  const { state } = checkout;
  return (
    <>
      {(state.step === 'decided' || state.step === 'amount-needed') && (
        <VoucherChip voucher={state.voucher} />
      )}
      <AmountEntry
        heads
        label={text(asksAmount(state) ? 'cashier.amount' : 'cashier.newAmount')}
        amountFen={checkout.draftFen ?? 0}
        hint={checkout.hint}
      />
    </>
  );
}
