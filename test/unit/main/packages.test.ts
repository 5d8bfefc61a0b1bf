import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { packageStore } from '../../../src/main/packages.ts';

const folder = mkdtempSync(join(tmpdir(), 'packages-'));

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('a package that is not there is refused to the one who asks, never thrown past them', async () => {
  // Whether a file that can't be opened is heard of in time depends on the disk: of 100 tries some were not.
  const store = packageStore(folder);
  for (let n = 0; n < 500; n += 1)
    await expect(store.keep('1.0.0', join(folder, 'none.AppImage'))).rejects.toThrow('ENOENT');
  expect(readdirSync(join(folder, 'packages'))).toEqual([]);
});
