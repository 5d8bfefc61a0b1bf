import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { reportSequences } from './checkout-sequences.ts';
import type { Signatures } from './crypto-memory.ts';
import { PLANTS } from './plants.ts';
import { runSeeds } from './run-seeds.ts';

/**
 * `npm run simulate -- --seeds N --seed FIRST --steps M [--plant NAME] [--jobs N] [--signatures real]`, or
 * `--list-plants`; `npm run simulate -- --checkout N [--seed FIRST]`: N sequences of the checkout alone.
 */
const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '100' },
    seed: { type: 'string', default: '1' },
    steps: { type: 'string', default: '200' },
    plant: { type: 'string' },
    signatures: { type: 'string', default: 'stand-in' },
    jobs: { type: 'string', default: String(availableParallelism()) },
    checkout: { type: 'string' },
    'list-plants': { type: 'boolean', default: false },
  },
});

/** Also tells how far a long run has come, on standard error, so that the output stays the same. */
const SEEDS_A_REPORT = 500;

function wholeNumber(name: string, text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new Error(`--${name} takes a whole number, not ${text}`);
  return Number(text);
}

function signaturesOf(text: string): Signatures {
  if (text !== 'stand-in' && text !== 'real') throw new Error('--signatures takes stand-in or real');
  return text;
}

async function main(): Promise<number> {
  if (values['list-plants']) {
    for (const name of PLANTS.keys()) console.log(name);
    return 0;
  }
  if (values.checkout !== undefined) {
    const sequences = wholeNumber('checkout', values.checkout);
    return reportSequences(wholeNumber('seed', values.seed), sequences) ? 0 : 1;
  }
  const seeds = wholeNumber('seeds', values.seeds);
  const faults = new Map<string, number>();
  let done = 0;
  let stepsDone = 0;
  let violations = 0;
  await runSeeds({
    first: wholeNumber('seed', values.seed),
    seeds,
    steps: wholeNumber('steps', values.steps),
    plant: values.plant ?? null,
    signatures: signaturesOf(values.signatures),
    jobs: wholeNumber('jobs', values.jobs),
    enough: (result) => {
      done += 1;
      stepsDone += result.steps;
      violations += result.violations.length;
      for (const [kind, count] of result.faults) faults.set(kind, (faults.get(kind) ?? 0) + count);
      for (const { rule, detail } of result.violations)
        console.log(`seed ${result.seed}, step ${result.steps}: ${rule}: ${detail}`);
      if (done % SEEDS_A_REPORT === 0) console.error(`${done} of ${seeds} seeds`);
      return false;
    },
  });
  for (const [kind, count] of [...faults].sort(([a], [b]) => (a < b ? -1 : 1)))
    console.log(`${kind}: ${count}`);
  const total = [...faults.values()].reduce((sum, count) => sum + count, 0);
  console.log(`simulate: ${seeds} seeds, ${stepsDone} steps, ${total} faults, ${violations} violations`);
  return violations === 0 ? 0 : 1;
}

process.exitCode = await main();
