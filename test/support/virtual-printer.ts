import { createServer, type Server, type Socket } from 'node:net';

export interface PrinterHabits {
  /** Answers `DLE EOT n` and `GS r n`. */
  answers?: boolean;
  paper?: boolean;
  /** Reads so many bytes each 5 ms; undefined: as fast as they come. */
  bytesPerTick?: number;
  /** Stops reading after so many bytes. */
  fullAfter?: number;
  /** Cuts the connection after so many bytes. */
  diesAfter?: number;
  /** Sent unasked, at the connection. */
  greeting?: readonly number[];
  /** What else it sends for a piece of data, unasked, after so many bytes in all. */
  says?: (piece: Buffer, soFar: number) => Iterable<number>;
  /** Accepts the connection and never reads. */
  deaf?: boolean;
}

/** A printer on loopback. `slips`: what each connection sent, once it was over. */
export interface VirtualPrinter {
  readonly port: number;
  readonly slips: Buffer[];
  habits: PrinterHabits;
  connections(): number;
  stop(): Promise<void>;
}

export async function startVirtualPrinter(habits: PrinterHabits = {}, port = 0): Promise<VirtualPrinter> {
  const slips: Buffer[] = [];
  const open = new Set<Socket>();
  let connections = 0;
  const server: Server = createServer({ allowHalfOpen: false }, (socket) => {
    connections += 1;
    open.add(socket);
    serve(socket, printer.habits, (slip) => slips.push(slip));
    socket.once('close', () => open.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const printer: VirtualPrinter = {
    port: address.port,
    slips,
    habits,
    connections: () => connections,
    stop: async () => {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return printer;
}

function serve(socket: Socket, habits: PrinterHabits, done: (slip: Buffer) => void): void {
  const received: number[] = [];
  socket.on('error', () => undefined);
  const take = (byte: number): void => {
    received.push(byte);
    const [third, second] = [received.at(-3), received.at(-2)];
    if (habits.answers === true && third === 0x10 && second === 0x04)
      socket.write(Uint8Array.of(habits.paper === false ? 0x72 : 0x12));
    if (habits.answers === true && third === 0x1d && second === 0x72)
      socket.write(Uint8Array.of(habits.paper === false ? 0x0c : 0x00));
    if (habits.diesAfter !== undefined && received.length >= habits.diesAfter) socket.resetAndDestroy();
  };
  let backlog: number[] = [];
  const tick = (): void => {
    if (habits.fullAfter !== undefined && received.length >= habits.fullAfter) {
      socket.pause();
      return;
    }
    const now = backlog.splice(0, habits.bytesPerTick ?? backlog.length);
    now.forEach(take);
    if (backlog.length > 0) setTimeout(tick, 5);
  };
  socket.once('close', () => done(Buffer.from(received)));
  if (habits.greeting !== undefined) socket.write(Uint8Array.from(habits.greeting));
  if (habits.deaf === true) {
    socket.pause();
    return;
  }
  socket.on('data', (chunk: Buffer) => {
    const unasked = Uint8Array.from(habits.says?.(chunk, received.length + chunk.length) ?? []);
    if (unasked.length > 0) socket.write(unasked);
    const idle = backlog.length === 0;
    backlog = [...backlog, ...chunk];
    if (idle) tick();
  });
}
