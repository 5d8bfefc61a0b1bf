import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** Spreads connections over nodes, as the balancer in front of a real clearing would. */
export interface Balancer {
  readonly url: string;
  /** Called with the node's address whenever bytes of a request went to it. */
  onRequest: (node: string) => void;
  /** Exchanges that were cut: the request was under way and its answer had not come. */
  readonly cut: () => number;
  close(): Promise<void>;
}

/** Each connection goes to the next node in turn; one that refuses is passed over. */
export async function startBalancer(nodes: readonly string[]): Promise<Balancer> {
  const sockets = new Set<Socket>();
  let turn = 0;
  let cut = 0;
  const keep = (socket: Socket): void => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    // A node that is killed breaks its connections: the client is told by the close.
    socket.on('error', () => undefined);
  };
  const carry = (client: Socket, tried = 0): void => {
    const node = nodes[turn % nodes.length];
    turn += 1;
    if (node === undefined || tried > nodes.length) {
      client.destroy();
      return;
    }
    const { hostname, port } = new URL(node);
    const server = connect(Number(port), hostname);
    keep(server);
    let connected = false;
    let waiting = false;
    server.once('connect', () => {
      connected = true;
      client.on('data', (chunk: Buffer) => {
        waiting = true;
        server.write(chunk);
        balancer.onRequest(node);
      });
      client.once('close', () => server.destroy());
    });
    server.on('data', (chunk: Buffer) => {
      waiting = false;
      client.write(chunk);
    });
    server.once('close', () => {
      if (!connected) carry(client, tried + 1);
      else {
        if (waiting) cut += 1;
        client.destroy();
      }
    });
  };
  const listener = createServer((client) => {
    keep(client);
    carry(client);
  }).listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const address = listener.address();
  if (address === null || typeof address === 'string') throw new Error('a balancer without a port');
  const balancer: Balancer = {
    url: `http://127.0.0.1:${address.port}`,
    onRequest: () => undefined,
    cut: () => cut,
    close: async () => {
      const closed = once(listener, 'close');
      listener.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
  return balancer;
}
