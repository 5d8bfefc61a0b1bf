import { Worker } from 'node:worker_threads';
import { prepareCrypto, type Signatures } from './crypto-memory.ts';
import { rememberParsing } from './parse-memory.ts';
import { ALL_REAL } from './parts.ts';
import { PLANTS } from './plants.ts';
import { makeTemplate } from './sim-clearing.ts';
import { runSeed, type SeedResult } from './simulate.ts';

export interface SeedsOrder {
  /** The first seed; the others follow it. */
  readonly first: number;
  readonly seeds: number;
  readonly steps: number;
  /** A planted bug; null: all is real. */
  readonly plant: string | null;
  readonly signatures: Signatures;
  /** Threads to share the seeds among. */
  readonly jobs: number;
  /** Told of every seed, in their order; true ends the run there. */
  readonly enough: (result: SeedResult) => boolean;
}

/** The share of one thread: every `stride`th seed from `first` on, below `end`. */
export interface Share {
  readonly first: number;
  readonly end: number;
  readonly stride: number;
  readonly steps: number;
  readonly plant: string | null;
  readonly signatures: Signatures;
}

/** Runs a share here, one seed after the other. Throws for a plant that nobody knows. */
export async function* runShare({
  first,
  end,
  stride,
  steps,
  plant,
  signatures,
}: Share): AsyncGenerator<SeedResult> {
  const parts = plant === null ? ALL_REAL : PLANTS.get(plant);
  if (parts === undefined) throw new Error(`no such plant: ${String(plant)}; see --list-plants`);
  prepareCrypto(signatures);
  rememberParsing();
  const template = await makeTemplate();
  for (let seed = first; seed < end; seed += stride) yield await runSeed(template, seed, steps, parts);
}

/** Runs the seeds on several threads. What is told, and in which order, doesn't depend on their number. */
export async function runSeeds(order: SeedsOrder): Promise<void> {
  const { first, seeds, steps, plant, signatures, enough } = order;
  const end = first + seeds;
  const jobs = Math.max(1, Math.min(order.jobs, seeds));
  if (jobs === 1) {
    for await (const result of runShare({ first, end, stride: 1, steps, plant, signatures }))
      if (enough(result)) return;
    return;
  }
  const waiting = new Map<number, SeedResult>();
  let next = first;
  const shares = Array.from({ length: jobs }, (_, nth): Share => ({
    first: first + nth,
    end,
    stride: jobs,
    steps,
    plant,
    signatures,
  }));
  const workers = shares.map(
    (share) => new Worker(new URL('./worker.ts', import.meta.url), { workerData: share }),
  );
  try {
    await new Promise<void>((resolve, reject) => {
      for (const worker of workers) {
        worker.on('error', reject);
        worker.on('exit', (code) => {
          if (next < end && code !== 0) reject(new Error(`a thread of the simulation ended with ${code}`));
        });
        worker.on('message', (result: SeedResult) => {
          waiting.set(result.seed, result);
          for (let due = waiting.get(next); due !== undefined; due = waiting.get(next)) {
            waiting.delete(next);
            next += 1;
            if (!enough(due) && next < end) continue;
            next = end;
            resolve();
            return;
          }
        });
      }
    });
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}
