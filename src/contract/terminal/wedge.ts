import { MAX_SCAN_LENGTH } from './calls.ts';

/**
 * Tells a scanner that types like a keyboard ("keyboard wedge") from a person. Pure: time comes with each key.
 * It is the fallback where neither HID POS nor serial is to be had: it needs the window's focus.
 */

/** What the machine looks at in a `keydown` event (capture phase). */
export interface WedgeKey {
  /** Physical key, such as `KeyA`: whole also while an input method turns `key` into `Process`. */
  readonly code: string;
  readonly key: string;
  /** Milliseconds, monotonic (`event.timeStamp`). */
  readonly timeStamp: number;
  readonly shiftKey: boolean;
  readonly ctrlKey: boolean;
  readonly altKey: boolean;
  readonly metaKey: boolean;
  /** The key is held down: no scanner does that. */
  readonly repeat: boolean;
}

export type WedgeAnswer =
  /** A person's key, or one that can't be told yet: let it pass. */
  | { readonly type: 'pass' }
  /** Part of a burst that only a scanner types: keep it from the page. */
  | { readonly type: 'swallow' }
  /**
   * A whole code; keep the key that ended it from the page. `leaked`: so many of its first characters reached
   * the page before the burst was recognised, and whoever has the focus should take them back.
   */
  | { readonly type: 'scan'; readonly text: string; readonly leaked: number };

export interface Wedge {
  keydown(key: WedgeKey): WedgeAnswer;
  /** Forgets a half code, as when the window loses the focus. */
  reset(): void;
}

/** Scanners type a key every 1–20 ms, people none under 90. */
export const WEDGE_MAX_GAP_MS = 50;
/** Shorter bursts are rolled keys, not codes. */
export const WEDGE_MIN_LENGTH = 6;
/** From this character of a burst on, keys are kept from the page. */
const SURE_FROM = 4;

const PASS: WedgeAnswer = { type: 'pass' };
const SWALLOW: WedgeAnswer = { type: 'swallow' };
const AIM = /^\][A-Za-z][0-9A-Za-z]/;

/** Makes the machine; one for a window. */
export function createWedge(): Wedge {
  let text = '';
  let leaked = 0;
  let lastAtMs = Number.NEGATIVE_INFINITY;
  let overflown = false;

  const reset = (): void => {
    text = '';
    leaked = 0;
    overflown = false;
  };
  const end = (): WedgeAnswer => {
    const code = text.replace(AIM, '');
    const answer: WedgeAnswer =
      !overflown && text.length >= WEDGE_MIN_LENGTH && code !== ''
        ? { type: 'scan', text: code, leaked }
        : PASS;
    reset();
    return answer;
  };

  return {
    reset,
    keydown: (key) => {
      if (isModifier(key.code)) return PASS;
      const gapMs = key.timeStamp - lastAtMs;
      lastAtMs = key.timeStamp;
      if (!(gapMs <= WEDGE_MAX_GAP_MS)) reset();
      if (key.repeat || key.ctrlKey || key.altKey || key.metaKey) {
        reset();
        return PASS;
      }
      if (key.code === 'Enter' || key.code === 'NumpadEnter' || key.code === 'Tab') return end();
      const character = characterOf(key);
      if (character === null) {
        reset();
        return PASS;
      }
      if (text.length >= MAX_SCAN_LENGTH) overflown = true;
      else text += character;
      if (text.length >= SURE_FROM) return SWALLOW;
      leaked = text.length;
      return PASS;
    },
  };
}

function isModifier(code: string): boolean {
  return /^(Shift|CapsLock|NumLock|Fn)/.test(code);
}

/** Keys beside letters and digits on the US layout, which scanners type on unless set otherwise. */
const OTHER_KEYS: Readonly<Record<string, readonly [string, string]>> = {
  Space: [' ', ' '],
  Minus: ['-', '_'],
  Equal: ['=', '+'],
  BracketLeft: ['[', '{'],
  BracketRight: [']', '}'],
  Backslash: ['\\', '|'],
  Semicolon: [';', ':'],
  Quote: ["'", '"'],
  Backquote: ['`', '~'],
  Comma: [',', '<'],
  Period: ['.', '>'],
  Slash: ['/', '?'],
  NumpadAdd: ['+', '+'],
  NumpadSubtract: ['-', '-'],
  NumpadMultiply: ['*', '*'],
  NumpadDivide: ['/', '/'],
  NumpadDecimal: ['.', '.'],
};
const SHIFTED_DIGITS = ')!@#$%^&*(';

/**
 * The character that the scanner meant: from the physical key and shift, so that neither an input method nor
 * caps lock changes a code in which case matters.
 */
function characterOf({ code, key, shiftKey }: WedgeKey): string | null {
  const letter = /^Key([A-Z])$/.exec(code)?.[1];
  if (letter !== undefined) return shiftKey ? letter : letter.toLowerCase();
  const digit = /^Digit(\d)$/.exec(code)?.[1];
  if (digit !== undefined) return shiftKey ? (SHIFTED_DIGITS[Number(digit)] ?? null) : digit;
  const numpad = /^Numpad(\d)$/.exec(code)?.[1];
  if (numpad !== undefined) return numpad;
  const other = OTHER_KEYS[code];
  if (other !== undefined) return other[shiftKey ? 1 : 0];
  return key.length === 1 ? key : null;
}
