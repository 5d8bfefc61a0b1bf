import { frameOf } from './frame.ts';

/** Speeds that scanners are sold with: first the two that nearly all use, then the rest. Baud. */
export const BAUD_RATES: readonly number[] = [9600, 115_200, 38_400, 19_200, 57_600];

/** So many bytes of text prove a speed: noise that long looks like text once in 3,000 codes. */
const PROOF_BYTES = 8;
/** Fewer bytes than this are noise even as text: at a wrong speed a short code shrinks to a byte or two. */
const MIN_BYTES = 4;
/** So many doubtful bursts in a row, and a speed is given up, also one that once worked: scanners are set anew. */
const DOUBT_AFTER = 2;
/** Breaks read as NUL, idle lines as 0xFF; no encoding of a code holds them. */
const NEVER_TEXT: ReadonlySet<number> = new Set([0x00, 0x7f, 0xff]);
/** A code ends with one of these, or with silence. */
const ENDINGS = /[\t\r\n]+/;

/** Finds the speed of a serial line by what comes out of it. Pure: the owner says when a burst is over. */
export interface BaudFinder {
  /** The speed that the port should be set to now. */
  rate(): number;
  /** Text was read at this speed. */
  sure(): boolean;
  /** Bytes between two silences; answers the speed to change to, or null to stay. */
  burst(bytes: Uint8Array): number | null;
}

/** `learned`: the speed that this device was read at before; it is tried first. */
export function createBaudFinder(learned: number | null = null): BaudFinder {
  const rates = learned === null ? BAUD_RATES : [learned, ...BAUD_RATES.filter((rate) => rate !== learned)];
  let at = 0;
  let sure = false;
  let doubts = 0;
  const rate = (): number => rates[at % rates.length] ?? 9600;

  return {
    rate,
    sure: () => sure,
    burst: (bytes) => {
      if (bytes.length === 0) return null;
      const text = isText(bytes);
      if (text && (sure || bytes.length >= PROOF_BYTES)) {
        sure = true;
        doubts = 0;
        return null;
      }
      doubts += 1;
      const clearlyNoise = !sure && (!text || bytes.length < MIN_BYTES);
      if (!clearlyNoise && doubts < DOUBT_AFTER) return null;
      sure = false;
      doubts = 0;
      at += 1;
      return rate();
    },
  };
}

/** Could a scanner have sent this? Noise of a wrong speed holds control characters or breaks the encoding. */
export function isText(bytes: Uint8Array): boolean {
  if (bytes.some((byte) => NEVER_TEXT.has(byte))) return false;
  const text = Buffer.from(bytes).toString('latin1');
  return text
    .split(ENDINGS)
    .every((part) => part === '' || frameOf(Buffer.from(part, 'latin1'))?.type === 'scan');
}
