import { describe, expect, it } from 'vitest';
import { readAccounts, verifyDays, verifyJournals } from '../../scenario/accounts.ts';
import { compareAll, Findings } from '../../scenario/agreement-oracle.ts';
import { buildCity } from '../../scenario/city.ts';
import { planOf } from '../../scenario/plan.ts';
import { plantDifferences, reconcileAll } from '../../scenario/planted.ts';
import { FINAL_PLANTS, type FinalPlant } from '../../scenario/plants.ts';
import { play } from '../../scenario/play.ts';
import { PLANTED, scratchFolder } from '../../scenario/scenario.ts';
import { Tally } from '../../scenario/tally-model.ts';

/** A fen wrong on each side, and what must then be said. */
const SAID: Readonly<Record<FinalPlant, RegExp>> = {
  customer: /paid and used, supermarket-20/,
  fund: /books and files of fund city/,
  payout: /paid out and settled/,
  line: /closed day .*: not as the books have it/,
  file: /closed day .*: hash-differs/,
};

describe('the plan of 2023, a fiftieth of it', () => {
  it('agrees to the fen from first claim to last settlement, and shows every fen that is put wrong', async () => {
    const scratch = scratchFolder();
    try {
      const tally = new Tally();
      const city = await buildCity(planOf(50), 7, scratch.path);
      expect(await play(city, tally)).toBeGreaterThan(5);
      const accounts = await readAccounts(city);
      const findings = new Findings();
      await reconcileAll(city, accounts, findings);
      expect(await plantDifferences(city, accounts, findings)).toBe(PLANTED);
      compareAll(city, tally, accounts, findings);
      await verifyDays(city, findings);
      expect(findings.list).toEqual([]);
      for (const [name, said] of Object.entries(SAID) as [FinalPlant, RegExp][]) {
        await FINAL_PLANTS[name](city, tally);
        const wrong = new Findings();
        compareAll(city, tally, await readAccounts(city), wrong);
        await verifyDays(city, wrong);
        expect([name, wrong.list.filter((finding) => said.test(finding)).length > 0]).toEqual([name, true]);
      }
      await verifyJournals(city, scratch.path, findings);
      expect(findings.list).toEqual([]);
      await city.clearing.close();
    } finally {
      scratch.remove();
    }
  }, 300_000);
});
