import { expect, test } from 'vitest';
import { BEAT_EVERY_MS } from '../../../src/contract/terminal/heartbeat.ts';
import type { Beat } from '../../../src/contract/terminal/shell.ts';
import {
  atDisk,
  atDiskWhile,
  atLength,
  LIFE_SIGNS,
  loopTurned,
  nextBeat,
  type Heard,
} from '../../../src/terminal/life-signs.ts';
import {
  opened,
  openEpoch,
  redeem,
  redemptionBody,
  testFolder,
  testIdentity,
} from '../../support/journal-builder.ts';

/** The thread's side, a beat at each call. */
function thread() {
  let heard: Heard | null = null;
  return (): Beat => {
    heard = nextBeat(heard, LIFE_SIGNS);
    return heard.beat;
  };
}
const doing = (): Beat['doing'] => thread()().doing;

test('a beat tells for how many beats the main loop has not turned', () => {
  const beat = thread();
  expect(beat()).toEqual({ type: 'beat', turnMs: 0, stillMs: 0, doing: null });
  beat();
  expect(beat()).toMatchObject({ turnMs: 2 * BEAT_EVERY_MS, stillMs: 2 * BEAT_EVERY_MS });
  loopTurned();
  expect(beat()).toMatchObject({ turnMs: 0, stillMs: 0 });
});

test('work with the disk is told while it lasts, and its end is a sign of life', () => {
  const beat = thread();
  beat();
  atDisk(() => {
    expect(beat()).toMatchObject({ turnMs: BEAT_EVERY_MS, stillMs: 0, doing: 'disk' });
    expect(beat()).toMatchObject({ turnMs: 2 * BEAT_EVERY_MS, stillMs: BEAT_EVERY_MS, doing: 'disk' });
    atDisk(() => undefined);
    expect(beat().doing).toBe('disk');
  });
  expect(beat()).toMatchObject({ turnMs: 4 * BEAT_EVERY_MS, stillMs: 0, doing: null });
});

test('work that takes minutes is told as such, also where it works with the disk', () => {
  atLength(() => {
    atDisk(() => expect(doing()).toBe('long'));
    expect(doing()).toBe('long');
  });
  expect(doing()).toBeNull();
});

test('work that fails leaves no mark behind', async () => {
  const fail = (): never => {
    throw new Error('full');
  };
  expect(() => atDisk(fail)).toThrow('full');
  expect(() => atLength(fail)).toThrow('full');
  await expect(atDiskWhile(() => Promise.reject(new Error('full')))).rejects.toThrow('full');
  expect(doing()).toBeNull();
});

test('a journal is at the disk in its transactions, its flushes and its back-ups, and nowhere else', async () => {
  const home = testFolder();
  const { journal } = opened(home.folder, testIdentity());
  try {
    openEpoch(journal, testIdentity());
    const before = LIFE_SIGNS[1] ?? 0;
    const seen: (string | null)[] = [];
    journal.append(0, () => {
      seen.push(doing());
      return { kind: 'redemption', body: redemptionBody(1) };
    });
    // Once for the transaction, once for the tail log's own flush.
    expect([seen, (LIFE_SIGNS[1] ?? 0) - before]).toEqual([['disk'], 4]);
    redeem(journal, 2);
    expect(doing()).toBeNull();
    const copied = journal.backUp(`${home.folder}/copy.db`);
    expect(doing()).toBe('disk');
    await copied;
    expect(doing()).toBeNull();
  } finally {
    journal.close();
    home.remove();
  }
});
