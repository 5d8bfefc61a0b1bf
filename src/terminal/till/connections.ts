import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Keeps a server at so many connections. One too many pushes out the oldest that has not shown the token, so that
 * whoever only opens connections shuts nobody out; if all have shown it, the new one is turned away. Returns what
 * is to be called for a connection that has shown the token.
 */
export function limitConnections(server: Server, most: number): (socket: Socket) => void {
  const strangers = new Set<Socket>();
  const trusted = new Set<Socket>();
  const forget = (socket: Socket): void => {
    strangers.delete(socket);
    trusted.delete(socket);
  };
  server.on('connection', (socket) => {
    strangers.add(socket);
    socket.once('close', () => forget(socket));
    const [oldest] = strangers;
    if (oldest === undefined || strangers.size + trusted.size <= most) return;
    forget(oldest);
    oldest.destroy();
  });
  return (socket) => {
    if (strangers.delete(socket)) trusted.add(socket);
  };
}
