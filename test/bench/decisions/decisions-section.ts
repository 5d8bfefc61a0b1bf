import { median, quantile, withSpread } from '../stats.ts';
import type { Section, Table } from '../types.ts';
import { benchDecide } from './scanned-code.ts';
import { baskets, flatten } from './baskets.ts';
import { ruleEngines, type RuleEngine } from './engines.ts';

const BASKETS = 1_000;
const MICROSECONDS = 1_000;

/** Compares everybody with `decide` on the same baskets, in turn, and the answers one by one. */
async function engines(rounds: number): Promise<Table> {
  const cases = baskets(BASKETS).map((basket) => ({ basket, facts: flatten(basket) }));
  const all = ruleEngines();
  const own = all[0];
  if (own === undefined) throw new Error('no engine');
  const expected: string[] = [];
  for (const { basket, facts } of cases) expected.push(await own.decide(basket, facts));

  const times = new Map<string, number[]>(all.map(({ name }) => [name, []]));
  const medians = new Map<string, number[]>(all.map(({ name }) => [name, []]));
  const agreeing = new Map<string, number>();
  const once = async (engine: RuleEngine): Promise<void> => {
    const took: number[] = [];
    let agreed = 0;
    for (const [nth, { basket, facts }] of cases.entries()) {
      const startedMs = performance.now();
      const answer = await engine.decide(basket, facts);
      took.push((performance.now() - startedMs) * MICROSECONDS);
      if (answer === expected[nth]) agreed += 1;
    }
    agreeing.set(engine.name, agreed);
    times.get(engine.name)?.push(...took);
    medians.get(engine.name)?.push(median(took));
  };
  for (const engine of all) await once(engine);
  for (const { name } of all) {
    times.set(name, []);
    medians.set(name, []);
  }
  for (let round = 0; round < rounds; round += 1) for (const engine of all) await once(engine);

  const ownMedians = medians.get(own.name) ?? [];
  return {
    title: 'Decisions: the same campaign and baskets',
    columns: ['what', 'p50 µs (min–max of rounds)', 'p99 µs', '× decide()', 'agrees', 'explains'],
    rows: all.map(({ name, explains }) => {
      const own50 = medians.get(name) ?? [];
      const ratio = own50.map((value, round) => value / (ownMedians[round] ?? Number.NaN));
      return [
        name,
        withSpread(own50),
        quantile(times.get(name) ?? [], 0.99).toFixed(1),
        withSpread(ratio, 1),
        `${agreeing.get(name) ?? 0} of ${cases.length}`,
        explains,
      ];
    }),
    notes: [
      `${rounds} rounds in turn after one to warm up, ${BASKETS} baskets at the edges of every rule of the plan of 2023.`,
      'The engines get flat facts and give a code; the look-ups (kind, price bands) are done for them outside the time.',
    ],
  };
}

export const decisionsSection: Section = {
  section: 'decisions',
  run: async ({ quick }) => {
    const scanned = benchDecide(quick ? 500 : 2_000);
    return {
      budgets: scanned.map(({ what, p99Ms, budgetMs, within }) => ({
        name: `${what}, p99`,
        measured: p99Ms,
        limit: budgetMs,
        unit: 'ms',
        pass: within,
      })),
      tables: [
        {
          title: 'From the scanned text to the decision',
          columns: ['what', 'p50 ms', 'p99 ms'],
          rows: scanned.map(({ what, p50Ms, p99Ms }) => [what, p50Ms.toFixed(3), p99Ms.toFixed(3)]),
          notes: [],
        },
        await engines(quick ? 3 : 9),
      ],
    };
  },
};
