import type { Channel } from '../../src/terminal/channels.ts';
import type { Core } from '../../src/terminal/core.ts';
import type {
  CallInput,
  CallName,
  CallOutput,
  EventName,
  EventPayload,
} from '../../src/contract/terminal/calls.ts';
import type { FromCore } from '../../src/contract/terminal/wire.ts';

/** A window without a screen: makes calls of a core in this process and remembers the newest of each event. */
export interface CoreClient {
  call<N extends CallName>(name: N, input: CallInput<N>): Promise<CallOutput<N>>;
  latest<N extends EventName>(name: N): EventPayload<N> | null;
}

/** A fault of the core rejects with an Error whose message is its code. */
export function connectClient(core: Core): CoreClient {
  const waiting = new Map<number, (message: FromCore) => void>();
  const events = new Map<string, unknown>();
  let lastId = 0;
  const channel: Channel = {
    post(message) {
      if (message.type === 'event') events.set(message.name, message.payload);
      else waiting.get(message.id)?.(message);
    },
  };
  core.connect(channel);
  return {
    call: (name, input) =>
      new Promise((resolve, reject) => {
        const id = (lastId += 1);
        waiting.set(id, (message) => {
          waiting.delete(id);
          if (message.type === 'result') resolve(message.output as never);
          else if (message.type === 'fault') reject(new Error(message.fault.code));
        });
        core.receive(channel, { type: 'call', id, name, input });
      }),
    latest: (name) => (events.get(name) ?? null) as never,
  };
}
