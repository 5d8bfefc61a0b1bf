import { z } from 'zod';
import { daySchema, instantSchema } from '../contract/campaign/pack.ts';
import { shanghaiIso } from '../domain/business-day.ts';
import { CATEGORIES, type Campaign } from '../domain/campaign.ts';
import { decide } from '../domain/decide.ts';
import type { Accept, Facts, Purchase, Refuse, Voucher } from '../domain/decision.ts';
import { fen } from '../domain/money.ts';
import { badCase, type BadCase } from './bad-case.ts';

/** One case of `cli decide`: what is given on a line. Money in whole fen, times ISO 8601 with an offset. */

const fenSchema = z.int().min(0).transform(fen);

const vehicleSchema = z
  .object({
    priceFen: fenSchema,
    seats: z.int().min(1),
    buyer: z.enum(['person', 'organisation']),
    invoiceIssuedOn: daySchema,
    invoiceReissued: z.boolean(),
    papersAgree: z.boolean(),
    passengerCar: z.boolean().default(true),
  })
  .strict();

const caseSchema = z
  .object({
    at: instantSchema,
    store: z.object({ category: z.enum(CATEGORIES) }).strict(),
    purchase: z.object({ amountFen: fenSchema.nullish(), vehicle: vehicleSchema.nullish() }).strict(),
    voucher: z
      .object({ kind: z.string().max(64), notBefore: instantSchema, notAfter: instantSchema })
      .strict(),
  })
  .strict();
export type DecideCase = z.output<typeof caseSchema>;

/** A parsed line as a case, or the first place where it is none. */
export function readCase(value: unknown): DecideCase | BadCase {
  const parsed = caseSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  if (issue === undefined) throw new Error('a refused case without a reason', { cause: parsed.error });
  const unknownKey = issue.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : [];
  return badCase([...issue.path, ...unknownKey].join('.'), issue.message);
}

/** A counter where nothing stands in the way but what the case itself says. */
const NOTHING_ELSE: Facts = {
  terminal: 'active',
  online: true,
  clock: 'trusted',
  signatures: 'valid',
  revoked: false,
  redeemed: null,
  purchaseHasVoucher: false,
  budgetExhausted: false,
  codeAgeMs: null,
  offlineLimit: null,
};

/** No campaign has a kind of this number: `decide` itself then says so, at its place in the order. */
const NO_KIND = 0;

/** Decides one case. A car without its papers is no valid case, unless something before them refuses. */
export function decideCase(given: DecideCase, campaign: Campaign): Accept | Refuse | BadCase {
  const kind = campaign.kinds.find(({ id }) => id === given.voucher.kind);
  const voucher: Voucher = {
    campaignNumber: campaign.number,
    kindNumber: kind?.number ?? NO_KIND,
    serial: 0n,
    notBeforeMs: given.voucher.notBefore,
    notAfterMs: given.voucher.notAfter,
  };
  const store = { category: given.store.category, status: 'admitted' } as const;
  const decision = decide(voucher, purchaseOf(given), store, campaign, given.at, NOTHING_ELSE);
  if (decision.verdict === 'refuse' && decision.code === 'amount-missing' && kind?.category === 'car')
    return badCase('purchase.vehicle', 'the purchase of a car needs its papers');
  return decision;
}

function purchaseOf({ purchase }: DecideCase): Purchase {
  const amountFen = purchase.amountFen ?? null;
  if (purchase.vehicle === undefined || purchase.vehicle === null)
    return { amountFen, listAmountFen: amountFen, vehicle: null };
  const { invoiceIssuedOn, ...vehicle } = purchase.vehicle;
  return { amountFen, listAmountFen: amountFen, vehicle: { ...vehicle, invoiceIssuedOnMs: invoiceIssuedOn } };
}

/** Inside, times are epoch milliseconds and kinds numbers; a line of text names them as the case did. */
export function printedParams({ code, params }: Refuse, given: DecideCase): object {
  switch (code) {
    case 'below-threshold': {
      // The promised two; the face value is in the kind's name.
      const { minSpendFen, shortfallFen } = params;
      return { minSpendFen, shortfallFen };
    }
    case 'unknown-voucher-kind':
      return { kind: given.voucher.kind };
    case 'voucher-not-yet-valid':
      return { notBefore: shanghaiIso(given.voucher.notBefore) };
    case 'voucher-expired':
      return { notAfter: shanghaiIso(given.voucher.notAfter) };
    default:
      return params;
  }
}
