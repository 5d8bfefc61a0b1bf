/** What a scanner's bytes turn into. */
export type Frame =
  | {
      readonly type: 'scan';
      readonly text: string;
      /** AIM identifier such as `]Q1`, where the scanner sends one; it is not part of `text`. */
      readonly aim: string | null;
    }
  | { readonly type: 'dropped'; readonly reason: DropReason; readonly byteCount: number };

/**
 * `too-long`: more than any code holds. `incomplete`: broken off by silence or unplugging.
 * `garbled`: no text, as with a wrong baud rate.
 */
export type DropReason = 'too-long' | 'incomplete' | 'garbled';

/** QR version 40 holds 4,296 characters; 56 more leave room for an AIM identifier and a prefix. */
export const MAX_CODE_BYTES = 4352;

/** ISO/IEC 15424: `]`, a letter for the symbology, a modifier. */
export const AIM = /^\][A-Za-z][0-9A-Za-z]/;
/** Controls that no code holds inside; GS, RS and EOT are separators of GS1 and ISO 15434 and stay. */
const FOREIGN_CONTROL = /[\u0000-\u0003\u0005-\u001c\u001f\u007f-\u009f]/;
/** STX, ETX, NUL and the like, which scanners can be set to put round a code. */
const OUTER_CONTROLS = /^[\u0000-\u001f\u007f]+|[\u0000-\u001f\u007f]+$/g;

/**
 * The text of one code: UTF-8, else GB18030 (Chinese scanners send either). Null for bytes that hold nothing
 * but control characters. `knownAim`: the identifier where it came outside the bytes; otherwise one at the
 * beginning of the text is taken off. Never throws.
 */
export function frameOf(bytes: Uint8Array, knownAim: string | null = null): Frame | null {
  const decoded = decode(bytes);
  if (decoded === null) return { type: 'dropped', reason: 'garbled', byteCount: bytes.length };
  const trimmed = decoded.replace(OUTER_CONTROLS, '');
  if (trimmed === '') return null;
  if (FOREIGN_CONTROL.test(trimmed)) return { type: 'dropped', reason: 'garbled', byteCount: bytes.length };
  if (knownAim !== null) return { type: 'scan', text: trimmed, aim: knownAim };
  const aim = AIM.exec(trimmed)?.[0] ?? null;
  const text = aim === null ? trimmed : trimmed.slice(aim.length);
  return text === '' ? null : { type: 'scan', text, aim };
}

function decode(bytes: Uint8Array): string | null {
  for (const label of ['utf-8', 'gb18030']) {
    try {
      return new TextDecoder(label, { fatal: true }).decode(bytes);
    } catch {
      // Not in this encoding.
    }
  }
  return null;
}
