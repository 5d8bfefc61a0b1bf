import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { NO_RECORD, type UpdateAttempt } from '../../../src/contract/terminal/update-record.ts';
import { ASK_EVERY_MS, CHECK_EVERY_MS, GOOD_WITHIN_MS } from '../../../src/main/updates.ts';
import { HEALTHY, packageOf, updatingPc, type UpdatingPc } from '../../support/fake-updater.ts';

let pc: UpdatingPc;
const settle = (): Promise<unknown> => vi.advanceTimersByTimeAsync(0);
const count = (what: string): number => pc.did.filter((done) => done === what).length;

beforeEach(() => {
  vi.useFakeTimers();
  pc = updatingPc();
});
afterEach(() => {
  vi.useRealTimers();
});

test('without an address nothing is ever looked for', async () => {
  const updates = pc.mustStart('1.0.0');
  updates.coreReady(HEALTHY, null);
  await vi.advanceTimersByTimeAsync(2 * CHECK_EVERY_MS);
  expect(pc.did).toEqual([]);
  updates.stop();
});

test('a new version is looked for at the start and every six hours', async () => {
  pc.offered = null;
  const updates = pc.mustStart('1.0.0');
  updates.coreReady(HEALTHY, pc.updater);
  await vi.advanceTimersByTimeAsync(2 * CHECK_EVERY_MS);
  expect(pc.did).toEqual(['check', 'check', 'check']);
  expect(pc.notices).toEqual([null]);
  updates.stop();
});

test('an update waits, and says so, until the core allows it; then the core ends before the program is replaced', async () => {
  const updates = pc.mustStart('1.0.0');
  updates.coreReady(HEALTHY, pc.updater);
  await vi.advanceTimersByTimeAsync(3 * ASK_EVERY_MS);
  expect(pc.did).toEqual(['check', 'download', 'ask', 'ask', 'ask', 'ask']);
  expect(pc.notices.at(-1)).toEqual({ version: '2.0.0', reason: 'waiting', why: null });
  pc.did.length = 0;
  pc.allowed = true;
  await vi.advanceTimersByTimeAsync(3 * ASK_EVERY_MS);
  expect(pc.did).toEqual(['ask', 'remember', 'stop the core', 'install and restart']);
});

test('at closing an update that waits goes in without a restart, if the core allows it', async () => {
  const updates = pc.mustStart('1.0.0');
  updates.coreReady(HEALTHY, pc.updater);
  await settle();
  pc.did.length = 0;
  await updates.closing();
  expect(pc.did).toEqual(['ask at closing']);
  pc.allowed = true;
  await updates.closing();
  expect(pc.did.slice(1)).toEqual(['ask at closing', 'remember', 'stop the core', 'install']);
});

test('a core that comes back after an accident neither doubles the checks nor loses the notice', async () => {
  const updates = pc.mustStart('1.0.0');
  updates.coreReady(HEALTHY, pc.updater);
  await settle();
  updates.coreReady(HEALTHY, pc.updater);
  await settle();
  expect(count('check')).toBe(1);
  expect(pc.notices.at(-1)).toEqual({ version: '2.0.0', reason: 'waiting', why: null });
  updates.stop();
});

test('a package that is not believed is told, not installed, and looked at again at the next check', async () => {
  pc.believed = false;
  pc.allowed = true;
  const updates = pc.mustStart('1.0.0');
  updates.coreReady(HEALTHY, pc.updater);
  await settle();
  expect(pc.did).toEqual(['check', 'download']);
  expect(pc.notices.at(-1)).toEqual({ version: '2.0.0', reason: 'refused', why: null });
  pc.believed = true;
  await vi.advanceTimersByTimeAsync(CHECK_EVERY_MS);
  expect(count('install and restart')).toBe(1);
});

test('a line that breaks is nothing to tell: the next check tries again', async () => {
  pc.lineBroken = true;
  const updates = pc.mustStart('1.0.0');
  updates.coreReady(HEALTHY, pc.updater);
  await vi.advanceTimersByTimeAsync(CHECK_EVERY_MS);
  expect(pc.did).toEqual(['check', 'download', 'check', 'download']);
  expect(pc.notices).toEqual([null]);
  updates.stop();
});

test('where the record cannot be written nothing is installed', async () => {
  pc.allowed = true;
  Object.defineProperty(pc, 'record', {
    get: () => NO_RECORD,
    set: () => {
      throw new Error('disk full');
    },
  });
  pc.mustStart('1.0.0').coreReady(HEALTHY, pc.updater);
  await vi.advanceTimersByTimeAsync(CHECK_EVERY_MS);
  expect(count('install and restart') + count('stop the core')).toBe(0);
});

