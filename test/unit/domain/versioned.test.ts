import { describe, expect, test } from 'vitest';
import { mayReplace } from '../../../src/domain/versioned.ts';

describe('packs and key rings only rise', () => {
  const current = { version: 3, expiresAtMs: 1_000 };

  test('a higher version takes the place of the one in use, the first of none', () => {
    expect(mayReplace(current, { version: 4, expiresAtMs: 1_000 }, 999)).toBe('replace');
    expect(mayReplace(null, { version: 1, expiresAtMs: 1_000 }, 999)).toBe('replace');
    expect(mayReplace(current, { version: 4 }, 10_000)).toBe('replace');
  });
  test('a lower one is refused, even where the one in use has expired', () => {
    expect(mayReplace(current, { version: 2, expiresAtMs: 10_000 }, 5_000)).toBe('lower-version');
  });
  test('the same one changes nothing', () => {
    expect(mayReplace(current, { version: 3, expiresAtMs: 10_000 }, 5_000)).toBe('same-version');
  });
  test('one that has expired already is refused, to the millisecond', () => {
    expect(mayReplace(current, { version: 4, expiresAtMs: 5_000 }, 5_000)).toBe('expired');
    expect(mayReplace(null, { version: 4, expiresAtMs: 5_000 }, 5_000)).toBe('expired');
    expect(mayReplace(null, { version: 4, expiresAtMs: 5_000 }, 4_999)).toBe('replace');
  });
});
