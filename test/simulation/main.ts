import { parseArgs } from 'node:util';
import { ALL_REAL } from './parts.ts';
import { PLANTS } from './plants.ts';
import { makeTemplate } from './sim-clearing.ts';
import { runSeed } from './simulate.ts';

/** `npm run simulate -- --seeds N --seed FIRST --steps M [--plant NAME]`, or `--list-plants`. */
const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '100' },
    seed: { type: 'string', default: '1' },
    steps: { type: 'string', default: '200' },
    plant: { type: 'string' },
    'list-plants': { type: 'boolean', default: false },
  },
});

function wholeNumber(name: string, text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new Error(`--${name} takes a whole number, not ${text}`);
  return Number(text);
}

async function main(): Promise<number> {
  if (values['list-plants']) {
    for (const name of PLANTS.keys()) console.log(name);
    return 0;
  }
  const seeds = wholeNumber('seeds', values.seeds);
  const first = wholeNumber('seed', values.seed);
  const steps = wholeNumber('steps', values.steps);
  const parts = values.plant === undefined ? ALL_REAL : PLANTS.get(values.plant);
  if (parts === undefined) throw new Error(`no such plant: ${String(values.plant)}; see --list-plants`);
  const template = await makeTemplate();
  const faults = new Map<string, number>();
  let stepsDone = 0;
  let violations = 0;
  for (let seed = first; seed < first + seeds; seed += 1) {
    const result = await runSeed(template, seed, steps, parts);
    stepsDone += result.steps;
    violations += result.violations.length;
    for (const [kind, count] of result.faults) faults.set(kind, (faults.get(kind) ?? 0) + count);
    for (const { rule, detail } of result.violations)
      console.log(`seed ${seed}, step ${result.steps}: ${rule}: ${detail}`);
  }
  for (const [kind, count] of [...faults].sort(([a], [b]) => (a < b ? -1 : 1)))
    console.log(`${kind}: ${count}`);
  const total = [...faults.values()].reduce((sum, count) => sum + count, 0);
  console.log(`simulate: ${seeds} seeds, ${stepsDone} steps, ${total} faults, ${violations} violations`);
  return violations === 0 ? 0 : 1;
}

process.exitCode = await main();
