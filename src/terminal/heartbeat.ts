import { Worker } from 'node:worker_threads';
import { LIFE_SIGNS, loopTurned } from './life-signs.ts';
import { threadFile } from './thread-file.ts';

/** Twice between two beats: one that is a little late is still heard. */
const TURN_EVERY_MS = 250;

/** From now on main hears whether this process and its main loop are alive. Only in a core that main has started. */
export function startHeartbeat(log: (line: string) => void): void {
  setInterval(loopTurned, TURN_EVERY_MS).unref();
  const worker = new Worker(threadFile(import.meta.filename, 'heartbeat-worker'), {
    workerData: LIFE_SIGNS.buffer,
    execArgv: [],
  });
  worker.unref();
  worker.on('error', (error) => log(`the heartbeat has stopped: ${String(error)}`));
}
