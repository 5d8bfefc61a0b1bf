import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { ROOT } from './app-window.ts';

const listeningSchema = z.object({
  listening: z.url(),
  operatorTokenFile: z.string(),
  demo: z.object({
    stores: z.array(z.object({ storeId: z.string(), category: z.string(), activationCode: z.string() })),
  }),
});

/** The reference clearing server in a process of its own, with demo stores; can be stopped and started again. */
export interface ClearingProcess {
  readonly url: string;
  readonly operatorToken: string;
  /** A one-time code for the demo store of this category. */
  activationCode(category: string): string;
  stop(): Promise<void>;
  /** On the same address and data as before. */
  start(): Promise<void>;
  /** A JSON answer of the operator's API; throws for a refusal. */
  operator(path: string): Promise<unknown>;
}

/** Starts clearing on a data folder. Throws what it said on standard error if it ends at once. */
export async function startClearing(dataFolder: string): Promise<ClearingProcess> {
  let child: ChildProcess | null = null;

  async function start(port: number): Promise<z.infer<typeof listeningSchema>> {
    const main = join(ROOT, 'src/clearing/main.ts');
    const started = spawn(
      process.execPath,
      [main, '--data', dataFolder, '--port', String(port), '--seed-demo'],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    );
    child = started;
    let errors = '';
    started.stderr.setEncoding('utf8').on('data', (chunk: string) => (errors += chunk));
    const ended = once(started, 'exit').then(() => {
      throw new Error(`clearing ended before it listened: ${errors}`);
    });
    const [line] = (await Promise.race([once(createInterface(started.stdout), 'line'), ended])) as [string];
    ended.catch(() => undefined);
    return listeningSchema.parse(JSON.parse(line));
  }

  const first = await start(0);
  const url = first.listening;
  const operatorToken = readFileSync(first.operatorTokenFile, 'utf8').trim();
  return {
    url,
    operatorToken,
    activationCode(category) {
      const store = first.demo.stores.find((candidate) => candidate.category === category);
      if (store === undefined) throw new Error(`no demo store for ${category}`);
      return store.activationCode;
    },
    async stop() {
      if (child === null) return;
      const { exitCode, signalCode } = child;
      if (exitCode !== null || signalCode !== null)
        throw new Error(`clearing had ended by itself (${String(exitCode ?? signalCode)})`);
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      child = null;
      await ended;
    },
    async start() {
      await start(Number(new URL(url).port));
    },
    async operator(path) {
      const answer = await fetch(`${url}${path}`, { headers: { authorization: `Bearer ${operatorToken}` } });
      if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
      const body: unknown = await answer.json();
      return body;
    },
  };
}
