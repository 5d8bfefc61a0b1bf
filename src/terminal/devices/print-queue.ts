import { createHash } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { z } from 'zod';
import { deviceError } from '../../../native/device-error.ts';
import type { SlipDocument } from '../../../native/printers/document.ts';
import type { Fault } from '../../contract/terminal/errors.ts';
import { backoffMs } from '../../domain/backoff.ts';
import { MINUTE_MS } from '../../domain/durations.ts';
import { createNap, faultOf } from './link.ts';

/** More waiting slips than this are not kept: each can be printed again from the journal. */
export const MAX_WAITING_SLIPS = 500;
/** A slip older than this is not printed by itself when the printer comes back: its customer has gone. */
export const PRINT_BY_ITSELF_MS = 10 * MINUTE_MS;
const STOP_WAIT_MS = 1000;
const RETRIES = { firstMs: 500, longestMs: 10_000 };

const lineSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('title'), text: z.string() }),
  z.object({ type: z.literal('banner'), text: z.string() }),
  z.object({ type: z.literal('text'), text: z.string(), align: z.enum(['left', 'centre']) }),
  z.object({ type: z.literal('pair'), label: z.string(), value: z.string(), strong: z.boolean() }),
  z.object({ type: z.literal('rule') }),
  z.object({ type: z.literal('blank') }),
]);
const jobSchema = z
  .object({
    id: z.string().min(1).max(200),
    /** What it is, for the list on screen. */
    title: z.string().max(200),
    queuedAtMs: z.int().min(0),
    slip: z.object({ lines: z.array(lineSchema).max(500).readonly() }),
  })
  .strict();
/** A slip that waits for the printer. */
export type PrintJob = z.infer<typeof jobSchema>;

export interface PrintQueueOptions {
  /** Folder for waiting slips, a file each. */
  readonly dir: string;
  readonly render: (slip: SlipDocument) => Uint8Array;
  readonly send: (bytes: Uint8Array) => Promise<void>;
  readonly nowMs: () => number;
  /** What is wrong with the printer; null: nothing. */
  readonly onState: (fault: Fault | null) => void;
  /** How many slips wait, whenever that changed. */
  readonly onWaiting?: (count: number) => void;
}

export interface PrintQueue {
  /**
   * Keeps the slip durably and prints it as soon as may be. Never waits for the printer. The same id twice is
   * one slip. `full`: not taken. `volatile`: it will be printed, but the disk would not keep it over a restart.
   */
  add(job: Omit<PrintJob, 'queuedAtMs'>): Promise<'kept' | 'known' | 'full' | 'volatile'>;
  /** Waiting slips, oldest first. */
  waiting(): readonly PrintJob[];
  /** Prints also what is old, now. */
  printAll(): void;
  remove(id: string): Promise<void>;
  stop(): Promise<void>;
}

