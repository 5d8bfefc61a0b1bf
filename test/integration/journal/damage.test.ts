import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openJournal } from '../../../src/terminal/journal/open.ts';
import { FILES } from '../../../src/terminal/journal/storage.ts';
import { flipBits } from '../../torture/bit-flips.ts';
import { NOON, openEpoch, opened, redeem, testFolder, testIdentity } from '../../support/journal-builder.ts';

const FLIPS = 60;
const identity = testIdentity();
let folder: string;
let remove: (() => void) | null = null;

beforeEach(() => {
  const made = testFolder();
  folder = made.folder;
  remove = () => made.remove();
  const { journal } = opened(folder, identity);
  openEpoch(journal, identity);
  for (let serial = 1; serial <= 3; serial += 1) redeem(journal, serial);
  journal.close();
});
afterEach(() => remove?.());

/** Replaces bytes of the database file, as a bad disk does. */
function spoil(from: string, to: string): void {
  const file = join(folder, FILES.database);
  const bytes = readFileSync(file);
  const at = bytes.lastIndexOf(from);
  expect(at).toBeGreaterThan(0);
  bytes.write(to, at);
  writeFileSync(file, bytes);
}
const start = () => openJournal({ folder, identity, nowMs: NOON });

test('a row that can not be read is damage, not a crash', () => {
  spoil('epoch-opened', 'epoch-0pened');
  expect(start()).toMatchObject({ ok: false, fault: { code: 'database-damaged' } });
});

test('a guard that is gone from the schema keeps the core from starting', () => {
  spoil('WHERE reversed_id IS NULL', 'WHERE reversed_id IS 1234');
  expect(start()).toMatchObject({
    ok: false,
    fault: { code: 'database-damaged', params: { what: 'schema-differs' } },
  });
});

test('a schema that names what is not there keeps the core from starting, with a reason', () => {
  spoil('length(', 'lungth(');
  expect(start()).toMatchObject({
    ok: false,
    fault: { code: 'database-damaged', params: { what: 'schema-differs' } },
  });
});

test.each(['database', 'wal'] as const)(
  'no flipped bit in the %s changes or shortens the journal unnoticed',
  (file) => {
    const figures = flipBits(file, FLIPS, 1);
    expect(figures).toMatchObject({ flips: FLIPS, unnoticed: 0, crashes: 0 });
    expect(figures.foundAtStart).toBeGreaterThan(0);
  },
);
