import type { CallInput, CallName, CallOutput, EventName, EventPayload } from './calls.ts';
import type { Fault } from './errors.ts';

/** What a call answers: faults are expected outcomes, so they are returned, never thrown across the border. */
export type CallResult<N extends CallName> =
  { readonly ok: true; readonly output: CallOutput<N> } | { readonly ok: false; readonly fault: Fault };

/** What the preload script puts on `window.terminal`: one method for each call, nothing generic. */
export interface TerminalBridge {
  readonly call: { readonly [N in CallName]: (input: CallInput<N>) => Promise<CallResult<N>> };
  /** Returns a function that ends the subscription. */
  readonly on: <N extends EventName>(name: N, listener: (payload: EventPayload<N>) => void) => () => void;
  /** Tells at once and then at every change whether the core can be reached. */
  readonly onConnection: (listener: (connected: boolean) => void) => () => void;
}
