import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Device } from '../../../../src/contract/terminal/state.ts';
import {
  createDeviceNotes,
  DEVICES_SETTLE_MS,
  MAX_NOTES_A_RUN,
  type DeviceNotes,
} from '../../../../src/terminal/devices/device-notes.ts';

const scanner = (id: string, status: Device['status'] = 'open'): Device => ({
  id,
  kind: 'scanner',
  transport: 'hid',
  name: `Reader ${id}`,
  path: `/dev/${id}`,
  status,
  problem: null,
});

let known: string | null;
let noted: string[];
let notes: DeviceNotes;

function start(): void {
  notes = createDeviceNotes({
    known: () => known,
    keep: (devices) => {
      known = devices;
    },
    note: (device, change) => noted.push(`${change} ${device}`),
    log: (line) => noted.push(line),
  });
}
const settle = (): void => {
  vi.advanceTimersByTime(DEVICES_SETTLE_MS);
};

beforeEach(() => {
  vi.useFakeTimers();
  known = null;
  noted = [];
  start();
});
afterEach(() => {
  vi.useRealTimers();
});

test('a scanner that comes or goes is noted once, by what it is, also over a restart', () => {
  notes.seen([scanner('a'), scanner('b', 'searching')]);
  settle();
  expect(noted).toEqual(['added scanner: Reader a (hid, /dev/a)']);
  notes.stop();
  start();
  notes.seen([]);
  notes.seen([scanner('a')]);
  settle();
  expect(noted).toHaveLength(1);
  notes.seen([scanner('a', 'lost'), scanner('b')]);
  settle();
  expect(noted.slice(1)).toEqual([
    'removed scanner: Reader a (hid, /dev/a)',
    'added scanner: Reader b (hid, /dev/b)',
  ]);
});

test('a loose plug writes nothing while it comes and goes, and never more than its share', () => {
  for (let turn = 0; turn < 100; turn += 1) {
    notes.seen([scanner('a', turn % 2 === 0 ? 'lost' : 'open')]);
    vi.advanceTimersByTime(DEVICES_SETTLE_MS / 2);
  }
  expect(noted).toEqual([]);
  for (let turn = 0; turn < MAX_NOTES_A_RUN * 2; turn += 1) {
    notes.seen([scanner('a', turn % 2 === 0 ? 'open' : 'lost')]);
    settle();
  }
  expect(noted).toHaveLength(MAX_NOTES_A_RUN);
});

test('a printer that is out of paper is no change of what stands on the counter', () => {
  notes.seen([{ ...scanner('p', 'error'), kind: 'printer', transport: 'tcp' }]);
  settle();
  expect(noted).toEqual([]);
});
