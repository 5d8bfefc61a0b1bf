import { explainRefusal } from '../../src/contract/messages/refusals.ts';
import type { VehicleForm } from '../../src/contract/terminal/calls-counter.ts';
import type { CarRules, Language } from '../../src/contract/terminal/state.ts';
import { businessDay, parseDay } from '../../src/domain/business-day.ts';
import { MAX_SEATS } from '../../src/domain/car.ts';
import type { RefusalCode, RefusalParams } from '../../src/domain/decision.ts';
import { eraseDigit, typeDigits } from '../shared/amount-entry.ts';

/** The car form while it is filled in: what nobody has answered yet is null or empty. */
export interface CarPapers {
  readonly priceFen: number;
  readonly seats: number | null;
  /** Up to eight digits, `20230601`. */
  readonly day: string;
  readonly buyer: VehicleForm['buyer'] | null;
  readonly passengerCar: boolean | null;
  readonly invoiceReissued: boolean | null;
  readonly papersAgree: boolean | null;
  readonly invoiceNumber: string;
  readonly vin: string;
  readonly buyerNumber: string;
}

export const NO_PAPERS: CarPapers = {
  priceFen: 0,
  seats: null,
  day: '',
  buyer: null,
  passengerCar: null,
  invoiceReissued: null,
  papersAgree: null,
  invoiceNumber: '',
  vin: '',
  buyerNumber: '',
};

export const CAR_ROWS = [
  'priceFen',
  'seats',
  'day',
  'buyer',
  'passengerCar',
  'invoiceReissued',
  'papersAgree',
  'invoiceNumber',
  'vin',
  'buyerNumber',
] as const;
export type CarRow = (typeof CAR_ROWS)[number];

/** Rows of words: a number as printed, with letters in some. */
export const NUMBER_ROWS = ['invoiceNumber', 'vin', 'buyerNumber'] as const;
export type NumberRow = (typeof NUMBER_ROWS)[number];
export const isNumberRow = (row: CarRow): row is NumberRow => NUMBER_ROWS.some((its) => its === row);

/** What is wrong with a number before anybody is asked: ISO 3779, GB 11643, and the tax office's two lengths. */
const NUMBER_SHAPES: Readonly<Record<NumberRow, RegExp>> = {
  invoiceNumber: /^[0-9A-Za-z]{8,20}$/,
  vin: /^[0-9A-HJ-NPR-Za-hj-npr-z]{17}$/,
  buyerNumber: /^[0-9]{17}[0-9Xx]$/,
};

/** `20230601` → `2023-06-01`; whatever is typed so far keeps its place. */
export const dayText = (digits: string): string =>
  [digits.slice(0, 4), digits.slice(4, 6), digits.slice(6, 8)].filter((part) => part !== '').join('-');

/** Whether a row is answered at all; a day that no calendar has is no answer. */
export function isAnswered(papers: CarPapers, row: CarRow): boolean {
  if (row === 'priceFen') return papers.priceFen > 0;
  if (row === 'day') return parseDay(dayText(papers.day)) !== null;
  if (isNumberRow(row)) return NUMBER_SHAPES[row].test(papers[row].replaceAll(/[\s-]/g, ''));
  return papers[row] !== null;
}

/** Takes digits into a row; in a row with two answers 1 is the first and 2 the second. */
export function typeInto(papers: CarPapers, row: CarRow, digits: string): CarPapers {
  switch (row) {
    case 'priceFen':
      return { ...papers, priceFen: typeDigits(papers.priceFen, digits).amountFen };
    case 'seats': {
      const seats = Number(`${String(papers.seats ?? '')}${digits}`);
      return seats > 0 && seats < 100 ? { ...papers, seats } : papers;
    }
    case 'day':
      return { ...papers, day: `${papers.day}${digits}`.slice(0, 8) };
    case 'invoiceNumber':
    case 'vin':
    case 'buyerNumber':
      return { ...papers, [row]: `${papers[row]}${digits}`.slice(0, 40) };
    default:
      return digits === '1' || digits === '2' ? choose(papers, row, digits === '1') : papers;
  }
}

/** Erases the last digit, or the answer. */
export function eraseIn(papers: CarPapers, row: CarRow): CarPapers {
  switch (row) {
    case 'priceFen':
      return { ...papers, priceFen: eraseDigit(papers.priceFen) };
    case 'seats':
      return {
        ...papers,
        seats: papers.seats !== null && papers.seats > 9 ? Math.floor(papers.seats / 10) : null,
      };
    case 'day':
      return { ...papers, day: papers.day.slice(0, -1) };
    case 'invoiceNumber':
    case 'vin':
    case 'buyerNumber':
      return { ...papers, [row]: papers[row].slice(0, -1) };
    default:
      return { ...papers, [row]: null };
  }
}

