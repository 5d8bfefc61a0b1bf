/** GS1 General Specifications: which number system a string of digits belongs to, by length and check digit. */
export type GoodsBarcode = 'EAN-13' | 'EAN-8' | 'UPC-A' | 'UPC-E';

/** Null where the length is another or the check digit is wrong. */
export function goodsBarcode(digits: string): GoodsBarcode | null {
  if (!/^\d+$/.test(digits)) return null;
  if (digits.length === 13 && hasCheckDigit(digits)) return 'EAN-13';
  if (digits.length === 12 && hasCheckDigit(digits)) return 'UPC-A';
  if (digits.length !== 8) return null;
  if (hasCheckDigit(digits)) return 'EAN-8';
  const long = expandUpcE(digits);
  return long !== null && hasCheckDigit(long) ? 'UPC-E' : null;
}

/** GS1 General Specifications 7.9: weights 3 and 1 from the right, the sum a multiple of ten. */
function hasCheckDigit(digits: string): boolean {
  const sum = Array.from(digits)
    .reverse()
    .reduce((total, digit, index) => total + Number(digit) * (index % 2 === 0 ? 1 : 3), 0);
  return sum % 10 === 0;
}

/**
 * The twelve digits that eight stand for (GS1 General Specifications, zero suppression): the seventh digit says
 * where the zeros were. Of 5 to 9 the check digit is that of an EAN-8 anyway, which comes first. Null: none.
 */
function expandUpcE(digits: string): string | null {
  if (!/^[01]\d{5}[0-4]/.test(digits)) return null;
  const last = digits.charAt(6);
  const check = digits.charAt(7);
  if (last === '4') return `${digits.slice(0, 5)}00000${digits.charAt(5)}${check}`;
  if (last === '3') return `${digits.slice(0, 4)}00000${digits.slice(4, 6)}${check}`;
  return `${digits.slice(0, 3)}${last}0000${digits.slice(3, 6)}${check}`;
}
