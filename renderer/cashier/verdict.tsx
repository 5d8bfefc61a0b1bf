import { useEffect, useState } from 'react';
import { explainRefusal } from '../../src/contract/messages/refusals.ts';
import type { CheckoutState, RedemptionView } from '../../src/contract/terminal/state.ts';
import type { RefusalParams } from '../../src/domain/refusal-params.ts';
import { Equation } from '../shared/equation.tsx';
import { faultHelp } from '../shared/fault-note.tsx';
import { clockTime, dayAndTime, yuan, yuanShort } from '../shared/format.ts';
import { useLanguage, useText, type Text } from '../shared/i18n/text.ts';
import { kindName } from '../shared/kind-name.ts';
import { askQuietly, useTerminal } from '../shared/store.ts';
import { useNow } from '../shared/use-now.ts';
import { BagSign, Sign } from './signs.tsx';

export type Step<S extends CheckoutState['step']> = Extract<CheckoutState, { readonly step: S }>;

/** From 100,000 yuan on, the digits are set smaller, so that the largest amount fits the smallest window. */
export const LONG_FEN = 10_000_000;

const LISTED = 200;

interface VoucherSummary {
  readonly category: Step<'decided'>['voucher']['category'];
  readonly faceValueFen: number;
}

const voucherName = (text: Text, voucher: VoucherSummary): string =>
  text('voucherName', {
    category: text(`category.${voucher.category}`),
    faceYuan: yuanShort(voucher.faceValueFen),
  });

export function VoucherChip({ voucher }: { readonly voucher: Step<'decided'>['voucher'] }) {
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

/** The one question of the queue, answered in the same place on every verdict: may the goods go? */
function Goods(props: { readonly give: boolean; readonly say: string; readonly detail?: string }) {
  const text = useText();
  const training = useTerminal((view) => view.app?.training === true);
  if (training)
    return (
      <p className="goods goods-training" data-testid="goods" data-give={false}>
        <BagSign barred />
        <b>{text('cashier.goods.training')}</b>
      </p>
    );
  return (
    <p className={props.give ? 'goods goods-give' : 'goods'} data-testid="goods" data-give={props.give}>
      <BagSign barred={!props.give} />
      <b>{props.say}</b>
      {props.detail !== undefined && <span>{props.detail}</span>}
    </p>
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
    <Equation
      first={{ name: text('cashier.breakdown.amount'), fen: sum.amountFen, testId: 'amount' }}
      second={{ name: text('cashier.breakdown.voucher'), fen: sum.discountFen, testId: 'discount' }}
      result={{ name: text('cashier.breakdown.payable'), fen: sum.payableFen }}
    />
  );
}

/** The amount of a sale that has no verdict to pay by. */
function SaleAmount({ amountFen }: { readonly amountFen: number }) {
  const text = useText();
  return (
    <p className="aside">
      {text('cashier.amount')}{' '}
      <b data-testid="amount" data-fen={amountFen}>
        {yuan(amountFen)}
      </b>{' '}
      {text('cashier.yuanUnit')}
    </p>
  );
}

export function Decided({ state }: { readonly state: Step<'decided'> }) {
  const text = useText();
  return (
    <>
      <div className="headline">
        <Sign name="type" />
        <h1>{text('cashier.usable')}</h1>
        {state.offline && <span className="tag">{text('cashier.offlineDecided')}</span>}
      </div>
      <Payable payableFen={state.payableFen} />
      <Breakdown sum={state} />
      <VoucherChip voucher={state.voucher} />
      <Goods
        give={false}
        say={text('cashier.goods.notYet')}
        detail={text(state.offline ? 'cashier.offlineDecidedDetail' : 'cashier.toConfirm')}
      />
    </>
  );
}

export function Confirming({ state }: { readonly state: Step<'confirming'> }) {
  const text = useText();
  return (
    <>
      <div className="headline">
        <Sign name="wait" />
        <h1>{text('cashier.confirming')}</h1>
      </div>
      <Payable payableFen={state.payableFen} />
      <Goods give={false} say={text('cashier.goods.keep')} />
    </>
  );
}

/** Clearing is being asked; how long already is counted, so that nobody thinks that it hangs. */
export function Asking({ state }: { readonly state: Step<'asking'> }) {
  const text = useText();
  const now = useNow(1000);
  return (
    <>
      <div className="headline">
        <Sign name="wait" />
        <h1>{text('cashier.asking')}</h1>
        <span className="tag" role="timer">
          {text('span.seconds', { count: Math.max(0, Math.floor((now - state.sinceMs) / 1000)) })}
        </span>
      </div>
      <p className="refusal-detail">{text('cashier.askingDetail')}</p>
      <SaleAmount amountFen={state.amountFen} />
      <Goods give={false} say={text('cashier.goods.keep')} />
    </>
  );
}

/** The disk failed: said where the verdict would be, so that nobody takes silence for a yes. */
export function Failed({ state }: { readonly state: Step<'failed'> }) {
  const text = useText();
  return (
    <div className="refusal" data-testid="failed" data-code={state.fault.code}>
      <div className="headline">
        <Sign name="no" />
        <span className="eyebrow">{text('cashier.failed')}</span>
      </div>
      <h1>{text(`faults.${state.fault.code}.title`)}</h1>
      <p className="say">
        <span>{text('cashier.sayThis')}</span>
        {text('cashier.failedSay')}
      </p>
      <p className="refusal-detail">{faultHelp(text, state.fault)}</p>
      {state.amountFen !== null && <SaleAmount amountFen={state.amountFen} />}
      <Goods give={false} say={text('cashier.goods.keep')} />
    </div>
  );
}

export function Refused({ state }: { readonly state: Step<'refused'> }) {
  const text = useText();
  const language = useLanguage();
  const { headline, help } = explainRefusal(language, state);
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
      {state.code === 'already-redeemed' && <Earlier {...state.params} />}
      {state.amountFen !== null && <SaleAmount amountFen={state.amountFen} />}
      <Goods
        give={false}
        say={
          state.amountFen === null
            ? text('cashier.goods.noDiscount')
            : text('cashier.goods.fullPrice', { yuan: yuan(state.amountFen) })
        }
      />
    </div>
  );
}

