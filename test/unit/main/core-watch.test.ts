import { expect, test } from 'vitest';
import { BEAT_EVERY_MS, type Hang } from '../../../src/contract/terminal/heartbeat.ts';
import type { Beat } from '../../../src/contract/terminal/shell.ts';
import { step, UNWATCHED, type Watched, type WatchEvent } from '../../../src/main/core-watch.ts';

const WELL: Beat = { type: 'beat', turnMs: 0, stillMs: 0, doing: null };

/** A core and a main process, a look and (if the core is not held) a beat every half second. */
function watch() {
  let state: Watched = UNWATCHED;
  let passedMs = 0;
  let endedAtMs: number | null = null;
  const told: (readonly [number, Hang | null])[] = [];
  const take = (event: WatchEvent): void => {
    const before = state.hang;
    const next = step(state, event);
    ({ state } = next);
    if (state.hang !== before) told.push([passedMs, state.hang]);
    if (next.end) {
      if (endedAtMs !== null) throw new Error('ended twice');
      endedAtMs = passedMs;
    }
  };
  return {
    take,
    told,
    endedAtMs: () => endedAtMs,
    /** So long main looks, and hears what `beat` says of a time; null: nothing. */
    pass: (ms: number, beat: (sinceMs: number) => Beat | null) => {
      for (let sinceMs = BEAT_EVERY_MS; sinceMs <= ms; sinceMs += BEAT_EVERY_MS) {
        passedMs += BEAT_EVERY_MS;
        take({ type: 'look' });
        const heard = beat(sinceMs);
        if (heard !== null) take(heard);
      }
    },
  };
}

/** A main loop that does not turn, nor moves, for so long. */
const stuck = (ms: number, doing: Beat['doing'] = null): Beat => ({
  ...WELL,
  turnMs: ms,
  stillMs: ms,
  doing,
});
const nothing = (): null => null;
const well = (): Beat => WELL;

function started() {
  const core = watch();
  core.take({ type: 'ready' });
  core.take(WELL);
  return core;
}

test.for<readonly [doing: Beat['doing'], ms: number, hang: Hang | null, end: boolean]>([
  [null, 2_500, null, false],
  [null, 3_000, 'silent', false],
  [null, 9_500, 'silent', false],
  [null, 10_000, 'silent', true],
  ['disk', 2_500, null, false],
  ['disk', 3_000, 'slow-disk', false],
  ['disk', 10_000, 'slow-disk', false],
  ['disk', 59_500, 'slow-disk', false],
  ['disk', 60_000, 'slow-disk', true],
  ['long', 2_500, null, false],
  ['long', 3_000, 'long-work', false],
  ['long', 59_500, 'long-work', false],
  ['long', 60_000, 'long-work', true],
])('no beat since one that said %s, %i ms ago: told %s, ended %s', ([doing, ms, hang, end]) => {
  const core = watch();
  core.take({ type: 'ready' });
  core.take({ ...WELL, doing });
  core.pass(ms, nothing);
  expect([core.told.at(-1)?.[1] ?? null, core.endedAtMs()]).toEqual([hang, end ? ms : null]);
});

test('a core that is held is covered after 3 s and ended after 10 s, once', () => {
  const core = started();
  core.pass(60_000, nothing);
  expect(core.told).toEqual([[3_000, 'silent']]);
  expect(core.endedAtMs()).toBe(10_000);
});

test('a main loop that never turns again is covered after 3 s and ended after 10 s, although its thread beats', () => {
  const core = started();
  core.pass(60_000, stuck);
  expect(core.told).toEqual([[3_000, 'silent']]);
  expect(core.endedAtMs()).toBe(10_000);
});

test('half of it held and half of it stuck is as long', () => {
  const core = started();
  core.pass(6_000, stuck);
  core.pass(6_000, nothing);
  expect(core.endedAtMs()).toBe(10_000);
});

test('a core that answers in time is uncovered and stays', () => {
  const core = started();
  core.pass(9_000, stuck);
  core.pass(60_000, well);
  expect(core.told).toEqual([
    [3_000, 'silent'],
    [9_500, null],
  ]);
  expect(core.endedAtMs()).toBeNull();
});

test('a flush of 25 s is told as a slow disk, and the core stays', () => {
  const core = started();
  core.pass(25_000, (ms) => stuck(ms, 'disk'));
  core.pass(10_000, well);
  expect(core.told).toEqual([
    [3_000, 'slow-disk'],
    [25_500, null],
  ]);
  expect(core.endedAtMs()).toBeNull();
});

test('a flush of more than a minute ends the core, also one that is held while it flushes', () => {
  const flushing = started();
  flushing.pass(70_000, (ms) => stuck(ms, 'disk'));
  expect(flushing.endedAtMs()).toBe(60_000);
  const held = started();
  held.pass(2_000, (ms) => stuck(ms, 'disk'));
  held.pass(70_000, nothing);
  expect(held.endedAtMs()).toBe(60_000);
});

test('one flush after the other is a slow disk too, for a minute in all', () => {
  const core = started();
  core.pass(70_000, (ms) => {
    const within = ms % 7_000;
    const flushing = within < 5_000;
    return {
      ...WELL,
      turnMs: ms,
      stillMs: flushing ? within : within - 5_000,
      doing: flushing ? 'disk' : null,
    };
  });
  expect(core.told).toEqual([[3_000, 'slow-disk']]);
  expect(core.endedAtMs()).toBe(60_000);
});

test('a flush just before a loop without end makes no slow disk of it', () => {
  const core = started();
  core.pass(20_000, (ms) => ({ ...WELL, turnMs: ms, stillMs: ms - 500 }));
  expect(core.told).toEqual([[3_000, 'silent']]);
  expect(core.endedAtMs()).toBe(10_500);
});

test('work that takes minutes is told and let be, as long as the process beats', () => {
  const core = started();
  core.pass(600_000, (ms) => stuck(ms, 'long'));
  expect(core.told).toEqual([[3_000, 'long-work']]);
  expect(core.endedAtMs()).toBeNull();
  core.pass(70_000, nothing);
  expect(core.endedAtMs()).toBe(660_000);
});

test('a start is let be, however long, and so is a core whose thread never beat', () => {
  const starting = watch();
  starting.pass(600_000, stuck);
  expect(starting.told).toEqual([]);
  starting.take({ type: 'ready' });
  starting.pass(10_000, well);
  const mute = watch();
  mute.take({ type: 'ready' });
  mute.pass(600_000, nothing);
  expect([...starting.told, ...mute.told]).toEqual([]);
  expect([starting.endedAtMs(), mute.endedAtMs()]).toEqual([null, null]);
});

test('a PC that sleeps for a night, at any moment, costs no core: nobody looked, and nobody beat', () => {
  const core = started();
  core.pass(60_000, well);
  // Asleep in between. Main is awake first and looks; the core takes its time.
  core.pass(2_000, nothing);
  core.pass(60_000, well);
  expect(core.told).toEqual([]);
  expect(core.endedAtMs()).toBeNull();
});
