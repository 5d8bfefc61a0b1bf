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

/**
 * Half-width throughout, without noise in front and without an AIM symbology identifier. Noise behind stays:
 * digits and Base64 lose it with their blanks, and an address is known by its head.
 */
export function cleanScan(text: string): string {
  const halfWidth = text.replace(FULL_WIDTH, (char) =>
    char === '\u3000' ? ' ' : String.fromCharCode(char.charCodeAt(0) - FULL_WIDTH_OFFSET),
  );
  return halfWidth.replace(LEADING_NOISE, '').replace(AIM_IDENTIFIER, '').replace(LEADING_NOISE, '');
}

/** Without any blank or control inside. */
export function withoutBlanks(text: string): string {
  return text.replace(NOISE, '');
}
