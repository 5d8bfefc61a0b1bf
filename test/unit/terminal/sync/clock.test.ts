import { expect, test } from 'vitest';
import {
  createClock,
  MAX_CLOCK_SKEW_MS,
  type ClockOptions,
  type ClockStep,
} from '../../../../src/terminal/sync/clock.ts';

const NOON = Date.UTC(2023, 5, 10, 4, 0, 0);
const MINUTE_MS = 60_000;

/** A machine whose clock can be set wrong while time goes by. */
function machine(systemMs: number) {
  let elapsedMs = 0;
  let offMs = 0;
  return {
    pass: (ms: number) => {
      elapsedMs += ms;
    },
    setClockBy: (ms: number) => {
      offMs += ms;
    },
    start: (kept: Partial<ClockOptions> = {}) =>
      createClock({
        systemNowMs: () => systemMs + elapsedMs + offMs,
        monotonicMs: () => elapsedMs,
        lastEntryAtMs: null,
        lastSignedMs: null,
        keptSkewMs: null,
        onStep: () => undefined,
        ...kept,
      }),
  };
}

test('without a network the time is the machine’s, and trusted', () => {
  const pc = machine(NOON);
  const clock = pc.start({ lastEntryAtMs: NOON - MINUTE_MS, keptSkewMs: MAX_CLOCK_SKEW_MS });
  pc.pass(MINUTE_MS);
  expect(clock.nowMs()).toBe(NOON + MINUTE_MS);
  expect(clock.trust()).toBe('trusted');
});

test('a clock behind the last entry is not trusted, and the time never goes before that entry', () => {
  const pc = machine(NOON);
  const clock = pc.start({ lastEntryAtMs: NOON + MINUTE_MS });
  expect(clock.nowMs()).toBe(NOON + MINUTE_MS);
  pc.pass(5);
  expect(clock.nowMs()).toBe(NOON + MINUTE_MS + 5);
  expect(clock.trust()).toBe('untrusted');
});

test('behind the last entry by no more than rounding is nothing to doubt', () => {
  expect(
    machine(NOON)
      .start({ lastEntryAtMs: NOON + 1000 })
      .trust(),
  ).toBe('trusted');
});

test('far from clearing’s time: the time is clearing’s, and the difference is told so that it can be kept', () => {
  const told: number[] = [];
  const pc = machine(NOON);
  const clock = pc.start({ onSkew: (skewMs) => told.push(skewMs) });
  clock.onSignedTime(NOON + 10 * MINUTE_MS, 200);
  expect(clock.nowMs()).toBe(NOON + 10 * MINUTE_MS + 100);
  // Clearing's time and monotonic time since are good whatever the machine's clock says.
  expect(clock.trust()).toBe('trusted');
  expect(told).toEqual([-10 * MINUTE_MS - 100]);
});

test.each([1, -1])('a kept difference of more than the limit is doubted after a restart (%i)', (sign) => {
  const clock = machine(NOON).start({ keptSkewMs: sign * (MAX_CLOCK_SKEW_MS + 1) });
  expect(clock.trust()).toBe('untrusted');
  clock.onSignedTime(NOON, 0);
  expect(clock.trust()).toBe('trusted');
});

test('time goes on evenly when the machine’s clock jumps, and the clock is doubted until clearing is heard', () => {
  const pc = machine(NOON);
  const clock = pc.start();
  pc.pass(MINUTE_MS);
  pc.setClockBy(-60 * MINUTE_MS);
  expect(clock.nowMs()).toBe(NOON + MINUTE_MS);
  expect(clock.trust()).toBe('untrusted');
  // Set right again: what happened in between is still not known.
  pc.setClockBy(60 * MINUTE_MS);
  expect(clock.trust()).toBe('untrusted');
  clock.onSignedTime(NOON + MINUTE_MS, 0);
  expect(clock.trust()).toBe('trusted');
});

test('an older signed time that was held back changes nothing', () => {
  const clock = machine(NOON).start();
  clock.onSignedTime(NOON + 5 * MINUTE_MS, 0);
  clock.onSignedTime(NOON + 4 * MINUTE_MS, 0);
  expect(clock.nowMs()).toBe(NOON + 5 * MINUTE_MS);
});

test('an answer over which the machine slept says nothing about now, and the next one does', () => {
  const pc = machine(NOON);
  const clock = pc.start();
  const slept = clock.startTrip();
  pc.pass(200);
  // Only the machine's clock goes on in a sleep.
  pc.setClockBy(120 * MINUTE_MS);
  clock.onSignedTime(NOON + 100, slept());
  expect(clock.trust()).toBe('untrusted');
  const awake = clock.startTrip();
  pc.pass(200);
  clock.onSignedTime(NOON + 120 * MINUTE_MS + 300, awake());
  expect(clock.nowMs()).toBe(NOON + 120 * MINUTE_MS + 400);
  expect(clock.trust()).toBe('trusted');
});

/** A clock with its steps, on a machine that begins at noon. */
function stepped(kept: Partial<ClockOptions> = {}) {
  const pc = machine(NOON);
  const steps: ClockStep[] = [];
  const clock = pc.start({ onStep: (step) => steps.push(step), ...kept });
  return { pc, clock, steps };
}
const DAY_MS = 24 * 60 * MINUTE_MS;

