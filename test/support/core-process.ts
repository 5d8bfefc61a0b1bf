import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fromCoreSchema } from '../../src/contract/terminal/wire.ts';
import { coreToMainSchema } from '../../src/contract/terminal/shell.ts';
import { ROOT } from './app-window.ts';
import { createCoreClient, type CoreClient } from './core-client.ts';

/** The real core in a process of its own, as main starts it; may be killed at any moment. */
export interface CoreProcess extends CoreClient {
  kill(): Promise<void>;
  stop(): Promise<void>;
}

const CLIENT = 1;

export async function startCoreProcess(dataFolder: string, resume = false): Promise<CoreProcess> {
  const args = ['--data-folder', dataFolder, '--version', 'test', ...(resume ? ['--resume'] : [])];
  const child: ChildProcess = fork(join(ROOT, 'src/terminal/entry.ts'), args, {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    execArgv: [],
  });
  const ended = once(child, 'exit');
  const { client, take } = createCoreClient((data) => child.send({ type: 'message', client: CLIENT, data }));
  const ready = new Promise<void>((resolve) => {
    child.on('message', (raw) => {
      const message = coreToMainSchema.parse(raw);
      if (message.type === 'ready') resolve();
      else take(fromCoreSchema.parse(message.data));
    });
  });
  await Promise.race([
    ready,
    ended.then(() => Promise.reject(new Error('the core ended before it was ready'))),
  ]);
  child.send({ type: 'open', client: CLIENT });
  return {
    ...client,
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
    stop: async () => {
      child.send({ type: 'stop' });
      await ended;
    },
  };
}
