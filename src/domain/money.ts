/** Money is a whole number of fen (1/100 yuan); never a fraction, never a float of yuan. */
declare const fenBrand: unique symbol;
export type Fen = number & { readonly [fenBrand]: true };

/**
 * The largest amount that any purchase may have: 9,999,999.99 yuan. Ten times the price of the dearest
 * passenger car that the plan has in mind, and small enough that sums over a million lines stay exact.
 */
export const MAX_AMOUNT_FEN = 999_999_999;

/** Brands a number of fen. Throws a RangeError for anything but a whole number whose sums stay exact. */
export function fen(value: number): Fen {
  if (!Number.isSafeInteger(value)) throw new RangeError(`not a whole number of fen: ${String(value)}`);
  return value as Fen;
}

/** 12850 → "128.50"; negative amounts keep their sign. No grouping, no currency sign. */
export function formatYuan(amount: Fen): string {
  const digits = String(Math.abs(amount)).padStart(3, '0');
  const sign = amount < 0 ? '-' : '';
  return `${sign}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}
