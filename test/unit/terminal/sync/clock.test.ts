import { expect, test } from 'vitest';
import { createClock, MAX_CLOCK_SKEW_MS, type ClockOptions } from '../../../../src/terminal/sync/clock.ts';

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
        keptSkewMs: null,
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

test('the time is never before an entry that was written, whatever clearing says', () => {
  const clock = machine(NOON).start();
  clock.onEntry(NOON + MINUTE_MS);
  clock.onSignedTime(NOON, 0);
  expect(clock.nowMs()).toBe(NOON + MINUTE_MS);
});
