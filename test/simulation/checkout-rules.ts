import type { RedemptionView } from '../../src/contract/terminal/state.ts';
import type { Refuse, RefusalCode } from '../../src/domain/decision.ts';
import { fen } from '../../src/domain/money.ts';
import { refusalOf } from '../support/refusals.ts';
import type { Basis, Decision, Purchase, Verdict } from '../../src/terminal/checkout/machine-types.ts';
import type { Reserved, Shown, Wish } from '../../src/terminal/checkout/proof.ts';
import { kindNamed } from '../support/rules.ts';
import type { Sale } from './checkout-model.ts';

/** The rules of the pretend world around the checkout: simple ones of its own. */

/** The vouchers of this world, by how their code begins. */
interface Ware {
  readonly minFen: number;
  readonly discountFen: number;
  readonly kind: 'voucher' | 'payment-code';
  /** Clearing must reserve it. */
  readonly asks?: true;
  readonly expired?: true;
  readonly papers?: true;
  /** Clearing never reserves it. */
  readonly bad?: true;
}
const WARES = {
  small: { minFen: 10_000, discountFen: 2_000, kind: 'voucher' },
  large: { minFen: 50_000, discountFen: 10_000, kind: 'voucher' },
  old: { minFen: 10_000, discountFen: 2_000, kind: 'voucher', expired: true },
  online: { minFen: 10_000, discountFen: 2_000, kind: 'voucher', asks: true },
  car: { minFen: 5_000_000, discountFen: 100_000, kind: 'voucher', papers: true },
  wallet: { minFen: 0, discountFen: 3_000, kind: 'payment-code', asks: true },
  empty: { minFen: 0, discountFen: 3_000, kind: 'payment-code', asks: true, bad: true },
} as const satisfies Readonly<Record<string, Ware>>;
export const CODES: readonly string[] = Object.keys(WARES).flatMap((ware) => [`${ware}-1`, `${ware}-2`]);

const SOME_KIND = kindNamed('supermarket-20');
export const COUNTER = '1';
export const TILL = 'K7';
const DAY = '2023-06-10';
const DECISION_MS = 120_000;
/** Clearing holds a voucher for so long. */
export const HOLD_MS = 90_000;
const SCAN_GOOD_MS = 600_000;
export function wareOf(text: string): Ware {
  const ware = Object.entries<Ware>(WARES).find(([name]) => text.startsWith(`${name}-`));
  if (ware === undefined) throw new Error(`no such code: ${text}`);
  return ware[1];
}

/** A code as the scanner reads it. What it says is of no concern to the checkout. */
export function codeNamed(text: string, scannedAtMs: number): Shown {
  return wareOf(text).kind === 'payment-code'
    ? { type: 'payment-code', text, scannedAtMs }
    : ({ type: 'voucher', text, scannedAtMs, code: { text } } as unknown as Shown);
}

export type Shares = Pick<Reserved, 'discountFen' | 'payableFen'>;

export const nameOfSale = ({ till, receiptNumber }: Pick<Purchase, 'till' | 'receiptNumber'>): string =>
  `${till}/${receiptNumber}`;

/** As the screens show what is written. */
export function redemption(seq: number, sale: Sale, accept: Shares, atMs: number): RedemptionView {
  const { amountFen, receiptNumber } = sale;
  return {
    ...{ epoch: 1, seq, atMs, amountFen, receiptNumber, ...accept },
    businessDay: DAY,
    kindId: SOME_KIND.id,
    faceValueFen: accept.discountFen,
    serial: '1',
    returnedFen: 0,
    backToFundFen: 0,
    cashierName: 'somebody',
    offline: false,
    state: 'pending',
    reason: null,
    reversibleUntilMs: null,
  };
}

const scannedProof = (shown: Shown): Decision['proof'] =>
  ({
    scanned: { code: { text: shown.text }, scannedAtMs: shown.scannedAtMs },
  }) as unknown as Decision['proof'];

/** What of an amount the voucher pays. */
export function shares(code: string, amountFen: number): Shares {
  const discountFen = Math.min(wareOf(code).discountFen, amountFen);
  return { discountFen: fen(discountFen), payableFen: fen(amountFen - discountFen) };
}

function summary(minFen: number): Decision['voucher'] {
  const { id: kindId, category, faceValueFen } = SOME_KIND;
  return { kindId, category, faceValueFen, minSpendFen: minFen, notAfterMs: 0 };
}

/** What clearing answers when it holds a voucher. */
export function reservation(id: string, wish: Wish, holdUntilMs: number): Reserved {
  return {
    ...wish,
    ...shares(wish.code, wish.sale.amountFen),
    id,
    kind: SOME_KIND,
    serial: '1',
    notAfterMs: 0,
    holdUntilMs,
    answer: { keyId: 'k', payload: '{}', signature: 's' },
  };
}

/** What is true at the counter when a purchase is judged. */
export interface Grounds {
  /** Amounts by the name of the sale. */
  readonly sold: ReadonlyMap<string, number>;
  /** Codes that were redeemed. */
  readonly used: ReadonlySet<string>;
  readonly suspended: boolean;
}

/** Why a code can't be used for a sale, whatever its amount; null: it can. */
export function unusable(
  { sold, used, suspended }: Grounds,
  sale: Pick<Purchase, 'till' | 'receiptNumber'>,
  code: string,
): Refuse | null {
  if (suspended) return refusalOf('store-suspended');
  if (wareOf(code).expired === true) return refusalOf('voucher-expired');
  if (used.has(code)) return refusalOf('already-redeemed');
  return sold.has(nameOfSale(sale)) ? refusalOf('one-voucher-per-purchase') : null;
}

/** This world's verdict on a purchase. */
export function verdictOn(
  grounds: Grounds,
  purchase: Purchase,
  { shown, reserved }: Basis,
  nowMs: number,
): Verdict {
  const { amountFen, vehicle, till, receiptNumber, listAmountFen } = purchase;
  const recorded = grounds.sold.get(nameOfSale(purchase));
  if (recorded !== undefined && amountFen !== null && recorded !== amountFen)
    return { type: 'amount-differs', amountFen: fen(recorded) };
  if (shown === null) return { type: 'nothing' };
  const { text: code, scannedAtMs } = shown;
  const no = (why: RefusalCode): Verdict => ({ type: 'refuse', refusal: refusalOf(why) });
  const refused = unusable(grounds, purchase, code);
  if (refused !== null) return { type: 'refuse', refusal: refused };
  if (nowMs - scannedAtMs > SCAN_GOOD_MS || (reserved !== null && nowMs >= reserved.holdUntilMs))
    return no('code-stale');
  const { minFen, papers = false, asks = false, kind } = wareOf(code);
  const voucher = summary(minFen);
  if (amountFen === null || (papers && vehicle === null))
    return kind === 'voucher' ? { type: 'amount-needed', voucher } : no('amount-missing');
  if (amountFen < minFen) return no(papers ? 'car-price-below-minimum' : 'below-threshold');
  const sale = { storeId: 'S-1', till, businessDay: DAY, receiptNumber, amountFen, listAmountFen, vehicle };
  if (asks && reserved === null) return { type: 'ask', wish: { code, campaignNumber: 1, scannedAtMs, sale } };
  const expiresAtMs = Math.min(nowMs + DECISION_MS, reserved?.holdUntilMs ?? Infinity);
  const proof = reserved === null ? scannedProof(shown) : { reserved };
  const accept = { verdict: 'accept', ...shares(code, amountFen) } as const;
  return { type: 'accept', decision: { expiresAtMs, proof, sale, accept, voucher, offline: false } };
}
