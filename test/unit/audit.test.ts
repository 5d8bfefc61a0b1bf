import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  licenceCounts,
  lockProblems,
  productionPackages,
  readAudit,
  type LockedPackage,
} from '../../scripts/package/audit.ts';
import { ROOT } from '../support/app-window.ts';

const GOOD: LockedPackage = { name: 'good', version: '1.0.0', licence: 'MIT', hasChecksum: true };

test('every production package of the lock file has a checksum and an allowed licence', () => {
  const lock: unknown = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8'));
  const packages = productionPackages(lock);
  expect(packages.length).toBeGreaterThan(300);
  expect(lockProblems(packages)).toEqual([]);
  const names = new Set(packages.map(({ name }) => name));
  expect(names.has('better-sqlite3')).toBe(true);
  expect(names.has('vitest')).toBe(false);
  expect(licenceCounts(packages)[0]?.[0]).toBe('MIT');
});

test.each([
  ['a forbidden licence', { ...GOOD, licence: 'AGPL-3.0-only' }],
  ['a licence nobody knows', { ...GOOD, licence: 'Custom: see LICENSE' }],
  ['no licence', { ...GOOD, licence: null }],
  ['no checksum', { ...GOOD, hasChecksum: false }],
])('%s is refused', (_name, bad) => {
  expect(lockProblems([GOOD])).toEqual([]);
  expect(lockProblems([GOOD, bad])).toHaveLength(1);
});

test('packages for development alone are not counted, nested ones go by their own name', () => {
  const lock = {
    packages: {
      '': { version: '1.0.0' },
      'node_modules/a': { version: '1.0.0', license: 'MIT', integrity: 'sha512-x' },
      'node_modules/a/node_modules/@s/b': { version: '2.0.0', license: 'ISC', integrity: 'sha512-x' },
      'node_modules/c': { version: '1.0.0', dev: true },
      'node_modules/d': { version: '1.0.0', devOptional: true },
    },
  };
  expect(productionPackages(lock).map(({ name, version }) => `${name} ${version}`)).toEqual([
    '@s/b 2.0.0',
    'a 1.0.0',
  ]);
});

test('an audit that found something says what, and one that did not happen says that', () => {
  const found = {
    vulnerabilities: { leftish: { severity: 'high', via: [] } },
    metadata: { vulnerabilities: { total: 1 } },
  };
  expect(readAudit(JSON.stringify(found))).toEqual({ asked: true, found: 1, lines: ['leftish: high'] });
  expect(readAudit('{\n  "message": "405 Method Not Allowed - POST",\n  "statusCode": 405\n}')).toEqual({
    asked: false,
    reason: '405 Method Not Allowed - POST',
  });
  expect(readAudit('')).toEqual({ asked: false, reason: 'no answer' });
});
