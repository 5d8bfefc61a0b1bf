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
  | { readonly type: 'scan'; readonly text: string; readonly leaked: number }
  /** The end of a code that lacks its beginning or its middle: keep the key from the page, ask for another scan. */
  | { readonly type: 'broken'; readonly leaked: number };

export interface Wedge {
  keydown(key: WedgeKey): WedgeAnswer;
  /** Forgets a half code, as when the window loses the focus. */
  reset(): void;
}

/** Scanners type a key every 1–20 ms, people none under 90. */
export const WEDGE_MAX_GAP_MS = 50;
const PERSON_MIN_GAP_MS = 90;
/**
 * A busy PC stops for a moment in the middle of a code (seen: 51 to 202 ms in one code of fifteen while two
 * processors did the work of ten): a burst that only a scanner can have begun goes on after that.
 */
export const WEDGE_MAX_STALL_MS = 300;
/** So many characters for each stall after the first: a person's keys, all slow, never add up to a code. */
const CHARACTERS_A_STALL = 4;
/** What comes within this time after a code that didn't end is its rest: no customer shows the next one so soon. */
export const WEDGE_REST_WITHIN_MS = 1000;
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
  let stalls = 0;
  let lastAtMs = Number.NEGATIVE_INFINITY;
  let overflown = false;
  /** What begins until then may be the rest of a code, or of one of which only a few characters came. */
  let restOfCodeUntilMs = Number.NEGATIVE_INFINITY;
  let restOfFewUntilMs = Number.NEGATIVE_INFINITY;
  let before: 'nothing' | 'few' | 'code' = 'nothing';

  const begin = (): void => {
    text = '';
    leaked = 0;
    stalls = 0;
    overflown = false;
  };
  const reset = (): void => {
    begin();
    restOfCodeUntilMs = Number.NEGATIVE_INFINITY;
    restOfFewUntilMs = Number.NEGATIVE_INFINITY;
    before = 'nothing';
  };
  const end = (): WedgeAnswer => {
    const code = text.replace(AIM, '');
    const whole = !overflown && text.length >= WEDGE_MIN_LENGTH && code !== '';
    const answer: WedgeAnswer =
      whole && before === 'nothing'
        ? { type: 'scan', text: code, leaked }
        : whole || overflown || before === 'code'
          ? { type: 'broken', leaked }
          : PASS;
    reset();
    return answer;
  };
  /** A person types no letters where codes are awaited, and nothing so long without a pause. */
  const isScanners = (): boolean => text.length >= WEDGE_MIN_LENGTH || /\D/.test(text);
  const pause = (fromMs: number, toMs: number): void => {
    const short = toMs - fromMs <= WEDGE_MAX_STALL_MS;
    if (short && isScanners() && stalls * CHARACTERS_A_STALL <= text.length) {
      stalls += 1;
      return;
    }
    const quick = text.length - stalls;
    if (quick >= (before === 'code' ? 2 : SURE_FROM)) restOfCodeUntilMs = fromMs + WEDGE_REST_WITHIN_MS;
    else if (isScanners() || (before === 'few' && quick > 1))
      restOfFewUntilMs = fromMs + WEDGE_REST_WITHIN_MS;
    else if (quick > 0) restOfFewUntilMs = fromMs + (quick > 1 ? WEDGE_MAX_STALL_MS : PERSON_MIN_GAP_MS - 1);
    begin();
    before = toMs <= restOfCodeUntilMs ? 'code' : toMs <= restOfFewUntilMs ? 'few' : 'nothing';
  };

  return {
    reset,
    keydown: (key) => {
      if (isModifier(key.code)) return PASS;
      const fromMs = lastAtMs;
      lastAtMs = key.timeStamp;
      if (!(lastAtMs - fromMs <= WEDGE_MAX_GAP_MS)) pause(fromMs, lastAtMs);
      else if (before === 'code') restOfCodeUntilMs = lastAtMs + WEDGE_REST_WITHIN_MS;
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
