import type { Frame } from '../framing/frame.ts';
import { createBaudFinder, isText } from '../framing/baud-finder.ts';
import { createLineFramer, type Suffix } from '../framing/line-framer.ts';
import { DeviceError, deviceError } from '../device-error.ts';
import { loadSerialDriver } from './serial-ports.ts';
import { createSilenceTimer } from './silence-timer.ts';

/** What was found out about a line. */
export interface SerialDetected {
  readonly baudRate: number;
  /** `auto` while nothing was seen. */
  readonly suffix: Suffix;
}

export interface SerialScannerOptions {
  readonly path: string;
  /** `auto`: found by what comes out of the line; the other speed after each burst of noise. */
  readonly baudRate: number | 'auto';
  readonly suffix: Suffix;
  /** What was found out about this device before. */
  readonly learned?: SerialDetected | null;
  /** Silence that ends or drops a code, milliseconds. */
  readonly idleMs?: number;
}

export interface SerialScannerHandlers {
  readonly onFrame: (frame: Frame) => void;
  /** The port is gone; `cause` is null after `close()`. Called once. */
  readonly onClose: (cause: DeviceError | null) => void;
  /** Bytes as they came, for the self-test. */
  readonly onBytes?: (bytes: Uint8Array) => void;
  /** Something about the line was found out, after a code was read at it. */
  readonly onDetected?: (detected: SerialDetected) => void;
}

export interface SerialScanner {
  readonly detected: () => SerialDetected;
  close(): Promise<void>;
}

/** At 1,200 baud a byte takes 8 ms; a longer pause than this lies between two codes. */
const DEFAULT_IDLE_MS = 120;
/** A burst is judged by its beginning: noise shows within the first bytes. */
const MAX_JUDGED_BYTES = 512;

/**
 * Opens a serial scanner (8N1). Rejects with a DeviceError: missing, busy, not permitted, driver missing.
 * Half a code at closing is dropped; every opening starts with an empty framer.
 */
export async function openSerialScanner(
  options: SerialScannerOptions,
  handlers: SerialScannerHandlers,
): Promise<SerialScanner> {
  const { path, suffix, learned = null, idleMs = DEFAULT_IDLE_MS } = options;
  const { SerialPort } = await loadSerialDriver();
  const finder = options.baudRate === 'auto' ? createBaudFinder(learned?.baudRate) : null;
  const fixedRate = options.baudRate === 'auto' ? 0 : options.baudRate;
  const framer = createLineFramer({ suffix, ...(learned === null ? {} : { learned: learned.suffix }) });
  const port = new SerialPort({ path, baudRate: finder?.rate() ?? fixedRate, autoOpen: false });
  let burst: Buffer = Buffer.alloc(0);
  let told = '';

  const detected = (): SerialDetected => ({
    baudRate: finder?.rate() ?? fixedRate,
    suffix: framer.detectedSuffix(),
  });
  const tellDetected = (): void => {
    const now = JSON.stringify(detected());
    if (now === told || finder?.sure() === false) return;
    told = now;
    handlers.onDetected?.(detected());
  };
  const pass = (frame: Frame): void => {
    // Until the speed is known, noise that happens to look like a code is no scan.
    const noise = finder?.sure() === false && frame.type === 'scan' && !isText(burst);
    handlers.onFrame(noise ? { type: 'dropped', reason: 'garbled', byteCount: frame.text.length } : frame);
  };
  const silence = createSilenceTimer(idleMs, () => {
    framer.silence().forEach(pass);
    const next = finder?.burst(burst) ?? null;
    burst = Buffer.alloc(0);
    // Only fails when the port is gone, which `close` tells.
    if (next !== null && port.isOpen) port.update({ baudRate: next }, () => undefined);
    tellDetected();
  });

  port.on('data', (bytes: Buffer) => {
    handlers.onBytes?.(bytes);
    if (burst.length < MAX_JUDGED_BYTES)
      burst = Buffer.concat([burst, bytes.subarray(0, MAX_JUDGED_BYTES - burst.length)]);
    framer.push(bytes).forEach(pass);
    silence.heard(true);
  });
  let closing = false;
  port.once('close', (cause: Error | null) => {
    silence.stop();
    framer.reset().forEach(handlers.onFrame);
    const lost = new DeviceError('device-missing', cause?.message ?? 'the port was lost', cause);
    handlers.onClose(closing ? null : lost);
  });
  // An error is always followed by `close`, or is the answer to open() below.
  port.on('error', () => undefined);

  await new Promise<void>((resolve, reject) =>
    port.open((error) => (error === null ? resolve() : reject(deviceError(error)))),
  );
  return {
    detected,
    close: () =>
      new Promise((resolve) => {
        closing = true;
        if (port.isOpen) port.close(() => resolve());
        else resolve();
      }),
  };
}
