import type { RefusalCode } from '../../../src/domain/decision.ts';

/** `fact operator value`, or another fact's value. */
export interface Comparison {
  readonly fact: string;
  readonly is: '==' | '!=' | '<' | '<=' | '>' | '>=';
  readonly value: string | number | boolean | { readonly fact: string };
}

/** The first rule all of whose comparisons hold gives its code; none: accepted. */
export interface OrderedRule {
  readonly code: RefusalCode;
  readonly all: readonly Comparison[];
}

const when = (fact: string, is: Comparison['is'], value: Comparison['value']): Comparison => ({
  fact,
  is,
  value,
});
const fact = (name: string) => ({ fact: name });
const CAR = when('car', '==', true);

/** The campaign's rules in the order of `decide`, as an author would write them for a rule engine. */
export const ORDERED_RULES: readonly OrderedRule[] = [
  { code: 'terminal-suspended', all: [when('terminal', '==', 'suspended')] },
  { code: 'store-suspended', all: [when('storeStatus', '==', 'suspended')] },
  { code: 'store-not-admitted', all: [when('storeStatus', '==', 'not-admitted')] },
  { code: 'campaign-not-open', all: [when('now', '<', fact('opensAt'))] },
  { code: 'campaign-closed', all: [when('now', '>=', fact('closesAt'))] },
  { code: 'unknown-issuer', all: [when('signatures', '==', 'unknown-issuer')] },
  { code: 'signature-invalid', all: [when('signatures', '==', 'invalid')] },
  { code: 'unknown-voucher-kind', all: [when('kindKnown', '==', false)] },
  { code: 'voucher-revoked', all: [when('revoked', '==', true)] },
  { code: 'wrong-category', all: [when('voucherCategory', '!=', fact('storeCategory'))] },
  { code: 'voucher-not-yet-valid', all: [when('now', '<', fact('notBefore'))] },
  { code: 'voucher-expired', all: [when('now', '>=', fact('notAfter'))] },
  { code: 'already-redeemed', all: [when('redeemed', '==', true)] },
  { code: 'one-voucher-per-purchase', all: [when('purchaseHasVoucher', '==', true)] },
  { code: 'amount-missing', all: [when('amount', '<', 0)] },
  { code: 'car-buyer-not-a-person', all: [CAR, when('buyer', '!=', 'person')] },
  { code: 'car-too-many-seats', all: [CAR, when('seats', '>', 7)] },
  { code: 'car-not-passenger', all: [CAR, when('passengerCar', '==', false)] },
  { code: 'car-invoice-too-early', all: [CAR, when('invoiceAt', '<', fact('earliestInvoice'))] },
  { code: 'car-invoice-reissued', all: [CAR, when('invoiceReissued', '==', true)] },
  { code: 'car-papers-contradict', all: [CAR, when('invoiceAt', '>', fact('now'))] },
  { code: 'car-papers-contradict', all: [CAR, when('papersAgree', '==', false)] },
  { code: 'car-price-below-minimum', all: [CAR, when('amount', '<', fact('lowestBand'))] },
  { code: 'car-wrong-price-band', all: [CAR, when('amount', '<', fact('bandFrom'))] },
  { code: 'car-wrong-price-band', all: [CAR, when('amount', '>=', fact('bandBelow'))] },
  { code: 'below-threshold', all: [when('car', '==', false), when('amount', '<', fact('minSpend'))] },
  { code: 'budget-exhausted', all: [when('budgetExhausted', '==', true)] },
  { code: 'code-stale', all: [when('codeAge', '>=', fact('maxCodeAge'))] },
];
