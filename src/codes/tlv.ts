import { concatBytes } from './bytes.ts';

/** One element of BER-TLV. `tag` is the tag's bytes as a number, such as 0x4f or 0x9f25. */
export interface Tlv {
  readonly tag: number;
  readonly value: Uint8Array;
}

export type TlvFault = 'tlv-cut-short' | 'tlv-tag' | 'tlv-length' | 'tlv-too-many';
export type TlvRead =
  { readonly ok: true; readonly elements: readonly Tlv[] } | { readonly ok: false; readonly fault: TlvFault };

/** A payment code has a dozen elements; more than this on one level is no code. */
export const MAX_ELEMENTS = 32;
const MAX_TAG_BYTES = 3;

/**
 * Reads one level of BER-TLV, strictly: every length is checked against what is left, lengths are definite
 * and of at most two bytes (a code has no more), tags of at most three, no bytes before, between or after.
 * Values are views of the input: nothing is copied. Steps: at most MAX_ELEMENTS × 6.
 */
export function readTlv(input: Uint8Array): TlvRead {
  const elements: Tlv[] = [];
  let at = 0;
  while (at < input.length) {
    if (elements.length === MAX_ELEMENTS) return { ok: false, fault: 'tlv-too-many' };
    const tag = readTag(input, at);
    if (typeof tag === 'string') return { ok: false, fault: tag };
    const length = readLength(input, tag.next);
    if (typeof length === 'string') return { ok: false, fault: length };
    const end = length.next + length.value;
    if (end > input.length) return { ok: false, fault: 'tlv-cut-short' };
    elements.push({ tag: tag.value, value: input.subarray(length.next, end) });
    at = end;
  }
  return { ok: true, elements };
}

interface Part {
  readonly value: number;
  readonly next: number;
}

/** ISO/IEC 8825-1, 8.1.2: low five bits all set means that more tag bytes follow, each but the last with bit 8. */
function readTag(input: Uint8Array, at: number): Part | TlvFault {
  const first = input[at];
  // 00 and FF are filler in ISO 7816-4; a code has no room for them.
  if (first === undefined || first === 0x00 || first === 0xff) return 'tlv-tag';
  if ((first & 0x1f) !== 0x1f) return { value: first, next: at + 1 };
  let value = first;
  for (let index = at + 1; index < at + MAX_TAG_BYTES; index += 1) {
    const byte = input[index];
    if (byte === undefined) return 'tlv-cut-short';
    value = value * 256 + byte;
    if ((byte & 0x80) === 0) return { value, next: index + 1 };
  }
  return 'tlv-tag';
}

/** ISO/IEC 8825-1, 8.1.3: short form to 127; 81 and 82 announce one and two bytes; 80 (indefinite) is refused. */
function readLength(input: Uint8Array, at: number): Part | TlvFault {
  const first = input[at];
  if (first === undefined) return 'tlv-cut-short';
  if (first < 0x80) return { value: first, next: at + 1 };
  const count = first & 0x7f;
  if (count !== 1 && count !== 2) return 'tlv-length';
  let value = 0;
  for (let index = at + 1; index <= at + count; index += 1) {
    const byte = input[index];
    if (byte === undefined) return 'tlv-cut-short';
    value = value * 256 + byte;
  }
  return { value, next: at + 1 + count };
}

/** Writes one element with the shortest length. Throws a RangeError for a value beyond 65,535 bytes. */
export function writeTlv(tag: number, ...values: readonly Uint8Array[]): Uint8Array {
  const value = concatBytes(...values);
  const { length } = value;
  if (length > 0xffff) throw new RangeError(`too long for a code: ${String(length)} bytes`);
  const header = tag > 0xff ? [tag >> 8, tag & 0xff] : [tag];
  if (length > 0xff) header.push(0x82, length >> 8, length & 0xff);
  else if (length > 0x7f) header.push(0x81, length);
  else header.push(length);
  return concatBytes(Uint8Array.from(header), value);
}
