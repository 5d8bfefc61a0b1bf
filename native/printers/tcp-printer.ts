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
  const manners: PrinterManners = { answers: false, noisy: false };
  return {
    send: async (bytes) => {
      const socket = await open(host, port, patience.connectMs);
      try {
        const told = await converse(socket, bytes, patience, manners);
        if (told || bytes.length === 0) await hangUp(socket, patience.answerMs);
        else if (!(await hangUp(socket, patience.stallMs)))
          throw new DeviceError(
            'printer-unconfirmed',
            'the printer neither said nor showed that it has read',
          );
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

/**
 * Says goodbye, so that nothing that is still on its way is thrown away. True: the printer hung up as well, which
 * it can only do when it has read to the end: the one sign of life of a printer that answers no questions.
 */
function hangUp(socket: Socket, waitMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), waitMs);
    socket.once('close', (failed) => {
      clearTimeout(timer);
      resolve(!failed);
    });
    socket.end();
  });
}
