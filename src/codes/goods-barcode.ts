/** GS1 General Specifications: which number system a string of digits belongs to, by length and check digit. */
export type GoodsBarcode = 'EAN-13' | 'EAN-8' | 'UPC-A' | 'UPC-E';

/** Null where the length is another or the check digit is wrong. */
export function goodsBarcode(digits: string): GoodsBarcode | null {
  if (!/^\d+$/.test(digits)) return null;
  if (digits.length === 13 && hasCheckDigit(digits)) return 'EAN-13';
  if (digits.length === 12 && hasCheckDigit(digits)) return 'UPC-A';
  if (digits.length !== 8) return null;
  if (hasCheckDigit(digits)) return 'EAN-8';
  return /^[01]/.test(digits) && hasCheckDigit(expandUpcE(digits)) ? 'UPC-E' : null;
}

/** GS1 General Specifications 7.9: weights 3 and 1 from the right, the sum a multiple of ten. */
function hasCheckDigit(digits: string): boolean {
  const sum = Array.from(digits)
    .reverse()
    .reduce((total, digit, index) => total + Number(digit) * (index % 2 === 0 ? 1 : 3), 0);
  return sum % 10 === 0;
}

/** The twelve digits that eight stand for (GS1 General Specifications 5.2.2.4.2: zero suppression). */
function expandUpcE(digits: string): string {
  const system = digits.slice(0, 1);
  const [a, b, c, d, e, last] = [1, 2, 3, 4, 5, 6].map((index) => digits.charAt(index));
  const check = digits.slice(7);
  const body = ((): string => {
    switch (last) {
      case '0':
      case '1':
      case '2':
        return `${a}${b}${last}0000${c}${d}${e}`;
      case '3':
        return `${a}${b}${c}00000${d}${e}`;
      case '4':
        return `${a}${b}${c}${d}00000${e}`;
      default:
        return `${a}${b}${c}${d}${e}0000${last}`;
    }
  })();
  return `${system}${body}${check}`;
}
