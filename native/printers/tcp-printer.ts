import { connect, type Socket } from 'node:net';
import { DeviceError } from '../device-error.ts';
import { converse, type PrinterManners } from './conversation.ts';
import { DEFAULT_PATIENCE, type PrinterPatience, type PrinterTransport } from './transport.ts';

/** A printer on the network that takes raw data, usually on port 9100. One connection for each slip. */
export function createTcpPrinter(
  host: string,
  port: number,
  patience: PrinterPatience = DEFAULT_PATIENCE,
): PrinterTransport {
  const manners: PrinterManners = { answers: false };
  return {
    send: async (bytes) => {
      const socket = await open(host, port, patience.connectMs);
      try {
        await converse(socket, bytes, patience, manners);
        await hangUp(socket, patience.answerMs);
      } finally {
        socket.destroy();
      }
    },
  };
}

function open(host: string, port: number, connectMs: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, timeout: connectMs });
    const fail = (message: string, cause?: unknown): void => {
      socket.destroy();
      reject(new DeviceError('printer-unavailable', message, cause));
    };
    socket.once('timeout', () => fail('the printer does not answer the call'));
    // Stays: an error that comes after the slip was judged must not end the process.
    socket.on('error', (cause) => fail(cause.message, cause));
    socket.once('connect', () => {
      socket.setTimeout(0);
      resolve(socket);
    });
  });
}

/** Says goodbye, so that nothing that is still on its way is thrown away. */
function hangUp(socket: Socket, waitMs: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, waitMs);
    socket.once('close', () => {
      clearTimeout(timer);
      resolve();
    });
    socket.end();
  });
}
