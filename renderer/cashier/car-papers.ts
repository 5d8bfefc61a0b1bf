import { explainRefusal } from '../../src/contract/messages/refusals.ts';
import type { VehicleForm } from '../../src/contract/terminal/calls-counter.ts';
import type { CarRules, Language } from '../../src/contract/terminal/state.ts';
import { dayStartMs, parseDay } from '../../src/domain/business-day.ts';
import { isInBand, refuseLowPrice, refusePapers } from '../../src/domain/car.ts';
import {
  IDENTITY_LENGTH,
  identityFault,
  plainNumber,
  VIN_LENGTH,
  vinFault,
} from '../../src/domain/paper-numbers.ts';
import type { Refuse } from '../../src/domain/decision.ts';
import { eraseDigit, typeDigits } from '../shared/amount-entry.ts';

/** The car form while it is filled in: what nobody has answered yet is null or empty. */
export interface CarPapers {
  readonly priceFen: number;
  /** The three numbers that a reviewed voucher is bound to; upper case, as far as they are typed. Personal data. */
  readonly invoiceNumber: string;
  readonly vin: string;
  readonly buyerNumber: string;
  readonly seats: number | null;
  /** Up to eight digits, `20230601`. */
  readonly day: string;
  readonly buyer: VehicleForm['buyer'] | null;
  readonly passengerCar: boolean | null;
  readonly invoiceReissued: boolean | null;
  readonly papersAgree: boolean | null;
}

export const NO_PAPERS: CarPapers = {
  priceFen: 0,
  invoiceNumber: '',
  vin: '',
  buyerNumber: '',
  seats: null,
  day: '',
  buyer: null,
  passengerCar: null,
  invoiceReissued: null,
  papersAgree: null,
};

/** In the order in which they stand on the motor-vehicle sales invoice. */
export const CAR_ROWS = [
  'priceFen',
  'invoiceNumber',
  'day',
  'vin',
  'seats',
  'passengerCar',
  'buyer',
  'buyerNumber',
  'invoiceReissued',
  'papersAgree',
] as const;
export type CarRow = (typeof CAR_ROWS)[number];

/** Rows that take letters too, or are scanned. A voucher without a review needs none of them. */
const TEXT_ROWS = ['invoiceNumber', 'vin', 'buyerNumber'] as const;
export type TextRow = (typeof TEXT_ROWS)[number];
export const isTextRow = (row: CarRow): row is TextRow => TEXT_ROWS.some((each) => each === row);
/** Rows with a value to type, scanned or not; the others have two answers. */
export const isTypedRow = (row: CarRow): row is TextRow | 'priceFen' | 'day' | 'seats' =>
  isTextRow(row) || row === 'priceFen' || row === 'day' || row === 'seats';

/** Old invoices have 8 digits, fully electronic ones 20. */
const INVOICE_LENGTHS: readonly number[] = [8, 20];
const SHORTEST_INVOICE = 8;
/** As long as clearing takes a number. */
const LONGEST_NUMBER = 40;
/** What a keyboard or scanner may put into each. */
const FOREIGN: Readonly<Record<TextRow, RegExp>> = {
  invoiceNumber: /[^A-Z0-9]/g,
  vin: /[^A-HJ-NPR-Z0-9]/g,
  buyerNumber: /[^A-Z0-9]/g,
};

/** How many characters are still to come; 0: it is whole, good or not. */
function missing(papers: CarPapers, row: TextRow): number {
  const value = papers[row];
  if (row === 'invoiceNumber') return Math.max(0, SHORTEST_INVOICE - value.length);
  if (row === 'vin') return VIN_LENGTH - value.length;
  // A passport has letters and its own length.
  return /^\d+$/.test(value) || value === '' ? Math.max(0, IDENTITY_LENGTH - value.length) : 0;
}

/** For the eye: as papers print them, in groups. */
export function numberText(row: TextRow, value: string): string {
  const groups = row === 'vin' ? [3, 6] : row === 'buyerNumber' ? [6, 14] : [4, 8, 12, 16];
  return Array.from(value, (each, at) => (groups.includes(at) ? ` ${each}` : each)).join('');
}

/** Where an invoice's QR code (`01,type,code,number,amount,day,…`) has the number. */
const QR_NUMBER_AT = 3;

/** Puts a scanned number into its row, instead of what was there. Null: no such number was scanned. */
export function scanInto(papers: CarPapers, row: TextRow, text: string): CarPapers | null {
  const fromQr = row === 'invoiceNumber' && text.startsWith('01,') ? text.split(',')[QR_NUMBER_AT] : text;
  const plain = plainNumber(fromQr ?? '');
  // The barcode of an imported car's VIN begins with an I of its own.
  const value = row === 'vin' && plain.length === VIN_LENGTH + 1 ? plain.replace(/^I/, '') : plain;
  const longest = row === 'vin' ? VIN_LENGTH : LONGEST_NUMBER;
  if (value.length > longest || value.replace(FOREIGN[row], '') !== value) return null;
  const filled = { ...papers, [row]: value };
  return missing(filled, row) === 0 ? filled : null;
}

/** `20230601` → `2023-06-01`; whatever is typed so far keeps its place. */
export const dayText = (digits: string): string =>
  [digits.slice(0, 4), digits.slice(4, 6), digits.slice(6, 8)].filter((part) => part !== '').join('-');