/** Opens the queue with the slips of earlier runs. A file that can't be read is put aside, never lost or printed. */
export async function openPrintQueue(options: PrintQueueOptions): Promise<PrintQueue> {
  const { dir, render, send, nowMs, onState } = options;
  const tellWaiting = (): void => options.onWaiting?.(jobs.size);
  await mkdir(dir, { recursive: true });
  const jobs = await load(dir);
  const order = printOrder(jobs, nowMs);
  const storing = new Set<string>();
  const nap = createNap();
  let stopped = false;
  let failures = 0;

  const remove = async (id: string): Promise<void> => {
    jobs.delete(id);
    order.unsure.delete(id);
    tellWaiting();
    await rm(fileOf(dir, id), { force: true });
  };
  const printOne = async (job: PrintJob): Promise<void> => {
    let bytes: Uint8Array;
    try {
      bytes = render(job.slip);
    } catch {
      // A slip that can't be drawn must not hold up the others.
      jobs.delete(job.id);
      tellWaiting();
      return putAside(fileOf(dir, job.id));
    }
    try {
      await send(bytes);
      failures = 0;
      onState(null);
      await remove(job.id);
    } catch (cause) {
      failures += 1;
      const problem = faultOf(deviceError(cause), '');
      if (problem.code === 'printer-unconfirmed') order.unsure.add(job.id);
      onState(problem);
      await nap.sleep(backoffMs(failures, RETRIES, 1));
    }
  };
  const run = async (): Promise<void> => {
    while (!stopped) {
      const job = order.due();
      if (job === undefined) await nap.sleep(MINUTE_MS);
      else await printOne(job);
    }
  };
  tellWaiting();
  const running = run();

  return {
    add: async (job) => {
      if (jobs.has(job.id) || storing.has(job.id)) return 'known';
      if (jobs.size + storing.size >= MAX_WAITING_SLIPS) {
        const [printedPerhaps] = order.unsure;
        if (printedPerhaps === undefined) return 'full';
        remove(printedPerhaps).catch(() => undefined);
      }
      const kept = jobSchema.parse({ ...job, queuedAtMs: nowMs() });
      storing.add(kept.id);
      // Only what is on disk may be printed: a file must not appear after its slip was printed and removed.
      const stored = await store(dir, kept).then(
        () => true,
        () => false,
      );
      storing.delete(kept.id);
      jobs.set(kept.id, kept);
      tellWaiting();
      nap.wake();
      return stored ? 'kept' : 'volatile';
    },
    waiting: () => [...jobs.values()],
    printAll: () => {
      order.all();
      nap.wake();
    },
    remove,
    stop: async () => {
      stopped = true;
      nap.wake();
      // A slip that a slow printer is still taking is printed again after the next start.
      await Promise.race([running, setTimeout(STOP_WAIT_MS, undefined, { ref: false })]);
    },
  };
}

interface PrintOrder {
  /** Sent to a printer that gave no sign. Sent again by itself, each could be printed again and again. */
  readonly unsure: Set<string>;
  /** The next one to print. */
  readonly due: () => PrintJob | undefined;
  /** From now on also what is old or was sent without a sign. */
  readonly all: () => void;
}

function printOrder(jobs: ReadonlyMap<string, PrintJob>, nowMs: () => number): PrintOrder {
  const unsure = new Set<string>();
  let alsoOldUntilMs = 0;
  return {
    unsure,
    due: () =>
      [...jobs.values()].find(({ id, queuedAtMs }) => {
        if (unsure.has(id)) return false;
        return Math.abs(nowMs() - queuedAtMs) < PRINT_BY_ITSELF_MS || queuedAtMs <= alsoOldUntilMs;
      }),
    all: () => {
      unsure.clear();
      alsoOldUntilMs = nowMs();
    },
  };
}

function fileOf(dir: string, id: string): string {
  return join(dir, `${createHash('sha256').update(id).digest('hex').slice(0, 32)}.json`);
}

/** Whole or not at all: written beside, flushed, renamed. */
async function store(dir: string, job: PrintJob): Promise<void> {
  const path = fileOf(dir, job.id);
  const beside = `${path}.new`;
  const file = await open(beside, 'w');
  try {
    await file.writeFile(JSON.stringify(job));
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(beside, path);
}

async function putAside(path: string): Promise<void> {
  await rename(path, `${path}.broken`).catch(() => undefined);
}

async function load(dir: string): Promise<Map<string, PrintJob>> {
  const found: PrintJob[] = [];
  for (const name of await readdir(dir)) {
    const path = join(dir, name);
    if (name.endsWith('.new')) await rm(path, { force: true });
    if (!name.endsWith('.json')) continue;
    try {
      found.push(jobSchema.parse(JSON.parse(await readFile(path, 'utf8'))));
    } catch {
      await putAside(path);
    }
  }
  found.sort((a, b) => a.queuedAtMs - b.queuedAtMs || (a.id < b.id ? -1 : 1));
  return new Map(found.map((job) => [job.id, job]));
}
