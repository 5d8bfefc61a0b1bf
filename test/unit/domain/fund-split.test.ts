import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cumulativeShares, type FundPart, fundParts, splitStep } from '../../../src/domain/fund-split.ts';
import { zhumadian2023 } from '../../../src/contract/campaign/zhumadian-2023.ts';
import { fen } from '../../../src/domain/money.ts';
import { fundShares } from '../../support/fund-split-model.ts';

const part = (weight: number, capFen: number): FundPart => ({ weight, capFen: fen(capFen) });
const sum = (amounts: readonly number[]): number => amounts.reduce((total, amount) => total + amount, 0);
const partsArbitrary = fc.array(
  fc.record({
    // Small ones often leave remainders that are alike.
    weight: fc.oneof(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 65_535 })),
    capFen: fc.integer({ min: 1, max: 5000 }),
  }),
  { minLength: 1, maxLength: 6 },
);
/** How much of all that the funds have is borne. Of `fc.double` hardly any is above a millionth. */
const partOfAll = fc.integer({ min: 0, max: 10_000 }).map((parts) => parts / 10_000);

describe('the split over funds', () => {
  it('follows the plan 2:2:1:1, a fen too few going to the largest remainders', () => {
    expect(cumulativeShares(fen(2000), fundParts(zhumadian2023()))).toEqual([667, 667, 333, 333]);
  });

  it('takes no fund beyond what it has: the others bear the rest by their weights', () => {
    const parts = [part(1, 100), part(1, 1000), part(2, 1000)];
    expect(cumulativeShares(fen(400), parts)).toEqual([100, 100, 200]);
    expect(cumulativeShares(fen(1000), parts)).toEqual([100, 300, 600]);
    expect(cumulativeShares(fen(2100), parts)).toEqual([100, 1000, 1000]);
    expect(() => cumulativeShares(fen(2101), parts)).toThrow(RangeError);
    expect(() => cumulativeShares(fen(-1), parts)).toThrow(RangeError);
  });

  it('adds up to the fen, never negative and never above a fund, for any shares and any total', () => {
    fc.assert(
      fc.property(partsArbitrary, partOfAll, (raw, how) => {
        const parts = raw.map(({ weight, capFen }) => part(weight, capFen));
        const total = fen(Math.floor(sum(raw.map(({ capFen }) => capFen)) * how));
        const shares = cumulativeShares(total, parts);
        expect(sum(shares)).toBe(total);
        for (const [index, share] of shares.entries()) {
          expect(share).toBeGreaterThanOrEqual(0);
          expect(share).toBeLessThanOrEqual(parts[index]?.capFen ?? 0);
        }
      }),
    );
  });

  it('is what one reckons on paper, for any shares and any total', () => {
    fc.assert(
      fc.property(partsArbitrary, partOfAll, (raw, how) => {
        const total = Math.floor(sum(raw.map(({ capFen }) => capFen)) * how);
        const parts = raw.map(({ weight, capFen }) => part(weight, capFen));
        expect(cumulativeShares(fen(total), parts)).toEqual(fundShares(total, raw));
      }),
    );
  });

  it('depends on the total alone: whatever the way there, the funds end where one step would take them', () => {
    fc.assert(
      fc.property(
        partsArbitrary,
        fc.array(fc.integer({ min: -2000, max: 2000 }), { maxLength: 30 }),
        (raw, steps) => {
          const parts = raw.map(({ weight, capFen }) => part(weight, capFen));
          const most = sum(raw.map(({ capFen }) => capFen));
          let paid: readonly number[] = parts.map(() => 0);
          for (const step of steps) {
            const total = sum(paid) + step;
            if (total < 0 || total > most) continue;
            const shares = splitStep(paid.map(fen), step, parts);
            expect(sum(shares)).toBe(step);
            paid = paid.map((amount, index) => amount + (shares[index] ?? 0));
          }
          expect(paid).toEqual(cumulativeShares(fen(sum(paid)), parts));
        },
      ),
    );
  });
});
