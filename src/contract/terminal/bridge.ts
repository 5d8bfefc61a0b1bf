import type { CallInput, CallName, EventName } from './calls.ts';
import type { Hang } from './heartbeat.ts';

/** What a call answers. Output and fault are raw until the screen has parsed them by their schemas. */
export type CallAnswer =
  { readonly ok: true; readonly output: unknown } | { readonly ok: false; readonly fault: unknown };

/** One method for each call, and no other way through: there is no generic invoke. */
export type BridgeCalls = {
  readonly [N in CallName]: (input: CallInput<N>) => Promise<CallAnswer>;
};

/** How a window stands with the core. `away`: it is being started. */
export type CoreLink = 'answers' | 'away' | Hang;

/** What preload exposes to the page as `window.terminal`. Nothing here throws; faults come back as answers. */
export interface TerminalBridge {
  readonly call: BridgeCalls;
  /** The payload is raw until the screen has parsed it by the event's schema. Returns how to stop listening. */
  readonly on: (event: EventName, listener: (payload: unknown) => void) => () => void;
  /** Told at once how the connection to the core is, and at each change. Returns how to stop listening. */
  readonly onConnection: (listener: (link: CoreLink) => void) => () => void;
}
