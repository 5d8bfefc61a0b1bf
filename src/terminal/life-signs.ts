import { BEAT_EVERY_MS, WATCH_LIMITS } from '../contract/terminal/heartbeat.ts';
import type { Beat } from '../contract/terminal/shell.ts';

/**
 * What this process' heartbeat reads in another thread. TURNS: how often the main loop has turned. DISK: how often
 * work with the disk has begun or ended; odd: it is under way. LONG: the same of work that may take minutes. All wrap
 * around: only a change counts, and whether it is odd.
 */
export const LIFE_SIGNS = new Int32Array(new SharedArrayBuffer(12));
const TURNS = 0;
const DISK = 1;
const LONG = 2;

/** After the loop stood still, what has waited meanwhile comes in within this time. */
const CATCH_UP_MS = 1_000;

let turnedAtMs: number | null = null;
let stoodStillUntilMs: number | null = null;

/** The main loop has turned; called by a timer. */
export function loopTurned(): void {
  Atomics.add(LIFE_SIGNS, TURNS, 1);
  const nowMs = performance.now();
  if (turnedAtMs !== null && nowMs - turnedAtMs >= WATCH_LIMITS.coveredAfterMs) stoodStillUntilMs = nowMs;
  turnedAtMs = nowMs;
}

/** The loop has just stood still for so long that the window was covered, and said that no scan is taken. */
export function catchesUp(): boolean {
  return stoodStillUntilMs !== null && performance.now() - stoodStillUntilMs < CATCH_UP_MS;
}

/** Marks work by its beginning and end; the outermost counts. */
function marker(sign: number): { readonly begin: () => void; readonly end: () => void } {
  let depth = 0;
  return {
    begin: () => {
      if (depth === 0) Atomics.add(LIFE_SIGNS, sign, 1);
      depth += 1;
    },
    end: () => {
      depth -= 1;
      if (depth === 0) Atomics.add(LIFE_SIGNS, sign, 1);
    },
  };
}

const disk = marker(DISK);
const long = marker(LONG);

function marked<T>({ begin, end }: typeof disk, work: () => T): T {
  begin();
  try {
    return work();
  } finally {
    end();
  }
}

/** Runs work that takes as long as the disk does: flushes, transactions, copies. Main gives it a minute. */
export const atDisk = <T>(work: () => T): T => marked(disk, work);

/** Runs work that may take minutes and can't be cut into turns. Main lets it be; nobody can sell meanwhile. */
export const atLength = <T>(work: () => T): T => marked(long, work);

/** `atDisk` for work that lets the main loop turn, and may hold it at the disk at any of its steps. */
export async function atDiskWhile<T>(work: () => Promise<T>): Promise<T> {
  disk.begin();
  try {
    return await work();
  } finally {
    disk.end();
  }
}

export interface Heard {
  readonly turns: number;
  readonly marks: number;
  readonly beat: Beat;
}

/** The beat after `before`, by what the signs say now. Called once every `BEAT_EVERY_MS`; null: the first. */
export function nextBeat(before: Heard | null, signs: Int32Array): Heard {
  const turns = Atomics.load(signs, TURNS);
  const marks = Atomics.load(signs, DISK);
  const isOdd = (sign: number): boolean => sign % 2 !== 0;
  const turned = turns !== before?.turns;
  const moved = turned || marks !== before.marks;
  return {
    turns,
    marks,
    beat: {
      type: 'beat',
      turnMs: turned ? 0 : before.beat.turnMs + BEAT_EVERY_MS,
      stillMs: moved ? 0 : before.beat.stillMs + BEAT_EVERY_MS,
      doing: isOdd(Atomics.load(signs, LONG)) ? 'long' : isOdd(marks) ? 'disk' : null,
    },
  };
}
