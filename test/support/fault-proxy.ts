import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** What happens to one exchange: a request on a connection, and its answer. */
export type ProxyFault =
  | { readonly type: 'none' }
  /** Every chunk, in both directions, waits so long. */
  | { readonly type: 'latency'; readonly ms: number }
  /** The connection is reset after so many bytes of the request; the server never has it whole. */
  | { readonly type: 'reset-in-request'; readonly afterBytes: number }
  /** The server gets the whole request; the connection is reset after so many bytes of the answer. */
  | { readonly type: 'reset-in-answer'; readonly afterBytes: number }
  /** Nothing comes back, and nobody is told. `delivered`: the server did get the request. */
  | { readonly type: 'black-hole'; readonly delivered: boolean };

export interface FaultProxy {
  /** Such as http://127.0.0.1:40001: what the client is given instead of the server's address. */
  readonly url: string;
  /** From the next exchange on, also on connections that are open. */
  set(fault: ProxyFault): void;
  /** Asks before every exchange what shall happen to it. */
  plan(next: () => ProxyFault): void;
  /** How many exchanges met each kind of fault. */
  readonly met: ReadonlyMap<ProxyFault['type'], number>;
  close(): Promise<void>;
}

/** One direction of an exchange. */
interface Way {
  readonly to: Socket;
  bytes: number;
  /** The last chunk on its way: those behind it wait, so that latency never reorders. */
  last: Promise<void>;
}

/**
 * A TCP proxy on a free port of loopback that plays a bad network, exchange by exchange. An exchange begins with
 * the first bytes of the client after bytes of the server, so it fits protocols without pipelining, as HTTP/1.1
 * of one client is.
 */
export async function startFaultProxy(target: string): Promise<FaultProxy> {
  const { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  const met = new Map<ProxyFault['type'], number>();
  let next: () => ProxyFault = () => ({ type: 'none' });

  const reset = (...both: readonly Socket[]): void => {
    for (const socket of both) if (!socket.destroyed) socket.resetAndDestroy();
  };
  const keep = (socket: Socket): void => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    // What a broken connection says here is what the test ordered.
    socket.on('error', () => undefined);
  };
  const send = (way: Way, chunk: Buffer, delayMs: number): void => {
    way.last = way.last
      .then(() => (delayMs === 0 ? undefined : sleep(delayMs)))
      .then(() => {
        if (!way.to.destroyed) way.to.write(chunk);
      });
  };

  const carry = (client: Socket): void => {
    const server = connect(Number(port), hostname);
    keep(client);
    keep(server);
    let fault: ProxyFault = { type: 'none' };
    let answering = true;
    const request: Way = { to: server, bytes: 0, last: Promise.resolve() };
    const answer: Way = { to: client, bytes: 0, last: Promise.resolve() };

    client.on('data', (chunk: Buffer) => {
      if (answering) {
        answering = false;
        request.bytes = 0;
        answer.bytes = 0;
        fault = next();
        met.set(fault.type, (met.get(fault.type) ?? 0) + 1);
      }
      request.bytes += chunk.length;
      if (fault.type === 'black-hole' && !fault.delivered) return;
      if (fault.type === 'reset-in-request' && request.bytes > fault.afterBytes) {
        server.write(chunk.subarray(0, Math.max(0, chunk.length - (request.bytes - fault.afterBytes))));
        reset(client, server);
        return;
      }
      send(request, chunk, fault.type === 'latency' ? fault.ms : 0);
    });
    server.on('data', (chunk: Buffer) => {
      answering = true;
      answer.bytes += chunk.length;
      if (fault.type === 'black-hole') return;
      if (fault.type === 'reset-in-answer' && answer.bytes > fault.afterBytes) {
        const left = chunk.subarray(0, Math.max(0, chunk.length - (answer.bytes - fault.afterBytes)));
        client.write(left, () => reset(client, server));
        return;
      }
      send(answer, chunk, fault.type === 'latency' ? fault.ms : 0);
    });
    client.on('close', () => server.destroy());
    server.on('close', () => {
      // A black hole doesn't even say that the other end hung up.
      if (fault.type !== 'black-hole') void answer.last.then(() => client.destroy());
    });
  };

  const listener = createServer(carry).listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const address = listener.address();
  if (address === null || typeof address === 'string') throw new Error('a proxy without a port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    set: (fault) => {
      next = () => fault;
    },
    plan: (chooser) => {
      next = chooser;
    },
    met,
    close: async () => {
      const closed = once(listener, 'close');
      listener.close();
      reset(...sockets);
      await closed;
    },
  };
}
