import type { Duplex } from 'node:stream';
import { DeviceError, deviceError } from '../device-error.ts';
import type { PrinterPatience } from './transport.ts';

/** Real-time question for the paper sensor (ESC/POS `DLE EOT 4`), answered even in the midst of printing. */
const ASK_PAPER = Uint8Array.of(0x10, 0x04, 0x04);
/** Bits that are the same in every answer to `DLE EOT n`, and the two that mean: paper end. */
const ANSWER_MASK = 0b1001_0011;
const ANSWER_BITS = 0b0001_0010;
const PAPER_END = 0b0110_0000;
/** In the answer to the `GS r 1` at the end of a slip: paper end. */
const PAPER_END_AFTER = 0b0000_1100;

/** What one printer has shown about itself so far. */
export interface PrinterManners {
  /** It answers questions; one that did is expected to go on doing so. */
  answers: boolean;
}

/**
 * Prints one slip over an open line: asks for paper, sends, waits until the printer is through. A printer that
 * never answered is believed when it has taken all bytes. An empty slip only asks.
 */
export async function converse(
  line: Duplex,
  slip: Uint8Array,
  patience: PrinterPatience,
  manners: PrinterManners,
): Promise<void> {
  const heard = listen(line);
  try {
    line.write(ASK_PAPER);
    const first = await heard.next(patience.answerMs);
    if (first === null && manners.answers) throw unavailable('the printer does not answer');
    if (first !== null) {
      manners.answers = true;
      if ((first & ANSWER_MASK) === ANSWER_BITS && (first & PAPER_END) !== 0) throw outOfPaper();
    }
    await writeAll(line, slip, patience.stallMs, heard.failed);
    if (!manners.answers || slip.length === 0) return;
    const last = await heard.next(patience.stallMs);
    if (last === null) throw unavailable('the printer took the slip and did not finish it');
    if ((last & PAPER_END_AFTER) === PAPER_END_AFTER) throw outOfPaper();
  } finally {
    heard.stop();
  }
}

interface Ears {
  /** The next byte, or null after so long. Rejects when the line is lost. */
  readonly next: (waitMs: number) => Promise<number | null>;
  /** Rejects when the line is lost; never resolves. */
  readonly failed: Promise<never>;
  readonly stop: () => void;
}

function listen(line: Duplex): Ears {
  const bytes: number[] = [];
  let wake: () => void = () => undefined;
  let fail: (cause: unknown) => void = () => undefined;
  const failed = new Promise<never>((_resolve, reject) => (fail = reject));
  // Looked at only while something is awaited.
  failed.catch(() => undefined);
  const onData = (chunk: Uint8Array): void => {
    // A printer answers in single bytes; a flood is no answer.
    bytes.push(...chunk.subarray(0, 64));
    bytes.splice(64);
    wake();
  };
  const onError = (cause: unknown): void => fail(unavailable(deviceError(cause).message, cause));
  const onClose = (): void => fail(unavailable('the printer hung up'));
  line.on('data', onData).on('error', onError).on('close', onClose).on('end', onClose);
  return {
    failed,
    next: async (waitMs) => {
      if (bytes.length === 0) {
        let timer: NodeJS.Timeout | undefined;
        const heard = new Promise<void>((resolve) => {
          wake = resolve;
          timer = setTimeout(resolve, waitMs);
        });
        await Promise.race([heard, failed]).finally(() => clearTimeout(timer));
      }
      return bytes.shift() ?? null;
    },
    stop: () => {
      line.off('data', onData).off('close', onClose).off('end', onClose);
    },
  };
}

/** Hands over all bytes; rejects if the line is lost or nothing is taken for `stallMs`. */
async function writeAll(
  line: Duplex,
  slip: Uint8Array,
  stallMs: number,
  failed: Promise<never>,
): Promise<void> {
  const PIECE = 1024;
  for (let from = 0; from < slip.length; from += PIECE) {
    let timer: NodeJS.Timeout | undefined;
    const taken = new Promise<void>((resolve, reject) => {
      timer = setTimeout(() => reject(unavailable('the printer takes no more data')), stallMs);
      line.write(slip.subarray(from, from + PIECE), (error) =>
        error instanceof Error ? reject(unavailable(error.message, error)) : resolve(),
      );
    });
    await Promise.race([taken, failed]).finally(() => clearTimeout(timer));
  }
}

function unavailable(message: string, cause?: unknown): DeviceError {
  return new DeviceError('printer-unavailable', message, cause);
}

function outOfPaper(): DeviceError {
  return new DeviceError('printer-out-of-paper', 'the printer is out of paper');
}
