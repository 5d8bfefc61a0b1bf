import type { CheckoutState, RedemptionView } from '../../src/contract/terminal/state.ts';
import { dayAndTime, yuan, yuanShort } from '../shared/format.ts';
import { useLanguage, useText, type Text } from '../shared/i18n/text.ts';
import { kindName } from '../shared/kind-name.ts';
import { explainRefusal } from '../../src/contract/messages/refusals.ts';
import { PhoneSign, Sign } from './signs.tsx';
import { keepsVoucher, type Checkout, type Hint } from './use-checkout.ts';

type Step<S extends CheckoutState['step']> = Extract<CheckoutState, { readonly step: S }>;

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
};

/** From 100,000 yuan on, the digits are set smaller, so that the largest amount fits the smallest window. */
const LONG_FEN = 10_000_000;

/** The purchase at hand: one colour, one sign, one sentence to act on. */
export function Stage({ checkout }: { readonly checkout: Checkout }) {
  const { state } = checkout;
  const typing =
    checkout.draftFen !== null &&
    (state.step === 'decided' || state.step === 'amount-needed' || keepsVoucher(state));
  return (
    <section
      className={`stage stage-${typing ? 'plain' : FACES[state.step]}`}
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
  switch (state.step) {
    case 'ready':
      return <Ready state={state} checkout={checkout} />;
    case 'amount-needed':
      return <AmountNeeded state={state} checkout={checkout} />;
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
  }
}

function HintLine({ hint }: { readonly hint: Hint | null }) {
  const text = useText();
  return (
    <p className="hint" role="status" data-testid="hint">
      {hint === null ? ' ' : text(`cashier.${hint}`)}
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
    <div className="entry">
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

interface VoucherSummary {
  readonly category: Step<'decided'>['voucher']['category'];
  readonly faceValueFen: number;
}

const voucherName = (text: Text, voucher: VoucherSummary): string =>
  text('voucherName', {
    category: text(`category.${voucher.category}`),
    faceYuan: yuanShort(voucher.faceValueFen),
  });

function VoucherChip({ voucher }: { readonly voucher: Step<'decided'>['voucher'] }) {
  const text = useText();
  const language = useLanguage();
  return (
    <p className="voucher-chip" data-testid="voucher">
      <b>{voucherName(text, voucher)}</b>
      <span>{text('cashier.needsSpend', { minSpendYuan: yuanShort(voucher.minSpendFen) })}</span>
      <span>{text('cashier.validUntil', { time: dayAndTime(voucher.notAfterMs - 1, language) })}</span>
    </p>
  );
}

function AmountNeeded(props: { readonly state: Step<'amount-needed'>; readonly checkout: Checkout }) {
  const text = useText();
  return (
    <>
      <div className="headline headline-small">
        <Sign name="yes" />
        <h1>{text('cashier.amountNeeded')}</h1>
      </div>
      <VoucherChip voucher={props.state.voucher} />
      <AmountEntry heads={false} label={text('cashier.amount')} amountFen={0} hint={props.checkout.hint} />
      <TillOffer offeredFen={props.checkout.offeredFen} />
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
        label={text(state.step === 'amount-needed' ? 'cashier.amount' : 'cashier.newAmount')}
        amountFen={checkout.draftFen ?? 0}
        hint={checkout.hint}
      />
    </>
  );
}

function Payable({ payableFen }: { readonly payableFen: number }) {
  const text = useText();
  return (
    <div className={payableFen >= LONG_FEN ? 'payable payable-long' : 'payable'}>
      <span>{text('cashier.collect')}</span>
      <b data-testid="payable" data-fen={payableFen}>
        {yuan(payableFen)}
      </b>
      <small>{text('cashier.yuanUnit')}</small>
    </div>
  );
}

interface Sum {
  readonly amountFen: number;
  readonly discountFen: number;
  readonly payableFen: number;
}

function Breakdown({ sum }: { readonly sum: Sum }) {
  const text = useText();
  return (
    <dl className="breakdown">
      <div>
        <dt>{text('cashier.breakdown.amount')}</dt>
        <dd data-testid="amount" data-fen={sum.amountFen}>
          {yuan(sum.amountFen)}
        </dd>
      </div>
      <i aria-hidden="true">−</i>
      <div>
        <dt>{text('cashier.breakdown.voucher')}</dt>
        <dd data-testid="discount" data-fen={sum.discountFen}>
          {yuan(sum.discountFen)}
        </dd>
      </div>
      <i aria-hidden="true">=</i>
      <div>
        <dt>{text('cashier.breakdown.payable')}</dt>
        <dd>{yuan(sum.payableFen)}</dd>
      </div>
    </dl>
  );
}

function Decided({ state }: { readonly state: Step<'decided'> }) {
  const text = useText();
  return (
    <>
      <div className="headline">
        <Sign name="yes" />
        <h1>{text('cashier.usable')}</h1>
        {state.offline && <span className="tag">{text('cashier.offlineDecided')}</span>}
      </div>
      <Payable payableFen={state.payableFen} />
      <Breakdown sum={state} />
      <VoucherChip voucher={state.voucher} />
      <p className="next-step">
        {text(state.offline ? 'cashier.offlineDecidedDetail' : 'cashier.toConfirm')}
      </p>
    </>
  );
}

function Asking({ state }: { readonly state: Step<'asking'> }) {
  const text = useText();
  return (
    <>
      <div className="headline">
        <Sign name="wait" />
        <h1>{text('cashier.asking')}</h1>
      </div>
      <p className="aside">
        {text('cashier.amount')}{' '}
        <b data-testid="amount" data-fen={state.amountFen}>
          {yuan(state.amountFen)}
        </b>{' '}
        {text('cashier.yuanUnit')}
      </p>
    </>
  );
}

function Confirming({ state }: { readonly state: Step<'confirming'> }) {
  const text = useText();
  return (
    <>
      <div className="headline">
        <Sign name="wait" />
        <h1>{text('cashier.confirming')}</h1>
      </div>
      <Payable payableFen={state.payableFen} />
    </>
  );
}

function Refused({ state }: { readonly state: Step<'refused'> }) {
  const text = useText();
  const language = useLanguage();
  const { headline, help } = explainRefusal(language, state.code, state.params);
  const title = headline.replace(/[。.]$/, '');
  return (
    <div className="refusal" data-testid="refusal" data-code={state.code}>
      <div className="headline">
        <Sign name="no" />
        <span className="eyebrow">{text('cashier.refused')}</span>
      </div>
      <h1 className={title.length > (language === 'zh' ? 14 : 26) ? 'refusal-long' : ''}>{title}</h1>
      <p className="say">
        <span>{text('cashier.sayThis')}</span>
        {help}
      </p>
      {state.amountFen !== null && (
        <p className="aside">
          {text('cashier.amount')}{' '}
          <b data-testid="amount" data-fen={state.amountFen}>
            {yuan(state.amountFen)}
          </b>{' '}
          {text('cashier.yuanUnit')}
        </p>
      )}
    </div>
  );
}

function Redeemed({ redemption }: { readonly redemption: RedemptionView }) {
  const text = useText();
  return (
    <p className="voucher-chip" data-testid="voucher">
      <b>{kindName(text, redemption)}</b>
      <span>
        {text('cashier.receipt')} {redemption.receiptNumber}
      </span>
    </p>
  );
}

const settlementWord = (text: Text, redemption: RedemptionView): string => {
  if (redemption.state === 'settled') return text('cashier.settled');
  return text(redemption.offline ? 'cashier.acceptedOffline' : 'cashier.acceptedOnline');
};

function Accepted({ redemption }: { readonly redemption: RedemptionView }) {
  const text = useText();
  return (
    <>
      <div className="headline">
        <Sign name="yes" />
        <h1>{text('cashier.accepted')}</h1>
        <span className="tag" data-testid="settlement" data-state={redemption.state}>
          {settlementWord(text, redemption)}
        </span>
      </div>
      <Payable payableFen={redemption.payableFen} />
      <Breakdown sum={redemption} />
      <Redeemed redemption={redemption} />
      <p className="next-step">{text('cashier.backSoon')}</p>
      <i className="countdown-bar" aria-hidden="true" />
    </>
  );
}

function NotDoubled({ redemption }: { readonly redemption: RedemptionView }) {
  const text = useText();
  return (
    <>
      <div className="headline">
        <Sign name="wait" />
        <h1>{text('cashier.notDoubled')}</h1>
      </div>
      <Payable payableFen={redemption.payableFen} />
      <Redeemed redemption={redemption} />
      <p className="say">
        <span>{text('cashier.sayThis')}</span>
        {text('cashier.notDoubledDetail')}
      </p>
    </>
  );
}

function Unknown({ state }: { readonly state: Step<'unknown'> }) {
  const text = useText();
  return (
    <>
      <div className="headline">
        <Sign name="ask" />
        <h1>{text('cashier.unknown')}</h1>
      </div>
      <p className="refusal-detail">{text('cashier.unknownDetail')}</p>
      <p className="say">
        <span>{text('cashier.sayThis')}</span>
        {text('cashier.unknownSay')}
      </p>
      <p className="aside">
        {text('cashier.amount')}{' '}
        <b data-testid="amount" data-fen={state.amountFen}>
          {yuan(state.amountFen)}
        </b>{' '}
        {text('cashier.yuanUnit')}
      </p>
    </>
  );
}
