import { afterEach, beforeEach, expect, test } from 'vitest';
import { createAccess, type Access } from '../../../../src/terminal/access/access.ts';
import type { Journal } from '../../../../src/terminal/journal/types.ts';
import {
  NOON,
  opened,
  openEpoch,
  testFolder,
  testIdentity,
  testRoot,
  type TestFolder,
} from '../../../support/journal-builder.ts';

const DAY_MS = 24 * 3_600_000;
let home: TestFolder;
let journal: Journal;
let access: Access;
let nowMs: number;

beforeEach(() => {
  home = testFolder();
  const identity = testIdentity();
  ({ journal } = opened(home.folder, identity));
  openEpoch(journal, identity, testRoot());
  nowMs = NOON + DAY_MS;
  access = createAccess(journal, () => nowMs, {
    hash: (pin) => Promise.resolve(pin),
    check: (pin, hash) => Promise.resolve(pin === hash),
    stale: () => false,
  });
  access.ensureFirstManager({ id: 'M-1', name: '王店长', pin: '246810' });
});
afterEach(() => {
  journal.close();
  home.remove();
});

/** Wrong until it is locked; for how long from now, milliseconds. */
async function lock(): Promise<number> {
  for (;;) {
    await access.signIn('M-1', '000000').catch(() => undefined);
    const untilMs = access.accounts()[0]?.lockedUntilMs ?? null;
    if (untilMs !== null) return untilMs - nowMs;
  }
}

test('a clock that is set back by a day locks nobody out for a day, and frees nobody', async () => {
  const lockedForMs = await lock();
  nowMs -= DAY_MS;
  access.moveLocks(-DAY_MS);
  await expect(access.signIn('M-1', '246810')).rejects.toThrow('pin-locked');
  nowMs += lockedForMs;
  await access.signIn('M-1', '246810');
  expect(access.current()?.id).toBe('M-1');
});
