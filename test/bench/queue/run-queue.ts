import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { z } from 'zod';

/** What `one-queue.ts` prints of one contender. */
const measuredSchema = z.object({
  openMs: z.number(),
  commitMs: z.array(z.number()),
  takeMs: z.number(),
  acknowledgeMs: z.number(),
  residentMb: z.number(),
});
export type OneQueue = z.infer<typeof measuredSchema>;

const SCRIPT = join(import.meta.dirname, 'one-queue.ts');
/** Opening and the first writes after it flush too. */
const FIRST_COMMITS = 10;
/** Every way of Linux to force bytes to the disk; LMDB writes its meta page through a handle opened O_DSYNC. */
const FLUSHES = ['fsync', 'fdatasync', 'msync', 'sync_file_range', 'syncfs'] as const;

async function output(command: string, parameters: readonly string[]): Promise<{ out: string; err: string }> {
  const child = spawn(command, parameters, { stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = once(child, 'close');
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const [code] = z
    .tuple([z.int().nullable()])
    .rest(z.unknown())
    .parse(await ended);
  if (code !== 0)
    throw new Error(`${command} ${parameters.join(' ')} ended with ${String(code)}: ${err.slice(-500)}`);
  return { out, err };
}

function parametersOf(options: Readonly<Record<string, string | number>>): string[] {
  return Object.entries(options).map(([name, value]) => `--${name}=${value}`);
}

export async function fillQueue(contender: string, folder: string, count: number): Promise<void> {
  await output(process.execPath, [SCRIPT, ...parametersOf({ contender, folder, fill: count })]);
}

export async function runQueue(
  contender: string,
  folder: string,
  options: {
    readonly commits: number;
    readonly firstRecord: number;
    readonly batch: number;
    readonly warm?: number;
  },
): Promise<OneQueue> {
  const { out } = await output(process.execPath, [
    SCRIPT,
    ...parametersOf({ contender, folder, ...options }),
  ]);
  return measuredSchema.parse(JSON.parse(out));
}

/** Flushes for one record, counted by strace between the first and the last of `commits` records after some others. */
export async function flushesPerRecord(contender: string, folder: string, commits: number): Promise<number> {
  const parameters = parametersOf({ contender, folder, commits, warm: FIRST_COMMITS });
  const calls = [...FLUSHES, 'chdir'].join(',');
  // Into a file: what the program itself says on standard error would stand in the middle of a line.
  const file = `${folder}.strace`;
  const traced = ['-f', '-qq', '-o', file, '-e', `trace=${calls}`, process.execPath, SCRIPT, ...parameters];
  await output('strace', [...traced, '--anew', '--marks']);
  // A call that is interrupted by another thread's is written on two lines, the second saying "resumed".
  const lines = readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => /\w+\(/u.test(line));
  const marks = lines.flatMap((line, nth) => (line.includes('chdir(') ? [nth] : []));
  const [begun, ended] = marks;
  if (begun === undefined || ended === undefined || marks.length !== 2)
    throw new Error(`${contender}: ${marks.length} marks in what strace wrote`);
  return (ended - begun - 1) / commits;
}
