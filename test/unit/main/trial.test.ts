import { expect, test } from 'vitest';
import {
  NO_RECORD,
  updateRecordSchema,
  type UpdateAttempt,
  type UpdateRecord,
} from '../../../src/contract/terminal/update-record.ts';
import {
  atStart,
  confirmed,
  isGood,
  MOST_FAILED_STARTS,
  noWayBack,
  rolledBack,
} from '../../../src/main/trial.ts';
import { packageOf } from '../../support/fake-updater.ts';

const ATTEMPT: UpdateAttempt = {
  from: '1.0.0',
  to: '2.0.0',
  starts: 0,
  faultBefore: null,
  journalVersion: 4,
  installedAs: null,
  brought: packageOf('2.0.0'),
};
const trying = (starts: number): UpdateRecord => ({
  ...NO_RECORD,
  kept: packageOf('1.0.0'),
  attempt: { ...ATTEMPT, starts },
});

test('an ordinary start changes nothing', () => {
  const record = { ...NO_RECORD, kept: packageOf('1.0.0') };
  expect(atStart('1.0.0', record)).toEqual({ action: 'start', record });
});

test('each start of a new version is counted before it, and the one after the last goes back', () => {
  let record = trying(0);
  for (let starts = 1; starts <= MOST_FAILED_STARTS; starts += 1) {
    const decision = atStart('2.0.0', record);
    expect(decision).toMatchObject({ action: 'start', record: { attempt: { starts } } });
    ({ record } = decision);
  }
  expect(atStart('2.0.0', record)).toEqual({ action: 'roll-back', attempt: record.attempt, record });
});

test('the version that was given up is told by the one before, refused from then on, and its package is still kept', () => {
  const after = rolledBack(trying(2), '2.0.0');
  expect(after).toEqual({
    attempt: null,
    refused: ['2.0.0'],
    problem: { version: '2.0.0', reason: 'rolled-back', why: null },
    kept: packageOf('1.0.0'),
  });
  expect(atStart('1.0.0', after)).toEqual({ action: 'start', record: after });
});

test('a version that was to be given up and still runs says that it could not be', () => {
  const after = atStart('2.0.0', rolledBack(trying(2), '2.0.0'));
  expect(after.record.problem).toEqual({ version: '2.0.0', reason: 'no-way-back', why: 'install-failed' });
});

test('without a way back no further start is counted, and a good one ends the matter', () => {
  const stuck = noWayBack(trying(2), '2.0.0', 'journal-moved-on');
  expect(atStart('2.0.0', stuck)).toEqual({ action: 'start', record: stuck });
  expect(confirmed('2.0.0', stuck)).toEqual({ ...NO_RECORD, kept: packageOf('1.0.0') });
});

test('a good start of another version leaves the record alone', () => {
  const record = rolledBack(trying(2), '2.0.0');
  expect(confirmed('1.0.0', record)).toBe(record);
});

test('a version whose package was not kept leaves nothing to go back to, rather than the one before it', () => {
  const record: UpdateRecord = { ...trying(1), attempt: { ...ATTEMPT, starts: 1, brought: null } };
  expect(confirmed('2.0.0', record).kept).toBeNull();
});

test.each([
  [undefined, true, false],
  [null, false, false],
  [null, true, true],
  ['disk-full', true, false],
])('a start with core %s and painted %s is good: %s', (fault, painted, good) => {
  expect(isGood({ fault, painted }, ATTEMPT)).toBe(good);
});

test('an older version reads what a newer one wrote, without what it does not know', () => {
  const newer = { ...rolledBack(trying(2), '2.0.0'), addedLater: { deep: true } };
  expect(updateRecordSchema.parse(JSON.parse(JSON.stringify(newer)))).toEqual(rolledBack(trying(2), '2.0.0'));
});

test('a record of the first kind of this file is still read', () => {
  const old = { attempt: { to: '2.0.0', starts: 1 }, refused: ['1.9.0'], problem: null };
  expect(updateRecordSchema.parse(old)).toMatchObject({ attempt: { to: '2.0.0', starts: 1 }, kept: null });
});
