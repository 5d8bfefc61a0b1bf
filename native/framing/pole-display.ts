import type { POLE_FORMATS } from '../../src/contract/terminal/device-settings.ts';

export type PoleFormat = (typeof POLE_FORMATS)[number];

export interface PoleReaderOptions {
  readonly format: PoleFormat;
  /** Words of a text display that stand before the amount to pay. */
  readonly totalWords: readonly string[];
}

/** Reads along what a till sends to its customer display. */
export interface PoleReader {
  /** Takes bytes as they come, however they are split. */
  push(bytes: Uint8Array): void;
  /** What is on the display, two lines. */
  lines(): readonly string[];
  /**
   * The amount to pay that the display shows, whole fen; null if it shows none. To be asked when the line has
   * fallen silent: in between, an old figure may stand under a new light.
   */
  totalFen(): number | null;
  /** The line was lost: nothing is known about the display any more. */
  reset(): void;
}

const LINE_COLUMNS = 20;
const MAX_TOTAL_FEN = 999_999_999;
/** The longest text that one command may carry: a line, and a scrolling one twice that. */
const MAX_COMMAND_TEXT = 40;

const [BS, HT, LF, HOME, CLEAR, CR, CAN, ESC, US] = [0x08, 0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x18, 0x1b, 0x1f];
const BLANK = 0x20;

/** Numbers of parameter bytes after `ESC x` (Epson DM-D, CD5220, LED8N); what isn't listed has none. */
const ESC_PARAMETERS: Readonly<Record<string, number>> = {
  s: 1,
  l: 2,
  '[': 1,
  f: 1,
  c: 1,
  R: 1,
  t: 1,
  '=': 1,
  _: 1,
  '*': 1,
  W: 5,
  '%': 1,
  '?': 1,
};
/** After `US x` (Epson DM-D). */
const US_PARAMETERS: Readonly<Record<string, number>> = {
  $: 2,
  X: 1,
  R: 1,
  r: 1,
  C: 1,
  E: 1,
  T: 2,
  v: 1,
  a: 1,
  '#': 2,
  '^': 2,
};
/** `ESC s 2` on an LED8N display lights "total". */
const TOTAL_LIGHT = '2';

interface Command {
  readonly introducer: number;
  readonly bytes: number[];
}

/** A display of two lines of 20 characters that obeys the usual commands. Pure; memory is bounded. */
export function createPoleReader({ format, totalWords }: PoleReaderOptions): PoleReader {
  const screen = [new Uint8Array(LINE_COLUMNS), new Uint8Array(LINE_COLUMNS)];
  let row = 0;
  let column = 0;
  let light = '';
  let command: Command | null = null;

  const rowAt = (index: number): Uint8Array => screen[index % screen.length] ?? new Uint8Array(LINE_COLUMNS);
  const clear = (): void => {
    for (const line of screen) line.fill(BLANK);
    row = 0;
    column = 0;
  };
  const put = (byte: number): void => {
    rowAt(row)[column] = byte;
    column += 1;
    if (column < LINE_COLUMNS) return;
    column = 0;
    row = (row + 1) % screen.length;
  };
  const moveTo = (x = 1, y = 1): void => {
    column = Math.min(Math.max(x, 1), LINE_COLUMNS) - 1;
    row = Math.min(Math.max(y, 1), screen.length) - 1;
  };
  const writeLine = (index: number, text: readonly number[]): void => {
    rowAt(index).fill(BLANK);
    rowAt(index).set(text.slice(0, LINE_COLUMNS));
  };
  const obey = ({ introducer, bytes }: Command): void => {
    const [first = 0, x, y] = bytes;
    const name = String.fromCharCode(first);
    if (name === '@' && introducer === ESC) {
      clear();
      light = '';
    } else if (name === 's' && introducer === ESC) light = String.fromCharCode(x ?? 0);
    else if ((name === 'l' && introducer === ESC) || (name === '$' && introducer === US)) moveTo(x, y);
    else if (name === 'Q' || name === 'u') writeLine(x === 0x42 ? 1 : 0, bytes.slice(2));
  };
  /** True when the command is whole. */
  const isWhole = ({ introducer, bytes }: Command, byte: number): boolean => {
    const name = String.fromCharCode(bytes[0] ?? 0);
    if (introducer === ESC && (name === 'Q' || name === 'u')) {
      const text = bytes.length > 2;
      if (text && byte === CR) bytes.pop();
      return text && (byte === CR || bytes.length >= MAX_COMMAND_TEXT);
    }
    const parameters = (introducer === ESC ? ESC_PARAMETERS : US_PARAMETERS)[name] ?? 0;
    return bytes.length > parameters;
  };
  const take = (byte: number): void => {
    if (command !== null) {
      command.bytes.push(byte);
      if (!isWhole(command, byte)) return;
      const whole = command;
      command = null;
      obey(whole);
    } else if (byte === ESC || byte === US) command = { introducer: byte, bytes: [] };
    else if (byte === CLEAR) clear();
    else if (byte === HOME) moveTo();
    else if (byte === CR) column = 0;
    else if (byte === LF) row = (row + 1) % screen.length;
    else if (byte === BS) column = Math.max(0, column - 1);
    else if (byte === HT) column = Math.min(LINE_COLUMNS - 1, column + 1);
    else if (byte === CAN) {
      rowAt(row).fill(BLANK);
      column = 0;
    } else if (byte >= BLANK) put(byte);
  };
  const lines = (): readonly string[] =>
    screen.map((line) => new TextDecoder('gb18030').decode(line).trimEnd());

  clear();
  return {
    push: (bytes) => bytes.forEach(take),
    lines,
    totalFen: () => {
      const shown = lines();
      if (format === 'text') return totalOfText(shown, totalWords);
      return light === TOTAL_LIGHT ? amountIn(shown[0] ?? '') : null;
    },
    reset: () => {
      clear();
      light = '';
      command = null;
    },
  };
}

/** The amount behind the first word for a total; alone on the next line if the word's own line has none. */
function totalOfText(lines: readonly string[], totalWords: readonly string[]): number | null {
  for (const [index, line] of lines.entries()) {
    const rest = totalWords.map((word) => restAfter(line, word)).find((text) => text !== null);
    if (typeof rest !== 'string') continue;
    const amount = amountIn(rest);
    if (amount !== null) return amount;
    const next = lines[index + 1] ?? '';
    return /\p{L}/u.test(next) ? null : amountIn(next);
  }
  return null;
}

/** What stands after a word, or null: `TOTAL` isn't found in `SUBTOTAL`. */
function restAfter(line: string, word: string): string | null {
  const at = line.toUpperCase().indexOf(word.toUpperCase());
  if (at < 0) return null;
  const before = line.slice(0, at);
  return /[A-Za-z]$/.test(before) && /^[A-Za-z]/.test(word) ? null : line.slice(at + word.length);
}

/** The last figure of a text in whole fen: `128.50`, `1,128.5`, `¥ 128`. Null without one, or beyond any sale. */
function amountIn(text: string): number | null {
  const figures = text.match(/\d[\d,]*(?:\.\d+)?/g)?.at(-1);
  if (figures === undefined) return null;
  const [yuan = '', cents = ''] = figures.replaceAll(',', '').split('.');
  if (cents.length > 2 || yuan.length > 8) return null;
  const amountFen = Number(yuan) * 100 + Number(cents.padEnd(2, '0'));
  return amountFen >= 1 && amountFen <= MAX_TOTAL_FEN ? amountFen : null;
}
