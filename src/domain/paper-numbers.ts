import { parseDay } from './business-day.ts';

/** Letters and digits of a vehicle identification number: I, O and Q are never in one (GB 16735). */
export const VIN_LETTERS = 'ABCDEFGHJKLMNPRSTUVWXYZ';
export const VIN_LENGTH = 17;
/** Of a resident's identity card: region 6, day of birth 8, order 3, check digit (GB 11643). */
export const IDENTITY_LENGTH = 18;

/** Blanks, hyphens, wide characters and lower case don't matter on paper, so they don't in what is compared. */
export function plainNumber(text: string): string {
  return text
    .normalize('NFKC')
    .replace(/[\s-]+/g, '')
    .toUpperCase();
}

/** GB 16735, appendix: what each letter counts, and what each place weighs; the ninth place is the check digit. */
const LETTER_VALUES: Readonly<Record<string, number>> = Object.fromEntries(
  Array.from('ABCDEFGHJKLMNPRSTUVWXYZ', (letter, at) => [letter, Number('12345678123457923456789'[at])]),
);
const VIN_WEIGHTS: readonly number[] = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2];
const VIN_CHECK_AT = 8;
/** The standard binds cars that are made in China (first letter L); some makers abroad use the ninth place freely. */
const MADE_IN_CHINA = 'L';

const IDENTITY_WEIGHTS: readonly number[] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const IDENTITY_CHECKS = '10X98765432';

/** What is wrong with a VIN (upper case); null: nothing that can be seen in the number itself. */
export function vinFault(vin: string): 'shape' | 'check-digit' | null {
  if (vin.length !== VIN_LENGTH || !/^[A-HJ-NPR-Z0-9]+$/.test(vin)) return 'shape';
  if (!vin.startsWith(MADE_IN_CHINA)) return null;
  const sum = VIN_WEIGHTS.reduce((total, weight, at) => {
    const character = vin.charAt(at);
    return total + weight * (LETTER_VALUES[character] ?? Number(character));
  }, 0);
  return vin.charAt(VIN_CHECK_AT) === '0123456789X'.charAt(sum % 11) ? null : 'check-digit';
}

/** What is wrong with the number of a resident's identity card (upper case); null: nothing that it shows itself. */
export function identityFault(number: string): 'shape' | 'birthday' | 'check-digit' | null {
  if (!/^\d{17}[\dX]$/.test(number)) return 'shape';
  if (parseDay(`${number.slice(6, 10)}-${number.slice(10, 12)}-${number.slice(12, 14)}`) === null)
    return 'birthday';
  const sum = IDENTITY_WEIGHTS.reduce((total, weight, at) => total + weight * Number(number.charAt(at)), 0);
  return number.charAt(IDENTITY_LENGTH - 1) === IDENTITY_CHECKS.charAt(sum % 11) ? null : 'check-digit';
}
