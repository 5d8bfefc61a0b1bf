/**
 * What scanners, keyboards and input methods do to a code, undone. Every step is linear in the text, which
 * the caller has bounded.
 */

/** Full-width ASCII (U+FF01 to U+FF5E) and the ideographic space, as a Chinese input method types them. */
const FULL_WIDTH = /[\uFF01-\uFF5E\u3000]/g;
const FULL_WIDTH_OFFSET = 0xfee0;
/** Blanks, controls (STX, ETX, GS, CR, LF, TAB …), and marks without width. */
const EDGE_NOISE = String.raw`[\s\u0000-\u001F\u007F\u200B-\u200D\u2060\uFEFF]`;
const LEADING_NOISE = new RegExp(`^${EDGE_NOISE}+`);
const NOISE = new RegExp(EDGE_NOISE, 'g');
/** ISO/IEC 15424: `]`, a letter for the symbology, a modifier. */
const AIM_IDENTIFIER = /^\][A-Za-z][0-9A-Za-z]/;

/** Half-width throughout, without noise at either end and without an AIM symbology identifier. */
export function cleanScan(text: string): string {
  const halfWidth = text.replace(FULL_WIDTH, (char) =>
    char === '\u3000' ? ' ' : String.fromCharCode(char.charCodeAt(0) - FULL_WIDTH_OFFSET),
  );
  return trimEnd(halfWidth.replace(LEADING_NOISE, '').replace(AIM_IDENTIFIER, '').replace(LEADING_NOISE, ''));
}

/** By hand: a regular expression anchored at the end is quadratic on a text full of blanks. */
function trimEnd(text: string): string {
  let end = text.length;
  while (end > 0 && isNoise(text.charAt(end - 1))) end -= 1;
  return text.slice(0, end);
}

const ONE_NOISE = new RegExp(`^${EDGE_NOISE}$`);
function isNoise(char: string): boolean {
  return ONE_NOISE.test(char);
}

/** Without any blank or control inside. */
export function withoutBlanks(text: string): string {
  return text.replace(NOISE, '');
}
