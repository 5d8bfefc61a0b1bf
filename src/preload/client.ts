import type { CallName, EventName } from '../contract/terminal/calls.ts';
import type { CallAnswer, CoreLink } from '../contract/terminal/bridge.ts';
import type { Hang } from '../contract/terminal/heartbeat.ts';
import type { Request } from '../contract/terminal/wire.ts';
import { readMessage } from './message.ts';

/** A window's end of a channel to the core. */
export interface ClientPort {
  post(message: Request): void;
  listen(onMessage: (data: unknown) => void, onClose: () => void): void;
  close(): void;
}

export interface Client {
  connect(port: ClientPort): void;
  /** Main says why the core doesn't answer; null: it does. */
  hangs(hang: Hang | null): void;
  call(name: CallName, input: unknown): Promise<CallAnswer>;
  on(name: EventName, listener: (payload: unknown) => void): () => void;
  onConnection(listener: (link: CoreLink) => void): () => void;
}

const STOPPED: CallAnswer = { ok: false, fault: { code: 'core-stopped', params: {} } };
/** A screen has one call or two under way; a page gone wild must not fill the memory. */
const MAX_OPEN_CALLS = 256;

function subscribe<T>(set: Set<T>, item: T): () => void {
  set.add(item);
  return () => {
    set.delete(item);
  };
}

/**
 * Calls and events over whichever port is the newest. Calls under way when a port closes answer `core-stopped`:
 * their outcome is unknown to the window, which then asks for a new snapshot.
 */
export function createClient(): Client {
  const open = new Map<number, (answer: CallAnswer) => void>();
  const listeners = new Map<string, Set<(payload: unknown) => void>>();
  const connectionListeners = new Set<(link: CoreLink) => void>();
  let port: ClientPort | null = null;
  let hang: Hang | null = null;
  let lastId = 0;

  const link = (): CoreLink => (port === null ? 'away' : (hang ?? 'answers'));
  function tell(): void {
    for (const listener of connectionListeners) listener(link());
  }

  function setPort(next: ClientPort | null): void {
    port = next;
    for (const resolve of open.values()) resolve(STOPPED);
    open.clear();
    tell();
  }

  function receive(data: unknown): void {
    const message = readMessage(data);
    if (message === null) return;
    if (message.type === 'event') {
      for (const listener of listeners.get(message.name) ?? []) listener(message.payload);
      return;
    }
    const resolve = open.get(message.id);
    open.delete(message.id);
    resolve?.(
      message.type === 'result' ? { ok: true, output: message.output } : { ok: false, fault: message.fault },
    );
  }

  return {
    connect(next) {
      port?.close();
      next.listen(
        (data) => {
          if (port === next) receive(data);
        },
        () => {
          if (port === next) setPort(null);
        },
      );
      setPort(next);
    },
    hangs(why) {
      if (hang === why) return;
      hang = why;
      tell();
    },
    call(name, input) {
      const current = port;
      if (current === null || open.size >= MAX_OPEN_CALLS) return Promise.resolve(STOPPED);
      const id = (lastId += 1);
      return new Promise((resolve) => {
        open.set(id, resolve);
        current.post({ type: 'call', id, name, input });
      });
    },
    on(name, listener) {
      const set = listeners.get(name) ?? new Set();
      listeners.set(name, set);
      return subscribe(set, listener);
    },
    onConnection(listener) {
      listener(link());
      return subscribe(connectionListeners, listener);
    },
  };
}
