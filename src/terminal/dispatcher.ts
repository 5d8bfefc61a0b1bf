import { z } from 'zod';
import {
  TERMINAL_CALLS,
  type CallInput,
  type CallName,
  type CallOutput,
} from '../contract/terminal/calls.ts';
import type { Caller } from '../contract/terminal/call-spec.ts';
import type { User } from '../contract/terminal/state.ts';
import { requestSchema, type FromCore } from '../contract/terminal/wire.ts';
import { faultOf, FaultError } from './fault-error.ts';

/** One handler for each call of the contract: a missing or doubled one doesn't compile. */
export type Handlers = {
  readonly [N in CallName]: (input: CallInput<N>) => CallOutput<N> | Promise<CallOutput<N>>;
};

function mayCall(roles: readonly Caller[], user: User | null): boolean {
  return roles.includes('anyone') || (user !== null && roles.includes(user.role));
}

/**
 * Answers one message of a window: parsed by the contract, the caller's role checked here and nowhere else.
 * Returns null for what is no call at all; never throws.
 */
export function createDispatcher(
  handlers: Handlers,
  currentUser: () => User | null,
  log: (line: string) => void,
): (data: unknown) => Promise<FromCore | null> {
  function run(name: CallName, input: unknown): unknown {
    const spec = TERMINAL_CALLS[name];
    const user = currentUser();
    if (!mayCall(spec.roles, user)) {
      throw new FaultError(user === null ? 'not-signed-in' : 'not-allowed', { call: name });
    }
    const parsed = spec.input.safeParse(input);
    if (!parsed.success)
      throw new FaultError('bad-input', { call: name, problem: z.prettifyError(parsed.error) });
    // The schema of this very call has just made sure of its input; the compiler can't follow a name to its type.
    const handler = handlers[name] as (input: unknown) => unknown;
    return handler(parsed.data);
  }
  return async (data) => {
    const request = requestSchema.safeParse(data);
    if (!request.success) {
      log(`refused a message that is no call: ${z.prettifyError(request.error)}`);
      return null;
    }
    const { id, name, input } = request.data;
    try {
      return { type: 'result', id, output: await run(name, input) };
    } catch (error) {
      const fault = faultOf(error);
      if (fault.code === 'internal')
        log(`${name}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
      return { type: 'fault', id, fault };
    }
  };
}
