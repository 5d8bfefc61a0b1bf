import type { Duplex } from 'node:stream';
import { DeviceError, deviceError } from '../device-error.ts';
import type { PrinterPatience } from './transport.ts';

/** Real-time question for the paper sensor (ESC/POS `DLE EOT 4`), answered even in the midst of printing. */
const ASK_PAPER = Uint8Array.of(0x10, 0x04, 0x04);
/** The fixed bits by which ESC/POS tells its status bytes apart: of an answer to `DLE EOT n` … */
const REAL_TIME = { mask: 0b1001_0011, bits: 0b0001_0010, paperEnd: 0b0110_0000 };
/** … of the first of the four bytes of Automatic Status Back, which a printer may send at any time, … */
const STATUS_BACK = { mask: 0b1001_0011, bits: 0b0001_0000, bytes: 4, paperByte: 2 };
/** … and of its other three, as of the answer to the `GS r 1` at the end of a slip. */
const PLAIN = { mask: 0b1001_0000, bits: 0, paperEnd: 0b0000_1100 };
/** XON and XOFF: the line's own, they say nothing of paper. */
const FLOW_CONTROL: readonly number[] = [0x11, 0x13];

/** What one printer has shown about itself so far. */
export interface PrinterManners {
  /** It answers questions; one that did is expected to go on doing so. */
  answers: boolean;
  /** Its line hums when it is opened, as serial ones do: bytes that no printer sends are dropped. */
  readonly noisy: boolean;
}

/**
 * Prints one slip over an open line: asks for paper, sends, waits until the printer is through. An empty slip
 * only asks. True: the printer said after the data that it is through. False: it took all bytes and said
 * nothing, now or ever; what that is worth depends on the line.
 */
export async function converse(
  line: Duplex,
  slip: Uint8Array,
  patience: PrinterPatience,
  manners: PrinterManners,
): Promise<boolean> {
  const heard = listen(line, manners.noisy);
  const { said } = heard;
  try {
    line.write(ASK_PAPER);
    const answered = await heard.until(() => said.answered, patience.answerMs);
    if (!answered && manners.answers) throw unavailable('the printer does not answer');
    checkPaper(said);
    if (slip.length === 0) return answered;
    // What looks like an answer to the slip's end counts only once that end is on its way.
    const inTime = (): boolean => said.through || said.paperEnd;
    await writeAll(line, slip, patience.stallMs, heard.failed, () => (said.through = false));
    manners.answers ||= said.answered;
    const ended = await heard.until(inTime, manners.answers ? patience.stallMs : patience.answerMs);
    checkPaper(said);
    if (!ended && manners.answers) throw unavailable('the printer took the slip and did not finish it');
    return ended;
  } finally {
    manners.answers ||= said.answered;
    heard.stop();
  }
}

/** What the printer said last about each thing. */
interface Said {
  /** It answered the real-time question. */
  answered: boolean;
  paperEnd: boolean;
  /** It answered the question at the end of the slip. */
  through: boolean;
}

interface Ears {
  readonly said: Said;
  /** True once it holds; false after so long. Rejects when the line is lost, or no printer is at its end. */
  readonly until: (holds: () => boolean, waitMs: number) => Promise<boolean>;
  /** Rejects when the line is lost, or no printer is at its end; never resolves. */
  readonly failed: Promise<never>;
  readonly stop: () => void;
}

function listen(line: Duplex, noisy: boolean): Ears {
  const said: Said = { answered: false, paperEnd: false, through: false };
  let blockAt = 0;
  let wake: () => void = () => undefined;
  let fail: (cause: unknown) => void = () => undefined;
  const failed = new Promise<never>((_resolve, reject) => (fail = reject));
  // Looked at only while something is awaited.
  failed.catch(() => undefined);

  /** False: no printer sends this byte. */
  const take = (byte: number): boolean => {
    if (FLOW_CONTROL.includes(byte)) return true;
    // Real-time answers may fall into the midst of a status block.
    if ((byte & REAL_TIME.mask) === REAL_TIME.bits) {
      Object.assign(said, { answered: true, paperEnd: (byte & REAL_TIME.paperEnd) !== 0 });
      return true;
    }
    const begins = blockAt === 0 && (byte & STATUS_BACK.mask) === STATUS_BACK.bits;
    if (!begins && (byte & PLAIN.mask) !== PLAIN.bits) return false;
    const paperEnd = (byte & PLAIN.paperEnd) === PLAIN.paperEnd;
    if (!begins && blockAt === 0) Object.assign(said, { through: true, paperEnd });
    else {
      if (blockAt === STATUS_BACK.paperByte) said.paperEnd = paperEnd;
      blockAt = (blockAt + 1) % STATUS_BACK.bytes;
    }
    return true;
  };
  const onData = (chunk: Uint8Array): void => {
    // Whole or not at all: within a text there are letters that look like an answer.
    const before = { ...said };
    if (!chunk.every(take)) {
      Object.assign(said, before);
      blockAt = 0;
      if (!noisy) fail(unavailable('what answers there is no receipt printer'));
    }
    wake();
  };
  const onError = (cause: unknown): void => fail(unavailable(deviceError(cause).message, cause));
  const onClose = (): void => fail(unavailable('the printer hung up'));
  line.on('data', onData).on('error', onError).on('close', onClose).on('end', onClose);
  return {
    said,
    failed,
    until: async (holds, waitMs) => {
      let timer: NodeJS.Timeout | undefined;
      const held = new Promise<boolean>((resolve) => {
        wake = () => {
          if (holds()) resolve(true);
        };
        wake();
        timer = setTimeout(() => resolve(holds()), waitMs);
      });
      return Promise.race([failed, held]).finally(() => clearTimeout(timer));
    },
    stop: () => {
      line.off('data', onData).off('close', onClose).off('end', onClose);
    },
  };
}

/** Hands over all bytes; rejects if the line is lost or nothing is taken for `stallMs`. Calls `last` before the end. */
async function writeAll(
  line: Duplex,
  slip: Uint8Array,
  stallMs: number,
  failed: Promise<never>,
  last: () => void,
): Promise<void> {
  const PIECE = 1024;
  for (let from = 0; from < slip.length; from += PIECE) {
    if (from + PIECE >= slip.length) last();
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

function checkPaper({ paperEnd }: Said): void {
  if (paperEnd) throw new DeviceError('printer-out-of-paper', 'the printer is out of paper');
}
