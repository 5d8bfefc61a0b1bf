import { describe, expect, test } from 'vitest';
import { createRepeatGate } from '../../../../src/terminal/devices/repeat-gate.ts';

describe('the same code', () => {
  test('within a second counts once, also with others in between', () => {
    const gate = createRepeatGate();
    expect([gate.pass('A', 0), gate.pass('B', 10), gate.pass('A', 20), gate.pass('A', 999)]).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });

  test('held in front of the scanner counts once, and again a second after it was taken away', () => {
    const gate = createRepeatGate();
    const reads = Array.from({ length: 30 }, (_, index) => gate.pass('A', index * 300));
    expect(reads.filter(Boolean)).toHaveLength(1);
    expect(gate.pass('A', 29 * 300 + 1000)).toBe(true);
  });

  test('is told from thousands of others without memory growing for ever', () => {
    const gate = createRepeatGate();
    for (let index = 0; index < 50_000; index += 1)
      expect(gate.pass(`CODE-${index}`, index / 1000)).toBe(true);
    expect(gate.pass('CODE-49999', 50)).toBe(false);
  });
});