/** Whether a row is answered at all; a day that no calendar has is no answer. */
export function isAnswered(papers: CarPapers, row: CarRow): boolean {
  if (row === 'priceFen') return papers.priceFen > 0;
  if (row === 'vin') return vinFault(papers.vin) !== 'shape';
  if (isTextRow(row)) return missing(papers, row) === 0;
  if (row === 'day') return parseDay(dayText(papers.day)) !== null;
  return papers[row] !== null;
}

/** Takes characters into a row; in a row with two answers 1 is the first and 2 the second. */
export function typeInto(papers: CarPapers, row: CarRow, characters: string): CarPapers {
  if (isTextRow(row)) {
    const value = `${papers[row]}${plainNumber(characters).replace(FOREIGN[row], '')}`;
    return { ...papers, [row]: value.slice(0, row === 'vin' ? VIN_LENGTH : LONGEST_NUMBER) };
  }
  const digits = plainNumber(characters).replace(/\D/g, '');
  if (digits === '') return papers;
  switch (row) {
    case 'priceFen':
      return { ...papers, priceFen: typeDigits(papers.priceFen, digits).amountFen };
    case 'seats': {
      const seats = Number(`${String(papers.seats ?? '')}${digits}`);
      return seats > 0 && seats < 100 ? { ...papers, seats } : papers;
    }
    case 'day':
      return { ...papers, day: `${papers.day}${digits}`.slice(0, 8) };
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

/** What looks wrong in a number. Only clearing knows the papers: nothing is refused for it here. */
export type Doubt =
  'invoiceLength' | 'vinCheckDigit' | 'identityShape' | 'identityBirthday' | 'identityCheckDigit';

export type RowCheck =
  | { readonly type: 'open' }
  | { readonly type: 'begun'; readonly missing: number }
  | { readonly type: 'doubt'; readonly doubt: Doubt }
  | { readonly type: 'good'; readonly fittingFaceValueFen: number | null }
  | { readonly type: 'refused'; readonly refusal: Refuse };

const OPEN: RowCheck = { type: 'open' };
const GOOD: RowCheck = { type: 'good', fittingFaceValueFen: null };

/** What the campaign will say to one row. Only told early: the core decides, by the same rules. */
export function checkRow(papers: CarPapers, row: CarRow, rules: CarRules | null, nowMs: number): RowCheck {
  if (isTextRow(row)) return checkNumber(papers, row);
  if (!isAnswered(papers, row)) return OPEN;
  const { priceFen } = papers;
  const refusal =
    row === 'priceFen' ? refuseLowPrice(rules?.bands ?? [], priceFen) : refuseRow(papers, row, rules, nowMs);
  if (refusal !== null) return { type: 'refused', refusal };
  const fitting = row === 'priceFen' ? rules?.bands.find((band) => isInBand(band, priceFen)) : undefined;
  return { type: 'good', fittingFaceValueFen: fitting?.faceValueFen ?? null };
}

/** The papers' refusal as if this row alone were told. */
function refuseRow(papers: CarPapers, row: CarRow, rules: CarRules | null, nowMs: number): Refuse | null {
  const only = <R extends CarRow>(its: R): CarPapers[R] | null => (its === row ? papers[its] : null);
  const told = {
    buyer: only('buyer'),
    seats: only('seats'),
    passengerCar: only('passengerCar'),
    invoiceIssuedOnMs: row === 'day' ? dayStartMs(dayText(papers.day)) : null,
    invoiceReissued: only('invoiceReissued'),
    papersAgree: only('papersAgree'),
  };
  const earliestMs = rules === null ? null : dayStartMs(rules.earliestDay);
  return refusePapers(told, { earliestMs, announcedAtMs: null }, nowMs);
}

const IDENTITY_DOUBTS = {
  shape: 'identityShape',
  birthday: 'identityBirthday',
  'check-digit': 'identityCheckDigit',
} as const;

function checkNumber(papers: CarPapers, row: TextRow): RowCheck {
  const value = papers[row];
  if (value === '') return OPEN;
  const left = missing(papers, row);
  if (left > 0) return { type: 'begun', missing: left };
  const doubt = doubtOf(row, value);
  return doubt === null ? GOOD : { type: 'doubt', doubt };
}

function doubtOf(row: TextRow, value: string): Doubt | null {
  if (row === 'invoiceNumber') return INVOICE_LENGTHS.includes(value.length) ? null : 'invoiceLength';
  if (row === 'vin') return vinFault(value) === null ? null : 'vinCheckDigit';
  const fault = identityFault(value);
  return fault === null ? null : IDENTITY_DOUBTS[fault];
}

/** The sentence of a refused row. */
export const rowRefusal = (language: Language, check: Extract<RowCheck, { type: 'refused' }>): string =>
  explainRefusal(language, check.refusal).headline;

/** What the core takes; null while something is not answered. */
export function vehicleForm(papers: CarPapers): VehicleForm | null {
  const { priceFen, seats, buyer, passengerCar, invoiceReissued, papersAgree } = papers;
  if (!isAnswered(papers, 'priceFen') || !isAnswered(papers, 'day')) return null;
  if (seats === null || buyer === null) return null;
  if (passengerCar === null || invoiceReissued === null || papersAgree === null) return null;
  const invoiceIssuedOn = dayText(papers.day);
  const form = { priceFen, seats, buyer, invoiceIssuedOn, invoiceReissued, papersAgree, passengerCar };
  const { invoiceNumber, vin, buyerNumber } = papers;
  if (TEXT_ROWS.every((row) => papers[row] === '')) return { ...form, numbers: null };
  if (!TEXT_ROWS.every((row) => isAnswered(papers, row))) return null;
  return { ...form, numbers: { invoiceNumber, vin, buyerNumber } };
}
