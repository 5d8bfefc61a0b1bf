import { MAX_AMOUNT_FEN } from '../../src/domain/money.ts';

/** What one key makes of an amount in fen. `tooMuch`: the key was not taken, the amount stays. */
export interface Typed {
  readonly amountFen: number;
  readonly tooMuch: boolean;
}

/** Appends digits as a till does: 1, 2, 8, 5, 0 → 128.50 yuan. */
export function typeDigits(amountFen: number, digits: string): Typed {
  let next = amountFen;
  for (const digit of digits) {
    const grown = next * 10 + Number(digit);
    if (grown > MAX_AMOUNT_FEN) return { amountFen, tooMuch: true };
    next = grown;
  }
  return { amountFen: next, tooMuch: false };
}

/** Takes the last digit back. */
export function eraseDigit(amountFen: number): number {
  return Math.floor(amountFen / 10);
}
