import type { Hang } from '../contract/terminal/heartbeat.ts';

/** What comes from the core, as far as preload has to know it to pass it on; the page parses the rest. */
export type Message =
  | { readonly type: 'result'; readonly id: number; readonly output: unknown }
  | { readonly type: 'fault'; readonly id: number; readonly fault: unknown }
  | { readonly type: 'event'; readonly name: string; readonly payload: unknown };

const member = (data: object, name: string): unknown => Reflect.get(data, name);

/**
 * Reads the envelope of a message of the core; null for anything else. By hand: a library for schemas here
 * would be loaded a second time before the page, which has one, may begin.
 */
export function readMessage(data: unknown): Message | null {
  if (typeof data !== 'object' || data === null) return null;
  const type = member(data, 'type');
  const id = member(data, 'id');
  const name = member(data, 'name');
  if (type === 'event' && typeof name === 'string') return { type, name, payload: member(data, 'payload') };
  if (typeof id !== 'number') return null;
  if (type === 'result') return { type, id, output: member(data, 'output') };
  return type === 'fault' ? { type, id, fault: member(data, 'fault') } : null;
}

/** What main says of a core that doesn't answer; null: it does. */
export function readHang(data: unknown): Hang | null {
  return data === 'silent' || data === 'slow-disk' || data === 'long-work' ? data : null;
}