/** The redemption in which the voucher was used, where it was on this terminal. */
function Earlier({ receiptNumber, atMs }: RefusalParams['already-redeemed']) {
  const text = useText();
  const [earlier, setEarlier] = useState<RedemptionView | null>(null);
  useEffect(() => {
    let current = true;
    if (receiptNumber === null || atMs === null) return;
    void askQuietly('redemptions.recent', { limit: LISTED }).then(({ output }) => {
      const found = output?.find((row) => row.receiptNumber === receiptNumber && row.atMs === atMs);
      if (current) setEarlier(found ?? null);
    });
    return () => {
      current = false;
    };
  }, [receiptNumber, atMs]);
  if (earlier === null) return null;
  return (
    <p className="earlier" data-testid="earlier" data-seq={earlier.seq}>
      <span>{text('cashier.earlier')}</span>
      <b>{clockTime(earlier.atMs)}</b>
      <b>{earlier.cashierName}</b>
      <b>
        {yuan(earlier.amountFen)} − {yuan(earlier.discountFen)} = {yuan(earlier.payableFen)}
      </b>
      <b>{text(`cashier.state.${earlier.state}`)}</b>
    </p>
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

export function Accepted({ redemption }: { readonly redemption: RedemptionView }) {
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
      <Goods give say={text('cashier.goods.give')} detail={text('cashier.backSoon')} />
      <i className="countdown-bar" aria-hidden="true" />
    </>
  );
}

export function NotDoubled({ redemption }: { readonly redemption: RedemptionView }) {
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
      <Goods give say={text('cashier.goods.give')} />
    </>
  );
}

export function Unknown({ state }: { readonly state: Step<'unknown'> }) {
  const text = useText();
  return (
    <>
      <div className="headline">
        <Sign name="ask" />
        <h1>{text('cashier.unknown')}</h1>
        <span className="tag">{text('cashier.unknownSince', { time: clockTime(state.sinceMs) })}</span>
      </div>
      <p className="refusal-detail">{text('cashier.unknownDetail')}</p>
      <p className="say">
        <span>{text('cashier.sayThis')}</span>
        {text('cashier.unknownSay')}
      </p>
      <SaleAmount amountFen={state.amountFen} />
      <Goods give={false} say={text('cashier.goods.keep')} />
    </>
  );
}
