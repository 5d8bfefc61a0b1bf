import type { SUFFIXES } from '../../src/contract/terminal/device-settings.ts';
import { frameOf, MAX_CODE_BYTES, type Frame } from './frame.ts';

/** What ends a code. `auto`: CR, LF or TAB, and silence until one of them was seen. `none`: only silence. */
export type Suffix = (typeof SUFFIXES)[number];

export interface LineFramerOptions {
  readonly suffix: Suffix;
  /** With `auto`: the suffix that this device was seen to send before. */
  readonly learned?: Suffix;
  /** Longest code, bytes; what is longer is dropped whole. */
  readonly maxBytes?: number;
}

export interface LineFramer {
  /** Takes bytes as they come, however they are split, and returns the codes that they complete. */
  push(bytes: Uint8Array): readonly Frame[];
  /** Tells that the line has been silent for the idle time: ends a code that has no suffix, drops a broken one. */
  silence(): readonly Frame[];
  /** Forgets a half code. To be called whenever the line was closed or lost. */
  reset(): readonly Frame[];
  /** The suffix as set, or as seen so far; `auto` while nothing was seen. */
  readonly detectedSuffix: () => Suffix;
  /** Is there a code that has begun and not ended? */
  hasPartial(): boolean;
}

/** So many codes in a row without the learned suffix, and it is forgotten: the scanner was set anew. */
const FORGET_SUFFIX_AFTER = 3;

const CR = 0x0d;
const LF = 0x0a;
const TAB = 0x09;

/**
 * Bytes → codes, without a clock: the owner says when the line fell silent. Memory is bounded by `maxBytes`.
 * The same bytes give the same codes for every way of splitting them.
 */
export function createLineFramer(options: LineFramerOptions): LineFramer {
  const { suffix, learned = 'auto', maxBytes = MAX_CODE_BYTES } = options;
  const buffer = new Uint8Array(maxBytes);
  let length = 0;
  let overflow = 0;
  let last = -1;
  let seen: Suffix = suffix === 'auto' ? learned : suffix;
  let unended = 0;

  const clear = (): void => {
    length = 0;
    overflow = 0;
  };
  const take = (): readonly Frame[] => {
    const frame: Frame | null =
      overflow > 0
        ? { type: 'dropped', reason: 'too-long', byteCount: length + overflow }
        : frameOf(buffer.subarray(0, length));
    clear();
    return frame === null ? [] : [frame];
  };
  const drop = (): readonly Frame[] => {
    if (length === 0) return [];
    const frame: Frame = { type: 'dropped', reason: 'incomplete', byteCount: length + overflow };
    clear();
    return [frame];
  };
  const ends = (byte: number): boolean => {
    if (suffix === 'auto') return byte === CR || byte === LF || byte === TAB;
    if (suffix === 'cr') return byte === CR;
    if (suffix === 'lf') return byte === LF;
    if (suffix === 'crlf') return byte === LF && last === CR;
    return suffix === 'tab' && byte === TAB;
  };
  const learn = (byte: number): void => {
    if (suffix !== 'auto') return;
    unended = 0;
    if (byte === CR) seen = seen === 'crlf' ? 'crlf' : 'cr';
    else if (byte === LF) seen = last === CR ? 'crlf' : 'lf';
    else seen = 'tab';
  };

  return {
    push: (bytes) => {
      const frames: Frame[] = [];
      for (const byte of bytes) {
        if (ends(byte)) {
          learn(byte);
          frames.push(...take());
        } else if (length < maxBytes) buffer[length++] = byte;
        else overflow += 1;
        last = byte;
      }
      return frames;
    },
    silence: () => {
      last = -1;
      if (seen === 'auto' || seen === 'none') return take();
      if (length > 0 && suffix === 'auto') unended += 1;
      if (unended >= FORGET_SUFFIX_AFTER) {
        unended = 0;
        seen = 'auto';
      }
      return drop();
    },
    reset: () => {
      last = -1;
      return drop();
    },
    detectedSuffix: () => seen,
    hasPartial: () => length > 0,
  };
}
