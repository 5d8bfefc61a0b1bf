import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { ROOT } from './app-window.ts';

const listeningSchema = z.object({ listening: z.url(), operatorTokenFile: z.string() });

/** One node of clearing in a process of its own. */
export interface ClearingNode {
  /** Such as http://127.0.0.1:40001, the same after every start. */
  readonly url: string;
  /** Ends the process with a signal and waits until it is gone. */
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>;
  /** Again, with the same arguments, on the same port. */
  start(): Promise<void>;
}

/** Starts a node with these arguments and variables. Throws what it said on standard error if it ends at once. */
export async function startNode(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<ClearingNode> {
  let child: ChildProcess | null = null;
  const start = async (port: number): Promise<string> => {
    const started = spawn(
      process.execPath,
      [join(ROOT, 'src/clearing/main.ts'), ...args, '--port', String(port)],
      { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } },
    );
    child = started;
    let errors = '';
    started.stderr.setEncoding('utf8').on('data', (chunk: string) => (errors += chunk));
    const ended = once(started, 'exit').then(() => {
      throw new Error(`clearing ended before it listened: ${errors}`);
    });
    const [line] = (await Promise.race([once(createInterface(started.stdout), 'line'), ended])) as [string];
    ended.catch(() => undefined);
    return listeningSchema.parse(JSON.parse(line)).listening;
  };
  const url = await start(0);
  return {
    url,
    end: async (signal) => {
      if (child === null) return;
      const gone = once(child, 'exit');
      child.kill(signal);
      child = null;
      await gone;
    },
    start: async () => {
      await start(Number(new URL(url).port));
    },
  };
}
