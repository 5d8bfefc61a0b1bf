import type { refusals as zh } from '../zh/refusals.ts';
import type { SameShape } from '../shape.ts';

export const refusals: SameShape<typeof zh> = {
  'below-threshold': {
    title: '{{shortfallYuan}} yuan short',
    titleBare: 'Amount too small',
    detail: 'This voucher needs {{minSpendYuan}} yuan; this sale is {{shortfallYuan}} yuan short.',
    detailBare: 'This sale is below the minimum spend of the voucher.',
    say: 'Tell the customer: {{shortfallYuan}} yuan more and the voucher can be used.',
    sayBare: 'Tell the customer: with a few more goods the voucher can be used.',
  },
  'voucher-expired': {
    title: 'Voucher has expired',
    detail: 'It expired on {{notAfter}}.',
    detailBare: 'Its time of use is over.',
    say: 'Ask the customer for another voucher in UnionPay (云闪付).',
  },
  'voucher-not-yet-valid': {
    title: 'Voucher is not valid yet',
    detail: 'It can be used from {{notBefore}}.',
    detailBare: 'Its time of use has not begun.',
    say: 'Ask for another voucher, or to come back then.',
  },
  'already-redeemed': {
    title: 'Voucher already used',
    detail: 'Used on {{at}} at {{storeName}}.',
    detailBare: 'This voucher has been used and can’t be used again.',
    say: 'Ask the customer for another voucher in UnionPay (云闪付).',
  },
  'code-stale': {
    title: 'Code is too old',
    detail: 'A code lives for 90 seconds; screenshots don’t work.',
    say: 'Ask the customer to refresh the code, then scan again.',
  },
  'wrong-wallet': {
    title: 'Not a UnionPay code',
    detail: 'This is a payment code of {{wallet}}.',
    detailBare: 'This is a payment code of another wallet.',
    say: 'Ask the customer to open UnionPay (云闪付) and show the voucher code.',
  },
  'wrong-category': {
    title: 'Not for this store',
    detail: 'A voucher for {{voucherCategory}}; this store is {{storeCategory}}.',
    detailBare: 'The voucher is for another kind of store.',
    say: 'Ask the customer for a voucher of this store’s kind.',
  },
  'one-voucher-per-purchase': {
    title: 'One voucher for one sale',
    detail: 'This sale already has a voucher; vouchers don’t add up.',
    say: 'Take the rest in the normal way; keep this voucher for the next time.',
  },
  'not-a-voucher-code': {
    title: 'Not a voucher code',
    detail: 'What was scanned is {{family}}.',
    detailBare: 'What was scanned is not a voucher code.',
    say: 'Ask the customer to open UnionPay (云闪付) and show the voucher code.',
  },
  'amount-missing': {
    title: 'Amount first, please',
    detail: 'Whether the voucher may be used depends on the amount.',
    say: 'Type the amount, then scan again.',
  },
  'store-suspended': {
    title: 'Store is suspended',
    detail: 'Clearing has suspended this store from the campaign.',
    say: 'Take payment without voucher and tell the manager.',
  },
  'store-not-admitted': {
    title: 'Store not admitted yet',
    detail: 'This store has not been admitted to the campaign.',
    say: 'Take payment without voucher and tell the manager.',
  },
  'terminal-suspended': {
    title: 'Terminal is suspended',
    detail: 'Clearing has suspended this terminal.',
    say: 'Use another terminal and tell the manager.',
  },
  'campaign-not-open': {
    title: 'Campaign not open yet',
    detail: 'It opens on {{opensAt}}.',
    detailBare: 'The voucher campaign has not begun.',
    say: 'Tell the customer to come back when it has opened.',
  },
  'campaign-closed': {
    title: 'Campaign has ended',
    detail: 'It ended on {{closesAt}}.',
    detailBare: 'The voucher campaign is over.',
    say: 'Take payment without voucher.',
  },
  'unknown-voucher-kind': {
    title: 'Unknown kind of voucher',
    detail: 'The rules on this terminal don’t name it.',
    say: 'Ask the manager to press “Sync now”, then try again.',
  },
  'unknown-issuer': {
    title: 'Unknown issuer',
    detail: 'This terminal has no key of that issuer.',
    say: 'Ask the manager to press “Sync now”; if it stays so, don’t take the voucher.',
  },
  'signature-invalid': {
    title: 'Forged or damaged code',
    detail: 'The signature doesn’t fit.',
    say: 'Don’t take it. The customer may refresh the code and show it again.',
  },
  'voucher-revoked': {
    title: 'Voucher was revoked',
    detail: 'The issuer has withdrawn it.',
    say: 'The customer finds the reason in UnionPay (云闪付), or uses another voucher.',
  },
  'budget-exhausted': {
    title: 'The money is spent',
    detail: 'The funds for this kind are used up.',
    say: 'Take payment without voucher.',
  },
  'online-required': {
    title: 'Needs the network',
    detail: 'Clearing can’t be reached, and this code can’t be redeemed offline.',
    say: 'Wait for the network, or ask for a voucher code instead.',
  },
  'offline-limit-reached': {
    title: 'Offline limit reached',
    detail: 'This terminal may redeem again as soon as it has uploaded.',
    say: 'Take payment without voucher, or wait for the network.',
  },
  'clock-untrusted': {
    title: 'Clock can’t be trusted',
    detail: 'Offline, with a wrong clock, validity can’t be judged.',
    say: 'Connect the network: the clock sets itself. If not, tell the manager.',
  },
  'car-buyer-not-a-person': {
    title: 'Buyer must be a person',
    detail: 'Government bodies, companies and institutions can’t use it.',
    say: 'Tell the customer: this voucher is for private buyers only.',
  },
  'car-too-many-seats': {
    title: 'More than 7 seats',
    detail: 'This car has {{seats}} seats; at most 7 are allowed.',
    detailBare: 'Only passenger cars of at most 7 seats.',
    say: 'Tell the customer: this car is outside the campaign.',
  },
  'car-not-passenger': {
    title: 'Not a passenger car',
    detail: 'Only passenger cars of at most 7 seats.',
    say: 'Tell the customer: this car is outside the campaign.',
  },
  'car-price-below-minimum': {
    title: 'Price below 10,000 yuan',
    detail: 'The invoice total must be at least 10,000 yuan.',
    say: 'Check the invoice total including tax.',
  },
  'car-wrong-price-band': {
    title: 'Price doesn’t fit the voucher',
    detail: 'This voucher is for a price from {{fromYuan}} to below {{belowYuan}} yuan.',
    detailBare: 'This voucher is for another price band.',
    say: 'Check the invoice total, or ask for the voucher of its band.',
  },
  'car-invoice-too-early': {
    title: 'Invoice is too early',
    detail: 'It was issued before the campaign began.',
    say: 'Tell the customer: this invoice can’t be used.',
  },
  'car-invoice-reissued': {
    title: 'Invoice was re-issued',
    detail: 'The first one is from before the announcement.',
    say: 'Tell the customer: this invoice can’t be used.',
  },
  'car-papers-contradict': {
    title: 'Papers don’t agree',
    detail: 'With each other, or with what was handed in for the voucher.',
    say: 'Compare invoice, vehicle licence and identity card, then scan again.',
  },
};
