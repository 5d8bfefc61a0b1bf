import { DeviceError, deviceError } from '../device-error.ts';
import { loadSerialDriver } from './serial-ports.ts';

export interface SerialTapHandlers {
  readonly onBytes: (bytes: Uint8Array) => void;
  /** The port is gone; `cause` is null after `close()`. Called once. */
  readonly onClose: (cause: DeviceError | null) => void;
}

/** Listens to a serial line (8N1) and never writes to it. Rejects with a DeviceError. */
export async function openSerialTap(
  path: string,
  baudRate: number,
  { onBytes, onClose }: SerialTapHandlers,
): Promise<{ readonly close: () => Promise<void> }> {
  const { SerialPort } = await loadSerialDriver();
  const port = new SerialPort({ path, baudRate, autoOpen: false });
  let closing = false;
  port.on('data', onBytes);
  port.once('close', (cause: Error | null) => {
    const lost = new DeviceError('device-missing', cause?.message ?? 'the port was lost', cause);
    onClose(closing ? null : lost);
  });
  // An error is always followed by `close`, or is the answer to open() below.
  port.on('error', () => undefined);
  await new Promise<void>((resolve, reject) =>
    port.open((error) => (error === null ? resolve() : reject(deviceError(error)))),
  );
  return {
    close: () =>
      new Promise((resolve) => {
        closing = true;
        if (port.isOpen) port.close(() => resolve());
        else resolve();
      }),
  };
}