/** The first answer is the one with which the voucher can be used. */
export function choose(papers: CarPapers, row: CarRow, first: boolean): CarPapers {
  switch (row) {
    case 'buyer':
      return { ...papers, buyer: first ? 'person' : 'organisation' };
    case 'invoiceReissued':
      return { ...papers, invoiceReissued: !first };
    case 'passengerCar':
    case 'papersAgree':
      return { ...papers, [row]: first };
    default:
      return papers;
  }
}

/** Which answer is chosen; null: none yet. */
export function chosenFirst(papers: CarPapers, row: CarRow): boolean | null {
  switch (row) {
    case 'buyer':
      return papers.buyer === null ? null : papers.buyer === 'person';
    case 'invoiceReissued':
      return papers.invoiceReissued === null ? null : !papers.invoiceReissued;
    case 'passengerCar':
    case 'papersAgree':
      return papers[row];
    default:
      return null;
  }
}

export type RowCheck =
  | { readonly type: 'open' }
  | { readonly type: 'good'; readonly fittingFaceValueFen: number | null }
  | { readonly type: 'refused'; readonly code: RefusalCode; readonly params: RefusalParams };

const OPEN: RowCheck = { type: 'open' };
const GOOD: RowCheck = { type: 'good', fittingFaceValueFen: null };
const no = (code: RefusalCode, params: RefusalParams = {}): RowCheck => ({ type: 'refused', code, params });

/** What the campaign will say to one row (plan section 五 (五)). Only told early: the core decides. */
export function checkRow(papers: CarPapers, row: CarRow, rules: CarRules | null, nowMs: number): RowCheck {
  if (!isAnswered(papers, row)) return OPEN;
  switch (row) {
    case 'priceFen':
      return checkPrice(papers.priceFen, rules);
    case 'seats':
      return papers.seats !== null && papers.seats > MAX_SEATS
        ? no('car-too-many-seats', { seats: papers.seats, maxSeats: MAX_SEATS })
        : GOOD;
    case 'day':
      return checkDay(dayText(papers.day), rules, businessDay(nowMs));
    case 'buyer':
      return papers.buyer === 'person' ? GOOD : no('car-buyer-not-a-person', { buyer: papers.buyer });
    case 'passengerCar':
      return papers.passengerCar === true ? GOOD : no('car-not-passenger');
    case 'invoiceReissued':
      return papers.invoiceReissued === true ? no('car-invoice-reissued') : GOOD;
    case 'invoiceNumber':
    case 'vin':
    case 'buyerNumber':
      return GOOD;
    case 'papersAgree':
      return papers.papersAgree === true ? GOOD : no('car-papers-contradict', { reason: 'papers-differ' });
  }
}

function checkPrice(priceFen: number, rules: CarRules | null): RowCheck {
  if (rules === null || rules.bands.length === 0) return GOOD;
  const minPriceFen = Math.min(...rules.bands.map(({ fromFen }) => fromFen));
  if (priceFen < minPriceFen)
    return no('car-price-below-minimum', { priceFen, minPriceFen, shortfallFen: minPriceFen - priceFen });
  const band = rules.bands.find(
    ({ fromFen, belowFen }) => priceFen >= fromFen && (belowFen === null || priceFen < belowFen),
  );
  return { type: 'good', fittingFaceValueFen: band?.faceValueFen ?? null };
}

/** Days compare as texts: `YYYY-MM-DD` sorts as the calendar does. */
function checkDay(invoiceDay: string, rules: CarRules | null, today: string): RowCheck {
  if (rules !== null && invoiceDay < rules.earliestDay)
    return no('car-invoice-too-early', { invoiceDay, earliestDay: rules.earliestDay });
  if (invoiceDay > today)
    return no('car-papers-contradict', { reason: 'invoice-in-the-future', invoiceDay, today });
  return GOOD;
}

/** The sentence of a refused row. */
export const rowRefusal = (language: Language, check: Extract<RowCheck, { type: 'refused' }>): string =>
  explainRefusal(language, check.code, check.params).headline;

/** What the core takes; null while something is not answered. */
export function vehicleForm(papers: CarPapers): VehicleForm | null {
  const { priceFen, seats, buyer, passengerCar, invoiceReissued, papersAgree } = papers;
  if (!isAnswered(papers, 'priceFen') || !isAnswered(papers, 'day')) return null;
  if (seats === null || buyer === null) return null;
  if (passengerCar === null || invoiceReissued === null || papersAgree === null) return null;
  if (!NUMBER_ROWS.every((row) => isAnswered(papers, row))) return null;
  const invoiceIssuedOn = dayText(papers.day);
  const { invoiceNumber, vin, buyerNumber } = papers;
  const numbers = { invoiceNumber, vin, buyerNumber };
  return { priceFen, seats, buyer, invoiceIssuedOn, invoiceReissued, papersAgree, passengerCar, numbers };
}