test.each([4 * MINUTE_MS, 10 * MINUTE_MS, DAY_MS, 12 * 365 * DAY_MS])(
  'a clock that was ahead by %i ms is set by the first signed time, in a step that is written down',
  (aheadMs) => {
    const { clock, steps } = stepped({ lastEntryAtMs: NOON + aheadMs });
    expect(clock.nowMs()).toBe(NOON + aheadMs);
    clock.onSignedTime(NOON, 0);
    expect(steps).toEqual([{ fromMs: NOON + aheadMs, toMs: NOON }]);
    expect([clock.nowMs(), clock.wireNowMs(), clock.trust()]).toEqual([NOON, NOON, 'trusted']);
    clock.onEntry(NOON + 5);
    expect(clock.nowMs()).toBe(NOON + 5);
  },
);

test('a step that can’t be written down is none, and requests are signed by clearing’s time all the same', () => {
  const { clock } = stepped({
    lastEntryAtMs: NOON + DAY_MS,
    onStep: () => {
      throw new Error('disk full');
    },
  });
  expect(() => clock.onSignedTime(NOON, 0)).toThrow('disk full');
  expect([clock.nowMs(), clock.wireNowMs()]).toEqual([NOON + DAY_MS, NOON]);
});

test('without a network the time is not before clearing’s last one, and a machine that is behind it is doubted', () => {
  const { clock } = stepped({ lastSignedMs: NOON + 20 * MINUTE_MS, lastEntryAtMs: NOON - MINUTE_MS });
  expect(clock.nowMs()).toBe(NOON + 20 * MINUTE_MS);
  expect(clock.trust()).toBe('untrusted');
});

test.each([5001, MINUTE_MS, 128_000, 60 * MINUTE_MS])(
  'an answer of %i ms ago that is shown again and again sets nothing back',
  (agoMs) => {
    const { pc, clock, steps } = stepped();
    clock.onSignedTime(NOON, 0);
    pc.pass(agoMs);
    for (let shown = 0; shown < 30; shown += 1) {
      clock.onSignedTime(NOON, 0);
      pc.pass(8000);
    }
    expect(clock.nowMs()).toBe(NOON + agoMs + 30 * 8000);
    expect(steps).toEqual([]);
    expect(clock.trust()).toBe('untrusted');
  },
);

test('nor does one of before the start, where the machine’s clock says otherwise', () => {
  const { clock, steps } = stepped({ lastSignedMs: NOON, lastEntryAtMs: NOON });
  clock.onSignedTime(NOON - 20 * 60 * MINUTE_MS, 0);
  expect([clock.nowMs(), clock.trust(), steps.length]).toEqual([NOON, 'untrusted', 0]);
});

test('clearing a day ahead for a moment: not believed in mid-run, and at a first contact mended by the next answer', () => {
  const running = stepped();
  running.clock.onSignedTime(NOON, 0);
  running.pc.pass(MINUTE_MS);
  running.clock.onSignedTime(NOON + DAY_MS, 0);
  expect([running.clock.nowMs(), running.clock.trust()]).toEqual([NOON + MINUTE_MS, 'untrusted']);
  running.clock.onSignedTime(NOON + MINUTE_MS, 0);
  expect([running.clock.nowMs(), running.clock.trust()]).toEqual([NOON + MINUTE_MS, 'trusted']);

  const first = stepped();
  first.clock.onSignedTime(NOON + DAY_MS, 0);
  first.clock.onEntry(NOON + DAY_MS);
  first.clock.onSignedTime(NOON, 0);
  expect(first.steps).toEqual([{ fromMs: NOON + DAY_MS, toMs: NOON }]);
  expect([first.clock.nowMs(), first.clock.trust()]).toEqual([NOON, 'trusted']);
});

test('three answers over a minute that agree outweigh a machine and a journal that don’t', () => {
  const { pc, clock } = stepped();
  clock.onSignedTime(NOON, 0);
  const say = (): boolean => clock.onSignedTime(clock.wireNowMs(), 0);
  clock.onSignedTime(NOON + DAY_MS, 0);
  pc.pass(30_000);
  say();
  expect(clock.nowMs()).toBe(NOON + 30_000);
  pc.pass(30_000);
  say();
  expect([clock.nowMs(), clock.trust()]).toEqual([NOON + DAY_MS + MINUTE_MS, 'trusted']);
});

test('nodes that are some seconds apart make no steps and no doubts', () => {
  const { pc, clock, steps } = stepped();
  for (let turn = 0; turn < 40; turn += 1) {
    clock.onEntry(clock.nowMs());
    expect(clock.onSignedTime(NOON + turn * 4000 - (turn % 2) * 3000, 0)).toBe(true);
    expect(clock.trust()).toBe('trusted');
    pc.pass(4000);
  }
  expect(steps).toEqual([]);
});

test('clearing sets its clock back by half a minute: nobody is offline, and after a minute the time follows', () => {
  const { pc, clock, steps } = stepped();
  clock.onSignedTime(NOON, 0);
  for (let passedMs = 8000; passedMs <= 72_000; passedMs += 8000) {
    pc.pass(8000);
    clock.onEntry(clock.nowMs());
    expect(clock.onSignedTime(NOON + passedMs - 30_000, 0)).toBe(true);
    expect(clock.trust()).toBe('trusted');
  }
  expect(steps.length).toBe(1);
  expect(clock.nowMs()).toBe(NOON + 72_000 - 30_000);
});

test('a slow network sets no journal time, but keeps nobody from signing requests that clearing takes', () => {
  const { clock } = stepped({ lastEntryAtMs: NOON + DAY_MS });
  clock.onSignedTime(NOON, 8000);
  expect([clock.nowMs(), clock.wireNowMs()]).toEqual([NOON + DAY_MS, NOON + 4000]);
});
