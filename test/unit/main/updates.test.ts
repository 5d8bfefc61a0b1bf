import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ASK_EVERY_MS, CHECK_EVERY_MS, CORE_READY_WITHIN_MS } from '../../../src/main/updates.ts';
import { updatingPc, type UpdatingPc } from '../../support/fake-updater.ts';

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
  const updates = pc.start('1.0.0');
  updates.coreReady(null);
  await vi.advanceTimersByTimeAsync(2 * CHECK_EVERY_MS);
  expect(pc.did).toEqual([]);
  updates.stop();
});

test('a new version is looked for at the start and every six hours', async () => {
  pc.offered = null;
  const updates = pc.start('1.0.0');
  updates.coreReady(pc.updater);
  await vi.advanceTimersByTimeAsync(2 * CHECK_EVERY_MS);
  expect(pc.did).toEqual(['check', 'check', 'check']);
  expect(pc.notices).toEqual([null]);
  updates.stop();
});

test('an update waits, and says so, until the core allows it; then the core ends before the program is replaced', async () => {
  const updates = pc.start('1.0.0');
  updates.coreReady(pc.updater);
  await vi.advanceTimersByTimeAsync(3 * ASK_EVERY_MS);
  expect(pc.did).toEqual(['check', 'download', 'ask', 'ask', 'ask', 'ask']);
  expect(pc.notices.at(-1)).toEqual({ version: '2.0.0', reason: 'waiting' });
  pc.did.length = 0;
  pc.allowed = true;
  await vi.advanceTimersByTimeAsync(3 * ASK_EVERY_MS);
  expect(pc.did).toEqual(['ask', 'remember', 'stop the core', 'install and restart']);
});

test('at closing an update that waits goes in without a restart, if the core allows it', async () => {
  const updates = pc.start('1.0.0');
  updates.coreReady(pc.updater);
  await settle();
  pc.did.length = 0;
  await updates.closing();
  expect(pc.did).toEqual(['ask at closing']);
  pc.allowed = true;
  await updates.closing();
  expect(pc.did.slice(1)).toEqual(['ask at closing', 'remember', 'stop the core', 'install']);
});

test('a core that comes back after an accident neither doubles the checks nor loses the notice', async () => {
  const updates = pc.start('1.0.0');
  updates.coreReady(pc.updater);
  await settle();
  updates.coreReady(pc.updater);
  await settle();
  expect(count('check')).toBe(1);
  expect(pc.notices.at(-1)).toEqual({ version: '2.0.0', reason: 'waiting' });
  updates.stop();
});

test('a package that is not believed is told, not installed, and looked at again at the next check', async () => {
  pc.believed = false;
  pc.allowed = true;
  const updates = pc.start('1.0.0');
  updates.coreReady(pc.updater);
  await settle();
  expect(pc.did).toEqual(['check', 'download']);
  expect(pc.notices.at(-1)).toEqual({ version: '2.0.0', reason: 'refused' });
  pc.believed = true;
  await vi.advanceTimersByTimeAsync(CHECK_EVERY_MS);
  expect(count('install and restart')).toBe(1);
});

test('a line that breaks is nothing to tell: the next check tries again', async () => {
  pc.lineBroken = true;
  const updates = pc.start('1.0.0');
  updates.coreReady(pc.updater);
  await vi.advanceTimersByTimeAsync(CHECK_EVERY_MS);
  expect(pc.did).toEqual(['check', 'download', 'check', 'download']);
  expect(pc.notices).toEqual([null]);
  updates.stop();
});

test('where the record cannot be written nothing is installed', async () => {
  pc.allowed = true;
  Object.defineProperty(pc, 'record', {
    get: () => ({ attempt: null, refused: [], problem: null }),
    set: () => {
      throw new Error('disk full');
    },
  });
  pc.start('1.0.0').coreReady(pc.updater);
  await vi.advanceTimersByTimeAsync(CHECK_EVERY_MS);
  expect(count('install and restart') + count('stop the core')).toBe(0);
});

test('a new version whose core gets ready is good: nothing is left to remember', () => {
  pc.record = { attempt: { to: '2.0.0', starts: 0 }, refused: [], problem: null };
  const updates = pc.start('2.0.0');
  expect(pc.record.attempt?.starts).toBe(1);
  updates.coreReady(null);
  expect(pc.record).toEqual({ attempt: null, refused: [], problem: null });
});

test('another version after the restart than expected is recorded, shown, and not tried again', async () => {
  pc.record = { attempt: { to: '2.0.0', starts: 0 }, refused: [], problem: null };
  pc.allowed = true;
  const updates = pc.start('1.0.0');
  updates.coreReady(pc.updater);
  await vi.advanceTimersByTimeAsync(CHECK_EVERY_MS);
  expect(pc.did).toEqual(['check', 'check']);
  expect(pc.notices.at(-1)).toEqual({ version: '2.0.0', reason: 'not-installed' });
  expect(pc.record.refused).toEqual(['2.0.0']);
  pc.offered = '2.0.1';
  await vi.advanceTimersByTimeAsync(CHECK_EVERY_MS);
  expect(count('install and restart')).toBe(1);
});

test('a new version whose core is late twice is recorded as one that does not start, and refused from then on', async () => {
  pc.record = { attempt: { to: '2.0.0', starts: 0 }, refused: [], problem: null };
  pc.start('2.0.0');
  await vi.advanceTimersByTimeAsync(CORE_READY_WITHIN_MS);
  expect(pc.record.refused).toEqual([]);
  pc.start('2.0.0');
  await vi.advanceTimersByTimeAsync(CORE_READY_WITHIN_MS);
  expect(pc.record).toEqual({
    attempt: null,
    refused: ['2.0.0'],
    problem: { version: '2.0.0', reason: 'does-not-start' },
  });
  const older = pc.start('1.0.0');
  older.coreReady(pc.updater);
  await settle();
  expect(count('download')).toBe(0);
  expect(pc.notices.at(-1)).toEqual({ version: '2.0.0', reason: 'does-not-start' });
  older.stop();
});

test('two starts that end before anything can be told count as failed too', () => {
  pc.record = { attempt: { to: '2.0.0', starts: 0 }, refused: [], problem: null };
  for (let starts = 0; starts < 3; starts += 1) pc.start('2.0.0').stop();
  expect(pc.record.problem).toEqual({ version: '2.0.0', reason: 'does-not-start' });
});
