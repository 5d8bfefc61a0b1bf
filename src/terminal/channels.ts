import {
  toCoreSchema,
  type CoreReady,
  type CoreToMain,
  type UpdateNotice,
} from '../contract/terminal/shell.ts';
import type { Hang } from '../contract/terminal/heartbeat.ts';
import type { FromCore } from '../contract/terminal/wire.ts';

/** One window's connection to the core. */
export interface Channel {
  post(message: FromCore): void;
}

export interface ChannelHandlers {
  onOpen(channel: Channel): void;
  onMessage(channel: Channel, data: unknown): void;
  onClose(channel: Channel): void;
  /** Main asks the core to end, or is gone. */
  onStop(): void;
  /** Main asks whether the program may be replaced now. */
  mayUpdate(closing: boolean): boolean;
  onUpdate(notice: UpdateNotice | null): void;
  /** Main had to end the core before this one. */
  onHung(why: Hang): void;
}

export interface ChannelHost {
  /** Tells main that windows may connect. */
  ready(core: Omit<CoreReady, 'type'>): void;
}

/** The part of Electron's utility process that the core uses; there is nothing of Electron to import for it. */
interface PortLike {
  postMessage(message: unknown): void;
  on(
    event: 'message',
    listener: (event: { readonly data: unknown; readonly ports: readonly PortLike[] }) => void,
  ): void;
  on(event: 'close', listener: () => void): void;
  start(): void;
}

function isPort(value: unknown): value is PortLike {
  return typeof value === 'object' && value !== null && 'postMessage' in value && 'on' in value;
}

/** Windows' channels, wherever the core runs: ports of its own in a utility process, relayed by main elsewhere. */
export function openChannels(handlers: ChannelHandlers): ChannelHost {
  const parent = (process as { readonly parentPort?: unknown }).parentPort;
  return isPort(parent) ? portChannels(parent, handlers) : relayedChannels(handlers);
}

function portChannels(parent: PortLike, handlers: ChannelHandlers): ChannelHost {
  const send = (message: CoreToMain): void => parent.postMessage(message);
  parent.on('message', (event) => {
    const message = toCoreSchema.safeParse(event.data).data;
    if (message?.type === 'stop') handlers.onStop();
    if (message?.type === 'update') handlers.onUpdate(message.notice);
    if (message?.type === 'hung') handlers.onHung(message.why);
    if (message?.type === 'mayUpdate')
      send({ type: 'mayUpdate', allowed: handlers.mayUpdate(message.closing) });
    const [port] = event.ports;
    if (message?.type !== 'open' || port === undefined) return;
    const channel: Channel = { post: (data) => port.postMessage(data) };
    port.on('message', ({ data }) => handlers.onMessage(channel, data));
    port.on('close', () => handlers.onClose(channel));
    handlers.onOpen(channel);
    port.start();
  });
  return { ready: (core) => send({ type: 'ready', ...core }) };
}

function relayedChannels(handlers: ChannelHandlers): ChannelHost {
  const channels = new Map<number, Channel>();
  const send = (message: CoreToMain): void => {
    // Main may be just gone; `disconnect` says so.
    if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
  };
  process.on('message', (data) => {
    const message = toCoreSchema.safeParse(data).data;
    switch (message?.type) {
      case 'open': {
        const { client } = message;
        const channel: Channel = { post: (payload) => send({ type: 'message', client, data: payload }) };
        channels.set(client, channel);
        handlers.onOpen(channel);
        return;
      }
      case 'message': {
        const channel = channels.get(message.client);
        if (channel !== undefined) handlers.onMessage(channel, message.data);
        return;
      }
      case 'close': {
        const channel = channels.get(message.client);
        channels.delete(message.client);
        if (channel !== undefined) handlers.onClose(channel);
        return;
      }
      case 'stop':
        handlers.onStop();
        return;
      case 'mayUpdate':
        send({ type: 'mayUpdate', allowed: handlers.mayUpdate(message.closing) });
        return;
      case 'update':
        handlers.onUpdate(message.notice);
        return;
      case 'hung':
        handlers.onHung(message.why);
        return;
      case undefined:
        return;
    }
  });
  process.on('disconnect', () => handlers.onStop());
  return { ready: (core) => send({ type: 'ready', ...core }) };
}
