import { writeSync } from 'node:fs';
import { workerData } from 'node:worker_threads';
import { BEAT_EVERY_MS } from '../contract/terminal/heartbeat.ts';
import { nextBeat, type Heard } from './life-signs.ts';

/**
 * The thread of heartbeat.ts: writes a beat to standard output, whatever the main thread is doing. Standard output
 * because it is the one way to main that a thread has in a utility process as well as in a Node of its own.
 */
const STANDARD_OUTPUT = 1;

const signs = new Int32Array(workerData as SharedArrayBuffer);
let heard: Heard | null = null;
setInterval(() => {
  heard = nextBeat(heard, signs);
  try {
    writeSync(STANDARD_OUTPUT, `${JSON.stringify(heard.beat)}\n`);
  } catch {
    // Main is gone, which ends the core too, or reads nothing: then a beat more or less is none.
  }
}, BEAT_EVERY_MS);
