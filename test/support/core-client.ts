import type { Channel } from '../../src/terminal/channels.ts';
import type { Core } from '../../src/terminal/core.ts';
import type {
  CallInput,
  CallName,
  CallOutput,
  EventName,
  EventPayload,
} from '../../src/contract/terminal/calls.ts';
import type { FromCore, Request } from '../../src/contract/terminal/wire.ts';

/** A window without a screen: makes calls of a core and remembers the newest of each event. */
export interface CoreClient {
  /** A fault of the core rejects with an Error whose message is its code. */
  call<N extends CallName>(name: N, input: CallInput<N>): Promise<CallOutput<N>>;
  latest<N extends EventName>(name: N): EventPayload<N> | null;
}

/** The window's end, whatever carries its messages: `take` is given what the core posts. */
export function createCoreClient(post: (message: Request) => void): {
  readonly client: CoreClient;
  readonly take: (message: FromCore) => void;
} {
  const waiting = new Map<number, (message: FromCore) => void>();
  const events = new Map<string, unknown>();
  let lastId = 0;
  return {
    take: (message) => {
      if (message.type === 'event') events.set(message.name, message.payload);
      else waiting.get(message.id)?.(message);
    },
    client: {
      call: (name, input) =>
        new Promise((resolve, reject) => {
          const id = (lastId += 1);
          waiting.set(id, (message) => {
            waiting.delete(id);
            if (message.type === 'result') resolve(message.output as never);
            else if (message.type === 'fault')
              reject(new Error(message.fault.code, { cause: message.fault }));
          });
          post({ type: 'call', id, name, input });
        }),
      latest: (name) => (events.get(name) ?? null) as never,
    },
  };
}

/** A window on a core in this process. */
export function connectClient(core: Core): CoreClient {
  const { client, take } = createCoreClient((message) => core.receive(channel, message));
  const channel: Channel = { post: take };
  core.connect(channel);
  return client;
}
