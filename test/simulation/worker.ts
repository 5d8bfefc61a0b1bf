import { parentPort, workerData } from 'node:worker_threads';
import { runShare, type Share } from './run-seeds.ts';

/** A thread of the simulation: posts one result a seed. */
for await (const result of runShare(workerData as Share)) parentPort?.postMessage(result);
