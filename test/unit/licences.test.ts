import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { isPermissive, licencesPage, productionLicences } from '../../scripts/package/licences.ts';
import { ROOT } from '../support/app-window.ts';

test('no production package has an unknown or copyleft licence, but the one that the build leaves out', async () => {
  const packages = await productionLicences();
  expect(packages.length).toBeGreaterThan(100);
  const others = packages.filter(({ licence }) => !isPermissive(licence));
  expect(others.map(({ name }) => name)).toEqual(['buffers']);
}, 60_000);

test('the list of licences in docs is the list of what is installed', async () => {
  const page = readFileSync(join(ROOT, 'docs/licences.md'), 'utf8');
  expect(page).toBe(licencesPage(await productionLicences()));
}, 60_000);

test.each([
  ['MIT', true],
  ['(MIT OR GPL-3.0-or-later)', true],
  ['(MIT AND Zlib)', true],
  ['GPL-3.0-only', false],
  ['(MIT AND GPL-2.0)', false],
  ['AGPL-3.0 OR SSPL-1.0', false],
  ['UNKNOWN', false],
  ['UNLICENSED', false],
])('a licence is permissive or not: %s', (expression, permissive) => {
  expect(isPermissive(expression)).toBe(permissive);
});