const ATTEMPT: UpdateAttempt = {
  from: '1.0.0',
  to: '2.0.0',
  starts: 0,
  faultBefore: null,
  journalVersion: 4,
  installedAs: null,
  brought: packageOf('2.0.0'),
};
/** Right after version 2 was installed over version 1. */
const trying = (changes: Partial<UpdateAttempt> = {}): void => {
  pc.record = { ...NO_RECORD, kept: packageOf('1.0.0'), attempt: { ...ATTEMPT, ...changes } };
};

test('what an installation leaves says what going back needs: version, package, journal, fault, place', async () => {
  pc.allowed = true;
  pc.mustStart('1.0.0').coreReady({ fault: 'disk-full', journalVersion: 4 }, pc.updater);
  await settle();
  expect(pc.record.attempt).toEqual({ ...ATTEMPT, faultBefore: 'disk-full' });
  expect(pc.record.kept).toEqual(packageOf('1.0.0'));
});

test('a new version is good once its window has painted and its core works, in either order: its package is kept', () => {
  for (const paintedFirst of [true, false]) {
    trying();
    const updates = pc.mustStart('2.0.0');
    expect(pc.record.attempt?.starts).toBe(1);
    if (paintedFirst) updates.painted();
    else updates.coreReady(HEALTHY, null);
    expect(pc.record.attempt?.starts).toBe(1);
    if (paintedFirst) updates.coreReady(HEALTHY, null);
    else updates.painted();
    expect(pc.record).toEqual({ ...NO_RECORD, kept: packageOf('2.0.0') });
    expect(pc.did.splice(0)).toEqual(['good']);
    updates.stop();
  }
});

test.each([
  ['a fault that was not there before', null, 'database-damaged', false],
  ['another fault than before', 'disk-full', 'database-damaged', false],
  ['the fault that was there before', 'disk-full', 'disk-full', true],
])('%s: good or not', (_name, faultBefore, fault, good) => {
  trying({ faultBefore });
  const updates = pc.mustStart('2.0.0');
  updates.coreReady({ fault, journalVersion: 4 }, null);
  updates.painted();
  expect(pc.record.attempt === null).toBe(good);
  updates.stop();
});

test('a start that is not good in time ends by itself, and after the second one the launcher goes back', async () => {
  trying();
  pc.mustStart('2.0.0').painted();
  await vi.advanceTimersByTimeAsync(GOOD_WITHIN_MS);
  expect(pc.did.splice(0)).toEqual(['stop the core', 'start anew']);
  pc.mustStart('2.0.0').coreReady(HEALTHY, null);
  await vi.advanceTimersByTimeAsync(GOOD_WITHIN_MS);
  expect(pc.did.splice(0)).toEqual(['stop the core', 'start anew']);
  expect(pc.start('2.0.0')).toBeNull();
  expect(pc.did).toEqual(['go back to 1.0.0']);
});

test('a version that nobody is trying is never restarted for being late', async () => {
  pc.mustStart('1.0.0');
  await vi.advanceTimersByTimeAsync(GOOD_WITHIN_MS);
  expect(pc.did).toEqual([]);
});

test('two starts that end before anything can be told count as failed too', () => {
  trying();
  for (let starts = 0; starts < 2; starts += 1) pc.mustStart('2.0.0').stop();
  expect(pc.start('2.0.0')).toBeNull();
});

test('while a new version is being tried no further one is fetched', async () => {
  trying();
  pc.offered = '3.0.0';
  const updates = pc.mustStart('2.0.0');
  updates.coreReady(HEALTHY, pc.updater);
  await settle();
  expect(pc.did).toEqual(['check']);
  updates.stop();
});

test('the package of the version that runs is remembered where the feed has it: there is a way back from then on', async () => {
  pc.offered = null;
  pc.own = packageOf('1.0.0');
  const updates = pc.mustStart('1.0.0');
  updates.coreReady(HEALTHY, pc.updater);
  await settle();
  expect(pc.record.kept).toEqual(packageOf('1.0.0'));
  updates.stop();
});

test('another version after the restart than expected is recorded, shown, and not tried again', async () => {
  trying();
  pc.allowed = true;
  const updates = pc.mustStart('1.0.0');
  updates.coreReady(HEALTHY, pc.updater);
  await vi.advanceTimersByTimeAsync(CHECK_EVERY_MS);
  expect(pc.did).toEqual(['check', 'check']);
  expect(pc.notices.at(-1)).toEqual({ version: '2.0.0', reason: 'not-installed', why: null });
  expect(pc.record.refused).toEqual(['2.0.0']);
  pc.offered = '2.0.1';
  await vi.advanceTimersByTimeAsync(CHECK_EVERY_MS);
  expect(count('install and restart')).toBe(1);
});
