import { DeviceError, deviceError } from '../device-error.ts';
import { converse, type PrinterManners } from './conversation.ts';
import { DEFAULT_PATIENCE, type PrinterPatience, type PrinterTransport } from './transport.ts';

/** A printer on a serial port (8N1). The port is held only while a slip is printed. */
export function createSerialPrinter(
  path: string,
  baudRate: number,
  patience: PrinterPatience = DEFAULT_PATIENCE,
): PrinterTransport {
  const manners: PrinterManners = { answers: false, noisy: true };
  return {
    send: async (bytes) => {
      const { SerialPort } = await import('serialport').catch((cause: unknown) => {
        throw new DeviceError('device-driver-missing', 'the serial driver could not be loaded', cause);
      });
      const port = new SerialPort({ path, baudRate, autoOpen: false });
      port.on('error', () => undefined);
      await new Promise<void>((resolve, reject) =>
        port.open((error) => (error === null ? resolve() : reject(deviceError(error)))),
      );
      try {
        await converse(port, bytes, patience, manners);
        await new Promise<void>((resolve, reject) =>
          port.drain((error) => (error === null ? resolve() : reject(deviceError(error)))),
        );
      } finally {
        await new Promise<void>((resolve) => (port.isOpen ? port.close(() => resolve()) : resolve()));
      }
    },
  };
}
