import type { PaymentCodeReason, UnreadableReason } from '../../domain/refusal-params.ts';
import type { RefusalCatalogue, RefusalMessage } from './catalogue.ts';
import { REFUSAL_TITLES } from './refusal-titles.ts';
import { categoryName, moment, seconds, UNREADABLE, WALLET_NAMES, yuan } from './words.ts';

const say = (headline: string, help: string): RefusalMessage => ({ headline, help });
/** What is wrong is the title already. */
const titled = (code: keyof typeof REFUSAL_TITLES.en, help: string): RefusalMessage =>
  say(`${REFUSAL_TITLES.en[code]}.`, help);
const face = (faceValueFen: number): string => `${yuan(faceValueFen)} yuan voucher`;

const SHOW_VOUCHER =
  'Ask the customer to open the UnionPay app (云闪付), choose the voucher and show its code.';
const MEND_PAPERS = 'Compare the invoice, the papers of the car and the voucher, and correct them.';

export const REFUSALS_EN: RefusalCatalogue = {
  'below-threshold': ({ minSpendFen, shortfallFen, faceValueFen }) =>
    say(
      `${yuan(shortfallFen)} yuan more and the ${face(faceValueFen)} can be used.`,
      `It needs a purchase of ${yuan(minSpendFen)} yuan. Add something to the purchase, or use a voucher with a lower minimum.`,
    ),
  'voucher-expired': ({ faceValueFen, notAfterMs }) => {
    const end = moment(notAfterMs);
    return say(
      end === null
        ? `The ${face(faceValueFen)} has expired.`
        : `The ${face(faceValueFen)} expired at ${end}.`,
      'Ask for another voucher that is still valid, or claim one in the next round.',
    );
  },
  'voucher-not-yet-valid': ({ faceValueFen, notBeforeMs }) => {
    const start = moment(notBeforeMs);
    return say(
      `The ${face(faceValueFen)} can't be used yet.`,
      start === null
        ? 'Ask the customer to come back when it has become valid.'
        : `It can be used from ${start} on.`,
    );
  },
  'already-redeemed': ({ faceValueFen, atMs, storeName, receiptNumber }) => {
    const at = moment(atMs);
    const when = at === null ? '' : ` at ${at}`;
    const where = storeName === null ? '' : ` in ${storeName}`;
    return say(
      `The ${face(faceValueFen)} was already used${when}${where}.`,
      `${receiptNumber === null ? '' : `Receipt ${receiptNumber}. `}A voucher can be used once: ask for another one.`,
    );
  },
  'code-stale': ({ ageMs }) =>
    say(
      ageMs === null
        ? 'The code is too old.'
        : `The code has been on show for ${seconds(ageMs)} seconds: too old.`,
      "Ask the customer to refresh the code and scan again; a screenshot can't be used.",
    ),
  'wrong-wallet': ({ wallet }) =>
    say(
      `This is a payment code of ${WALLET_NAMES.en[wallet]}.`,
      'Ask the customer to open the UnionPay app (云闪付) and show the voucher.',
    ),
  'wrong-category': ({ voucherCategory, storeCategory }) => {
    const of = categoryName('en', voucherCategory);
    return say(
      `This is a ${of} voucher: it can't be used here.`,
      `Ask for a ${categoryName('en', storeCategory)} voucher, or use this one in a ${of} store that takes part.`,
    );
  },
  'one-voucher-per-purchase': () =>
    titled('one-voucher-per-purchase', 'One voucher for one purchase: keep this one for the next.'),
  'not-a-voucher-code': (params) => {
    switch (params.found) {
      case 'goods-barcode':
        return say('This is a goods barcode, not a voucher code.', SHOW_VOUCHER);
      case 'url':
        return say('This is a web address, not a voucher code.', SHOW_VOUCHER);
      case 'emv-cpm':
        return say('This is a payment code of another app, not a voucher code.', SHOW_VOUCHER);
      case 'payment-code':
        return paymentCode(params.reason);
      case 'unknown':
        return unreadable(params.reason);
    }
  },
  'amount-missing': ({ category }) =>
    category === 'car'
      ? say(
          'The details of the car are missing.',
          'Enter the invoice total, the seats, the buyer and the date of the invoice.',
        )
      : titled('amount-missing', 'Enter what the customer has to pay.'),
  'store-suspended': () => titled('store-suspended', 'The manager should call the local commerce bureau.'),
  'store-not-admitted': () =>
    titled('store-not-admitted', 'The manager can apply at the local commerce bureau.'),
  'terminal-suspended': () =>
    titled('terminal-suspended', 'Use another terminal, and ask the manager to call UnionPay.'),
  'campaign-not-open': ({ opensDay }) =>
    titled(
      'campaign-not-open',
      opensDay === null ? 'Come back when it has started.' : `It starts on ${opensDay}.`,
    ),
  'campaign-closed': ({ lastDay }) =>
    say(
      `The campaign ended on ${lastDay}.`,
      'Its vouchers can no longer be used: look out for the next campaign.',
    ),
  'unknown-voucher-kind': () =>
    titled(
      'unknown-voucher-kind',
      'Go online to fetch the newest rules and scan again; if that fails, call support.',
    ),
  'unknown-issuer': () =>
    titled(
      'unknown-issuer',
      'Go online to fetch the newest keys and scan again; if that fails, the customer should call UnionPay.',
    ),
  'signature-invalid': () =>
    titled(
      'signature-invalid',
      'Ask the customer to open the voucher anew and scan again; if that fails, the customer should call UnionPay.',
    ),
  'voucher-revoked': ({ faceValueFen }) =>
    say(
      `The ${face(faceValueFen)} was withdrawn by its issuer.`,
      'Ask the customer to open the voucher anew, to call UnionPay, or to use another one.',
    ),
  'budget-exhausted': () => titled('budget-exhausted', 'Use another kind, or wait for the next round.'),
  'clearing-refused': ({ error }) =>
    say(
      "Clearing didn't accept this redemption.",
      `Scan again; if it happens again, call clearing and tell them: ${error}.`,
    ),
  'online-required': ({ reason }) => {
    switch (reason) {
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
      case 'kind':
        return titled('online-required', 'Check the network and scan again.');
    }
  },
  'offline-limit-reached': (params) => {
    const help = 'Check the network: once everything is sent, vouchers can be taken again.';
    switch (params.limit) {
      case 'age':
        return say('This terminal has been offline for too long.', help);
      case 'count':
        return say(`The offline limit of ${params.max} vouchers is reached.`, help);
      case 'amount':
        return say(`The offline limit of ${yuan(params.maxFen)} yuan is reached.`, help);
    }
  },
  'clock-untrusted': (params) => {
    switch (params.reason) {
      case 'terminal':
        return titled(
          'clock-untrusted',
          'Go online to set it; offline, ask the manager to check date and time.',
        );
      case 'code':
        return say(
          `The code's time is ${seconds(params.aheadMs)} seconds ahead of this terminal's.`,
          "One of the clocks is wrong: ask the customer to set the phone's time automatically and refresh the code; if others have the same, check this terminal's time.",
        );
    }
  },
  'car-buyer-not-a-person': () =>
    titled(
      'car-buyer-not-a-person',
      'Cars of government bodies, companies and institutions are left out; a private buyer needs an invoice in their own name.',
    ),
  'car-too-many-seats': ({ seats }) =>
    say(
      `The car has ${seats} seats.`,
      'Only passenger cars of at most 7 seats: check the number in the papers.',
    ),
  'car-not-passenger': () =>
    titled('car-not-passenger', 'Only passenger cars of at most 7 seats: check the type in the papers.'),
  'car-price-below-minimum': ({ shortfallFen, minPriceFen }) =>
    say(
      `The price is ${yuan(shortfallFen)} yuan below the least for a car voucher.`,
      `The invoice total must reach ${yuan(minPriceFen)} yuan. Check the total on the invoice.`,
    ),
  'car-wrong-price-band': ({ fromFen, belowFen, fittingFaceValueFen }) => {
    const from = yuan(fromFen);
    const band = belowFen === null ? `${from} yuan and above` : `${from} to below ${yuan(belowFen)} yuan`;
    return say(
      `The price is outside this voucher's band (${band}).`,
      fittingFaceValueFen === null
        ? 'Check the total on the invoice.'
        : `A ${yuan(fittingFaceValueFen)} yuan voucher fits this price: check the invoice, or ask UnionPay to exchange the voucher.`,
    );
  },
  'car-invoice-too-early': ({ invoiceDay, earliestDay }) =>
    say(
      `The invoice of ${invoiceDay} is from before the campaign.`,
      `Only invoices from ${earliestDay} on count: check its date.`,
    ),
  'car-invoice-reissued': ({ announcedDay }) =>
    titled(
      'car-invoice-reissued',
      `A car first invoiced before the announcement${announcedDay === null ? '' : ` (${announcedDay})`} is left out: correct the entry if it is wrong.`,
    ),
  'car-papers-contradict': ({ reason }) => {
    switch (reason) {
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
      case 'papers-differ':
        return titled('car-papers-contradict', MEND_PAPERS);
      case 'vin':
        return say('Invoice and registration name different VINs.', MEND_PAPERS);
      case 'buyer-and-owner':
        return say("The invoice's buyer isn't the registered owner.", MEND_PAPERS);
      case 'buyer-and-identity':
        return say("The invoice's buyer isn't the person of the identity card.", MEND_PAPERS);
      case 'registered-before-invoice':
        return say('The car was registered before its invoice.', MEND_PAPERS);
      case 'replaces-a-later-invoice':
        return say('The invoice replaces one that is later than itself.', MEND_PAPERS);
    }
  },
};

function paymentCode(reason: PaymentCodeReason): RefusalMessage {
  switch (reason) {
    case 'no-voucher':
      return say(
        'There is no voucher for this store under this payment code.',
        'Ask the customer to look at "my vouchers" (我的票券) in the UnionPay app; if one is for this store, scan its own code.',
      );
    case 'unknown':
      return say(
        "Clearing doesn't know this payment code.",
        'Ask the customer to refresh it and scan again; if that fails, scan the code of the voucher itself.',
      );
    case 'unsupported':
      return say("Clearing can't read this kind of UnionPay code.", SHOW_VOUCHER);
  }
}

function unreadable(reason: UnreadableReason): RefusalMessage {
  switch (UNREADABLE[reason]) {
    case 'nothing':
      return say('Nothing was read.', 'Scan again.');
    case 'foreign':
      return say('This is not a voucher code.', SHOW_VOUCHER);
    case 'damaged':
      return say(
        'The code is damaged or was not read whole.',
        'Ask the customer to refresh the code and make the screen brighter, and scan again.',
      );
    case 'newer':
      return say(
        "This terminal doesn't know this version of the voucher code.",
        'Use another voucher, and ask the manager to call support for an update.',
      );
  }
}
