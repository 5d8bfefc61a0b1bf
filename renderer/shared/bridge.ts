import type { CoreLink, TerminalBridge } from '../../src/contract/terminal/bridge.ts';
import {
  TERMINAL_CALLS,
  TERMINAL_EVENTS,
  type CallInput,
  type CallName,
  type CallOutput,
  type EventName,
  type EventPayload,
} from '../../src/contract/terminal/calls.ts';
import { faultSchema, type Fault } from '../../src/contract/terminal/errors.ts';

declare global {
  interface Window {
    readonly terminal: TerminalBridge;
  }
}

/** A parsed answer: the output by the call's schema, or a fault that has a sentence in both languages. */
export type Answer<N extends CallName> =
  { readonly ok: true; readonly output: CallOutput<N> } | { readonly ok: false; readonly fault: Fault };

const unreadable = (what: string): Fault => ({ code: 'internal', params: { what } });

/**
 * Makes a call to the core and parses what comes back. Never throws: an answer that doesn't fit the contract
 * is the fault `internal`, a core that is gone is `core-stopped`.
 */
export async function call<N extends CallName>(name: N, input: CallInput<N>): Promise<Answer<N>> {
  try {
    const answer = await window.terminal.call[name](input);
    if (!answer.ok) return { ok: false, fault: faultSchema.safeParse(answer.fault).data ?? unreadable(name) };
    const parsed = TERMINAL_CALLS[name].output.safeParse(answer.output);
    if (!parsed.success) return { ok: false, fault: unreadable(name) };
    return { ok: true, output: parsed.data as CallOutput<N> };
  } catch {
    return { ok: false, fault: { code: 'core-stopped', params: {} } };
  }
}

/** Listens to an event of the core. A payload that doesn't fit the contract is dropped, not shown. */
export function listen<N extends EventName>(
  name: N,
  listener: (payload: EventPayload<N>) => void,
): () => void {
  return window.terminal.on(name, (payload) => {
    const parsed = TERMINAL_EVENTS[name].safeParse(payload);
    if (parsed.success) listener(parsed.data as EventPayload<N>);
  });
}

/** Listens to the connection with the core. */
export function listenConnection(listener: (link: CoreLink) => void): () => void {
  return window.terminal.onConnection(listener);
}
