import { type SerialPort } from 'serialport';
import { type Frame } from '../framing/frame.ts';
import { createLineFramer, type Suffix } from '../framing/line-framer.ts';
import { DeviceError, deviceError } from '../device-error.ts';
import { createSilenceTimer } from './silence-timer.ts';

export interface SerialScannerOptions {
  readonly path: string;
  readonly baudRate: number;
  readonly suffix: Suffix;
  /** Silence that ends or drops a code, milliseconds. */
  readonly idleMs?: number;
}

export interface SerialScannerHandlers {
  readonly onFrame: (frame: Frame) => void;
  /** The port is gone; `cause` is null after `close()`. Called once. */
  readonly onClose: (cause: DeviceError | null) => void;
  /** Bytes as they came, for the self-test. */
  readonly onBytes?: (bytes: Uint8Array) => void;
}

export interface SerialScanner {
  readonly detectedSuffix: () => Suffix;
  close(): Promise<void>;
}

/** At 1,200 baud a byte takes 8 ms; a longer pause than this lies between two codes. */
const DEFAULT_IDLE_MS = 120;

/**
 * Opens a serial scanner (8N1). Rejects with a DeviceError: missing, busy, not permitted, driver missing.
 * Half a code at closing is dropped; every opening starts with an empty framer.
 */
export async function openSerialScanner(
  options: SerialScannerOptions,
  handlers: SerialScannerHandlers,
): Promise<SerialScanner> {
  const { path, baudRate, suffix, idleMs = DEFAULT_IDLE_MS } = options;
  const driver = await loadDriver();
  const framer = createLineFramer({ suffix });
  const port = new driver.SerialPort({ path, baudRate, autoOpen: false });
  const silence = createSilenceTimer(idleMs, () => framer.silence().forEach(handlers.onFrame));

  port.on('data', (bytes: Buffer) => {
    handlers.onBytes?.(bytes);
    framer.push(bytes).forEach(handlers.onFrame);
    silence.heard(framer.hasPartial());
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
    detectedSuffix: framer.detectedSuffix,
    close: () =>
      new Promise((resolve) => {
        closing = true;
        if (port.isOpen) port.close(() => resolve());
        else resolve();
      }),
  };
}

async function loadDriver(): Promise<{ readonly SerialPort: typeof SerialPort }> {
  try {
    return await import('serialport');
  } catch (cause) {
    throw new DeviceError('device-driver-missing', 'the serial driver could not be loaded', cause);
  }
}
