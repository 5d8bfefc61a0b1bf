import type { ParamReader } from './params.ts';
import type { RefusalCatalogue, RefusalMessage } from './refusals.ts';
import { categoryName, walletName } from './words.ts';

const say = (headline: string, help: string): RefusalMessage => ({ headline, help });
/** `the 40 yuan voucher`, or `this voucher` where the face value isn't told. */
const voucher = (params: ParamReader): string => {
  const yuan = params.yuan('faceValueFen');
  return yuan === null ? 'This voucher' : `The ${yuan} yuan voucher`;
};
const category = (params: ParamReader, name: string): string | null => {
  const found = params.text(name);
  return found === null ? null : categoryName('en', found);
};

const FOUND: Readonly<Record<string, string>> = {
  'goods-barcode': 'a goods barcode',
  url: 'a web address',
  'emv-cpm': 'a payment code of another app',
};

export const REFUSALS_EN: RefusalCatalogue = {
  'below-threshold': (params) => {
    const shortfall = params.yuan('shortfallFen');
    const minimum = params.yuan('minSpendFen');
    const yuan = params.yuan('faceValueFen');
    const which = yuan === null ? 'this voucher' : `the ${yuan} yuan voucher`;
    return say(
      shortfall === null
        ? `The purchase doesn't reach the minimum for ${which}.`
        : `${shortfall} yuan more and ${which} can be used.`,
      `${minimum === null ? '' : `It needs a purchase of ${minimum} yuan. `}Add something to the purchase, or use a voucher with a lower minimum.`,
    );
  },
  'voucher-expired': (params) => {
    const end = params.time('notAfterMs');
    return say(
      end === null ? `${voucher(params)} has expired.` : `${voucher(params)} expired at ${end}.`,
      'Ask for another voucher that is still valid, or claim one in the next round.',
    );
  },
  'voucher-not-yet-valid': (params) => {
    const start = params.time('notBeforeMs');
    return say(
      `${voucher(params)} can't be used yet.`,
      start === null
        ? 'Ask the customer to come back when it has become valid.'
        : `It can be used from ${start} on.`,
    );
  },
  'already-redeemed': (params) => {
    const at = params.time('atMs');
    const store = params.text('storeName');
    const receipt = params.text('receiptNumber');
    return say(
      `${voucher(params)} was already used${at === null ? '' : ` at ${at}`}${store === null ? '' : ` in ${store}`}.`,
      `${receipt === null ? '' : `Receipt ${receipt}. `}A voucher can be used once: ask for another one.`,
    );
  },
  'code-stale': (params) => {
    const age = params.seconds('ageMs');
    return say(
      age === null
        ? 'The code is too old.'
        : `The code has been on show for ${String(age)} seconds: too old.`,
      "Ask the customer to refresh the code and scan again; a screenshot can't be used.",
    );
  },
  'wrong-wallet': (params) => {
    const wallet = params.text('wallet');
    return say(
      wallet === null
        ? 'This is a payment code of another wallet.'
        : `This is a payment code of ${walletName('en', wallet)}.`,
      'Ask the customer to open the UnionPay app (云闪付) and show the voucher.',
    );
  },
  'wrong-category': (params) => {
    const of = category(params, 'voucherCategory');
    const store = category(params, 'storeCategory');
    return say(
      of === null ? "This voucher can't be used here." : `This is a ${of} voucher: it can't be used here.`,
      `Ask for a ${store === null ? 'voucher for this store' : `${store} voucher`}, or use this one in a ${of === null ? 'store of its category' : `${of} store`} that takes part.`,
    );
  },
  'one-voucher-per-purchase': () =>
    say(
      'A voucher was already used on this purchase.',
      'One voucher for one purchase: keep this one for the next.',
    ),
  'not-a-voucher-code': (params) => {
    const found = params.text('found');
    const name = found !== null && Object.hasOwn(FOUND, found) ? FOUND[found] : undefined;
    return say(
      name === undefined ? 'This is not a voucher code.' : `This is ${name}, not a voucher code.`,
      'Ask the customer to open the UnionPay app (云闪付), choose the voucher and show its code.',
    );
  },
  'amount-missing': (params) =>
    params.text('category') === 'car'
      ? say(
          'The details of the car are missing.',
          'Enter the invoice total, the seats, the buyer and the date of the invoice.',
        )
      : say('The amount is missing.', 'Enter what the customer has to pay.'),
  'store-suspended': () =>
    say('This store is suspended from the campaign.', 'The manager should call the local commerce bureau.'),
  'store-not-admitted': () =>
    say(
      'This store has not been admitted to the campaign.',
      'The manager can apply at the local commerce bureau.',
    ),
  'terminal-suspended': () =>
    say('This terminal is suspended.', 'Use another terminal, and ask the manager to call UnionPay.'),
  'campaign-not-open': (params) => {
    const day = params.text('opensDay');
    return say(
      'The campaign has not started.',
      day === null ? 'Come back when it has started.' : `It starts on ${day}.`,
    );
  },
  'campaign-closed': (params) => {
    const day = params.text('lastDay');
    return say(
      day === null ? 'The campaign is over.' : `The campaign ended on ${day}.`,
      'Its vouchers can no longer be used: look out for the next campaign.',
    );
  },
  'unknown-voucher-kind': () =>
    say(
      "This terminal doesn't know this kind of voucher.",
      'Go online to fetch the newest rules and scan again; if that fails, call support.',
    ),
  'unknown-issuer': () =>
    say(
      "This terminal doesn't know the key that issued this voucher.",
      'Go online to fetch the newest keys and scan again; if that fails, the customer should call UnionPay.',
    ),
  'signature-invalid': () =>
    say(
      "The code's signature is wrong: it can't be used.",
      'Ask the customer to open the voucher anew and scan again; if that fails, the customer should call UnionPay.',
    ),
  'voucher-revoked': (params) =>
    say(
      `${voucher(params)} was withdrawn by its issuer.`,
      'Ask the customer to open the voucher anew, to call UnionPay, or to use another one.',
    ),
  'budget-exhausted': () =>
    say('The money for this kind of voucher is spent.', 'Use another kind, or wait for the next round.'),
  'online-required': (params) => {
    switch (params.text('reason')) {
      case 'pack-expired':
        return say(
          "This terminal's campaign rules have expired.",
          'Check the network, fetch the newest rules and scan again.',
        );
      case 'payment-code':
        return say(
          'A UnionPay payment code needs the network.',
          'Check the network and scan again, or ask for the voucher code.',
        );
      default:
        return say('This kind of voucher needs the network.', 'Check the network and scan again.');
    }
  },
  'offline-limit-reached': (params) => {
    const help = 'Check the network: once everything is sent, vouchers can be taken again.';
    const most = params.number('max');
    const mostYuan = params.yuan('maxFen');
    switch (params.text('limit')) {
      case 'age':
        return say('This terminal has been offline for too long.', help);
      case 'count':
        return say(
          `The offline limit${most === null ? '' : ` of ${String(most)} vouchers`} is reached.`,
          help,
        );
      case 'amount':
        return say(`The offline limit${mostYuan === null ? '' : ` of ${mostYuan} yuan`} is reached.`, help);
      default:
        return say('The offline limit is reached.', help);
    }
  },
  'clock-untrusted': (params) => {
    if (params.text('reason') !== 'code')
      return say(
        "This terminal's clock can't be trusted.",
        'Go online to set it; offline, ask the manager to check date and time.',
      );
    const ahead = params.seconds('aheadMs');
    return say(
      `The code's time is ${ahead === null ? '' : `${String(ahead)} seconds `}ahead of this terminal's.`,
      "One of the clocks is wrong: ask the customer to set the phone's time automatically and refresh the code; if others have the same, check this terminal's time.",
    );
  },
  'car-buyer-not-a-person': () =>
    say(
      "The buyer isn't a private person.",
      'Cars of government bodies, companies and institutions are left out; a private buyer needs an invoice in their own name.',
    ),
  'car-too-many-seats': (params) => {
    const seats = params.number('seats');
    return say(
      `The car has ${seats === null ? 'more than 7' : String(seats)} seats.`,
      'Only passenger cars of at most 7 seats: check the number in the papers.',
    );
  },
  'car-not-passenger': () =>
    say(
      "This isn't a passenger car.",
      'Only passenger cars of at most 7 seats: check the type in the papers.',
    ),
  'car-price-below-minimum': (params) => {
    const shortfall = params.yuan('shortfallFen');
    const minimum = params.yuan('minPriceFen');
    return say(
      `The price is ${shortfall === null ? '' : `${shortfall} yuan `}below the least for a car voucher.`,
      `${minimum === null ? '' : `The invoice total must reach ${minimum} yuan. `}Check the total on the invoice.`,
    );
  },
  'car-wrong-price-band': (params) => {
    const from = params.yuan('fromFen');
    const below = params.yuan('belowFen');
    const fitting = params.yuan('fittingFaceValueFen');
    const band =
      from === null ? '' : below === null ? ` (${from} yuan and above)` : ` (${from} to below ${below} yuan)`;
    return say(
      `The price is outside this voucher's band${band}.`,
      fitting === null
        ? 'Check the total on the invoice.'
        : `A ${fitting} yuan voucher fits this price: check the invoice, or ask UnionPay to exchange the voucher.`,
    );
  },
  'car-invoice-too-early': (params) => {
    const invoice = params.text('invoiceDay');
    const earliest = params.text('earliestDay');
    return say(
      `The invoice${invoice === null ? '' : ` of ${invoice}`} is from before the campaign.`,
      `${earliest === null ? 'Only invoices from inside the campaign count' : `Only invoices from ${earliest} on count`}: check its date.`,
    );
  },
  'car-invoice-reissued': (params) => {
    const announced = params.text('announcedDay');
    return say(
      'The invoice replaces an earlier one.',
      `A car first invoiced before the announcement${announced === null ? '' : ` (${announced})`} is left out: correct the entry if it is wrong.`,
    );
  },
  'car-papers-contradict': (params) => {
    switch (params.text('reason')) {
      case 'invoice-in-the-future':
        return say(
          'The date of the invoice is after today.',
          "Check the date on the invoice and this terminal's date.",
        );
      case 'papers-missing':
        return say(
          'This voucher needs the numbers of the papers.',
          "Press F3, fill in invoice number, VIN and the buyer's identity number, and have the code shown again.",
        );
      case 'voucher-for-other-papers':
        return say(
          'These are not the papers that were reviewed.',
          "Press F3 and compare invoice number, VIN and the buyer's identity number; if all are right, the voucher is for another car.",
        );
      default:
        return say(
          'The papers contradict each other.',
          'Compare the invoice, the papers of the car and the voucher, and correct them.',
        );
    }
  },
};
