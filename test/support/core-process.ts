import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type {
  CallInput,
  CallName,
  CallOutput,
  EventName,
  EventPayload,
} from '../../src/contract/terminal/calls.ts';
import { coreToMainSchema, type ToCore } from '../../src/contract/terminal/shell.ts';
import { fromCoreSchema, type FromCore } from '../../src/contract/terminal/wire.ts';
import { ROOT } from './app-window.ts';
import type { CoreClient } from './core-client.ts';

const CLIENT = 1;

export interface CoreProcessOptions {
  readonly dataFolder: string;
  /** The core's entry file; default the one in src. */
  readonly entry?: string;
  /** As main starts it after an accident: whoever was signed in still is. */
  readonly resume?: boolean;
  /** Called for every event, as soon as it arrives here: what a screen would show. */
  readonly onEvent?: (name: EventName, payload: unknown) => void;
}

/** The core as main hosts it where Electron's Node is too old: `src/terminal/entry.ts` in a Node of its own. */
export interface CoreProcess extends CoreClient {
  readonly pid: number;
  /** Resolves when windows may connect; rejects with what the core said if it ends before. */
  readonly ready: Promise<void>;
  /** Ends like a power switch: SIGKILL. */
  kill(): Promise<void>;
  /** Ends as main asks it to. */
  stop(): Promise<void>;
}

/** JSON, in which messages cross, drops an output that is undefined. */
function fromCore(data: unknown): FromCore {
  return fromCoreSchema.parse(
    typeof data === 'object' && data !== null ? { output: undefined, ...data } : data,
  );
}

/** A call whose core ends before it answers rejects with `core-ended`. */
export function startCoreProcess(options: CoreProcessOptions): CoreProcess {
  const { dataFolder, resume, onEvent, entry = join(ROOT, 'src/terminal/entry.ts') } = options;
  const args = ['--data-folder', dataFolder, '--version', 'test', ...(resume === true ? ['--resume'] : [])];
  const child: ChildProcess = fork(entry, args, {
    execArgv: [],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => (said = (said + chunk).slice(-4000)));
  const exited = once(child, 'exit');
  const waiting = new Map<number, (message: FromCore | null) => void>();
  const events = new Map<string, unknown>();
  let lastId = 0;

  const send = (message: ToCore): void => {
    if (child.connected) child.send(message, () => undefined);
  };
  const take = (message: FromCore): void => {
    if (message.type === 'event') {
      events.set(message.name, message.payload);
      onEvent?.(message.name, message.payload);
    } else {
      waiting.get(message.id)?.(message);
      waiting.delete(message.id);
    }
  };
  const ready = new Promise<void>((resolve, reject) => {
    child.on('message', (data) => {
      const message = coreToMainSchema.parse(data);
      if (message.type === 'message') take(fromCore(message.data));
      else {
        send({ type: 'open', client: CLIENT });
        resolve();
      }
    });
    void exited.then(() => {
      reject(new Error(`the core ended: ${said}`));
      for (const settle of waiting.values()) settle(null);
      waiting.clear();
    });
  });
  // Who only wants to kill it doesn't wait for it.
  ready.catch(() => undefined);

  return {
    pid: child.pid ?? 0,
    ready,
    call: <N extends CallName>(name: N, input: CallInput<N>): Promise<CallOutput<N>> =>
      new Promise((resolve, reject) => {
        const id = (lastId += 1);
        if (child.exitCode !== null || child.signalCode !== null) {
          reject(new Error('core-ended'));
          return;
        }
        waiting.set(id, (message) => {
          if (message === null) reject(new Error('core-ended'));
          else if (message.type === 'result') resolve(message.output as CallOutput<N>);
          else if (message.type === 'fault') reject(new Error(message.fault.code));
        });
        send({ type: 'message', client: CLIENT, data: { type: 'call', id, name, input } });
      }),
    latest: <N extends EventName>(name: N): EventPayload<N> | null =>
      (events.get(name) as EventPayload<N> | undefined) ?? null,
    kill: async () => {
      child.kill('SIGKILL');
      await exited;
    },
    stop: async () => {
      send({ type: 'stop' });
      await exited;
    },
  };
}
