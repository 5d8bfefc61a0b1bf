import { expect, test } from 'vitest';
import { fuzz } from '../../fuzz/fuzz.ts';

test(
  'ten thousand random and mutated codes: no throw, no forged code, bounded work',
  { timeout: 120_000 },
  () => {
    // Time decides nothing here; `npm run fuzz` also looks at it.
    const report = fuzz({ runs: 10_000, seed: 20_230_610, slowMs: Infinity });
    expect(report.failures).toEqual([]);
    expect(report.verifications).toHaveProperty('valid');
    expect(report.verifications).toHaveProperty('invalid');
    expect(report.mostReads).toBeGreaterThan(0);
  },
);
