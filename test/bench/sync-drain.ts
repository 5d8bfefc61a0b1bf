import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { loadKeys } from '../../src/clearing/keys/keys.ts';
import { openSqlite } from '../../src/clearing/storage/storage.ts';
import { MAX_BATCH_ENTRIES } from '../../src/contract/clearing/protocol.ts';
import { type TestTerminal, httpTransport, type Transport } from '../support/clearing-terminal.ts';
import { createLoadWorld, redeem } from './clearing/load-world.ts';

const listeningSchema = z.object({ listening: z.url() });

/** A terminal whose journal waits for the clearing whose data are in the folder. */
export interface WaitingQueue {
  readonly folder: string;
  readonly terminal: TestTerminal;
}

export interface DrainOptions {
  /** Used up, its folder removed. */
  readonly queue: WaitingQueue;
  /** Where clearing leaves a CPU profile (`node --cpu-prof`). */
  readonly profileFolder?: string;
}

export interface DrainResult {
  readonly entries: number;
  readonly batches: number;
  /** From the first request until the last acknowledgement was opened, milliseconds. */
  readonly ms: number;
  readonly entriesPerSecond: number;
  readonly settled: number;
  /** Bodies of requests and answers, both ways, for one redemption; without HTTP's headers. */
  readonly bytesPerEntry: number;
  /** What the server's process used on all cores, start included; depends less on what else runs. Linux only. */
  readonly serverCpuMs: number | null;
}

/**
 * How long a queue of redemptions by voucher code (Ed25519 issuer, holder and terminal) takes into clearing on SQLite:
 * a server process of its own, real HTTP on loopback, signed batches of 200 one after the other, as a terminal sends
 * them, each voucher with a phone of its own. Making vouchers and entries isn't measured.
 */
export async function measureDrain({ queue, profileFolder }: DrainOptions): Promise<DrainResult> {
  const { folder, terminal } = queue;
  try {
    const flags = profileFolder === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profileFolder}`];
    const main = join(import.meta.dirname, '../../src/clearing/main.ts');
    const server = spawn(process.execPath, [...flags, main, '--data', folder, '--port', '0'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      const [line] = (await once(createInterface(server.stdout), 'line')) as [string];
      const { listening } = listeningSchema.parse(JSON.parse(line));
      const measured = await drain(terminal, listening);
      return { ...measured, serverCpuMs: server.pid === undefined ? null : cpuOf(server.pid) };
    } finally {
      const ended = once(server, 'exit');
      server.kill('SIGTERM');
      await ended;
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A clock tick of /proc, milliseconds: 100 a second on every Linux that Node runs on. */
const TICK_MS = 10;

function cpuOf(pid: number): number | null {
  if (process.platform !== 'linux') return null;
  // After the name in brackets: utime and stime are the 12th and 13th field (proc(5)).
  const fields =
    readFileSync(`/proc/${String(pid)}/stat`, 'utf8')
      .split(') ')[1]
      ?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}

async function drain(terminal: TestTerminal, base: string): Promise<Omit<DrainResult, 'serverCpuMs'>> {
  const bodies: unknown[] = [];
  terminal.transport = noted(httpTransport(base), bodies);
  const { journal } = terminal;
  let settled = 0;
  let batches = 0;
  const startedMs = performance.now();
  for (let start = 0; start < journal.length; start += MAX_BATCH_ENTRIES) {
    const { verdicts } = await terminal.send(journal.slice(start, start + MAX_BATCH_ENTRIES));
    settled += verdicts.filter(({ verdict }) => verdict === 'settled').length;
    batches += 1;
  }
  const ms = performance.now() - startedMs;
  const entries = journal.length - 1;
  // Counted afterwards: no terminal does that while it sends.
  const bytes = bodies.reduce<number>((sum, body) => sum + Buffer.byteLength(JSON.stringify(body)), 0);
  return {
    entries,
    batches,
    ms,
    entriesPerSecond: (entries / ms) * 1000,
    settled,
    bytesPerEntry: bytes / entries,
  };
}

/** Keeps the bodies of requests and answers. */
function noted(transport: Transport, bodies: unknown[]): Transport {
  return {
    plain: transport.plain,
    signed: async (path, body, terminalId, key) => {
      const answer = await transport.signed(path, body, terminalId, key);
      bodies.push(body, answer);
      return answer;
    },
  };
}

/** An admitted store with one terminal whose journal holds a redemption for each of so many vouchers. */
export async function waitingQueue(count: number): Promise<WaitingQueue> {
  const folder = mkdtempSync(join(tmpdir(), 'sync-drain-'));
  const storage = await openSqlite(join(folder, 'clearing.sqlite'));
  const world = await createLoadWorld(storage, loadKeys(join(folder, 'keys.json')));
  try {
    const terminal = await world.terminal('1');
    for (const evidence of await world.vouchers(count)) redeem(terminal, evidence);
    return { folder, terminal };
  } finally {
    await world.clearing.close();
  }
}

if (import.meta.main) {
  const profileFolder = process.argv[2];
  const result = await measureDrain({
    queue: await waitingQueue(10_000),
    ...(profileFolder === undefined ? {} : { profileFolder }),
  });
  console.log(JSON.stringify(result));
}
