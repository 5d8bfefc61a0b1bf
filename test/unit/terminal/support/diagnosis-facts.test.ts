import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { explainFinding } from '../../../../src/contract/messages/findings.ts';
import {
  NO_RECORD,
  NO_WAY_BACK,
  type UpdateRecord,
} from '../../../../src/contract/terminal/update-record.ts';
import { diagnose } from '../../../../src/terminal/devices/diagnose.ts';
import type { KeyStorage } from '../../../../src/terminal/identity.ts';
import { updateFacts, type UpdateFacts } from '../../../../src/terminal/support/diagnosis-facts.ts';
import { packageOf } from '../../../support/fake-updater.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'voucher-terminal-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function told(key: KeyStorage, update: UpdateFacts): (check: 'key' | 'update') => readonly string[] {
  const findings = diagnose({
    runtime: { node: '24.0.0', napi: 10, missingDrivers: [] },
    database: { state: 'none' },
    clock: { trusted: true, skewMs: 0 },
    clearing: null,
    devices: [],
    printerProblem: null,
    disk: { freeBytes: 1e12, folder },
    key,
    update,
  });
  return (check) => {
    const found = findings.find((each) => each.check === check);
    if (found === undefined) return [];
    const { what } = explainFinding('en', found);
    expect(what, found.code).not.toBe(found.code);
    expect(explainFinding('zh', found).what, found.code).not.toBe(found.code);
    expect(what).not.toMatch(/\{\{/);
    return [found.level, found.code];
  };
}
const update = (record: UpdateRecord): readonly string[] =>
  told({ kept: 'none' }, { state: 'known', record })('update');

test('the doctor says where the terminal key is kept, and warns where only a file guards it', () => {
  const off = { state: 'off' } as const;
  const path = '/var/lib/key';
  expect(told({ kept: 'sealed', path }, off)('key')).toEqual(['ok', 'key-sealed']);
  expect(told({ kept: 'file', path, onlyOwner: true }, off)('key')).toEqual(['warn', 'key-in-file']);
  expect(told({ kept: 'file', path, onlyOwner: false }, off)('key')).toEqual(['fail', 'key-open']);
  expect(told({ kept: 'none' }, off)('key')).toEqual(['warn', 'key-none']);
});

test('the doctor tells of a version that is tried, was given up, or could not be', () => {
  const brought = packageOf('2.0.0');
  const attempt = {
    from: '1.0.0',
    to: '2.0.0',
    starts: 1,
    faultBefore: null,
    journalVersion: 4,
    installedAs: null,
    brought,
  };
  expect(update({ ...NO_RECORD, attempt })).toEqual(['warn', 'update-trying']);
  expect(update(NO_RECORD)).toEqual(['ok', 'update-nothing-kept']);
  expect(update({ ...NO_RECORD, kept: packageOf('1.0.0') })).toEqual(['ok', 'update-ready']);
  const problem = { version: '2.0.0', why: null } as const;
  expect(update({ ...NO_RECORD, problem: { ...problem, reason: 'rolled-back' } })).toEqual([
    'warn',
    'update-rolled-back',
  ]);
  for (const reason of ['not-installed', 'refused'] as const)
    expect(update({ ...NO_RECORD, problem: { ...problem, reason } })).toEqual(['warn', 'update-failed']);
  for (const why of NO_WAY_BACK)
    expect(update({ ...NO_RECORD, problem: { version: '2.0.0', reason: 'no-way-back', why } })).toEqual([
      'fail',
      'update-no-way-back',
    ]);
});

test('what main has noted is read from the folder: nothing, something, something broken', () => {
  expect(updateFacts(folder)).toEqual({ state: 'off' });
  writeFileSync(join(folder, 'settings.json'), '{"updates":{"url":"https://updates.city.example/"}}');
  expect(updateFacts(folder)).toEqual({ state: 'known', record: NO_RECORD });
  writeFileSync(join(folder, 'update.json'), JSON.stringify({ ...NO_RECORD, refused: ['2.0.0'] }));
  expect(updateFacts(folder)).toEqual({ state: 'known', record: { ...NO_RECORD, refused: ['2.0.0'] } });
  writeFileSync(join(folder, 'update.json'), '{"attempt":');
  expect(updateFacts(folder)).toEqual({ state: 'unreadable' });
});
