import { parseArgs } from 'node:util';
import { fuzz } from './fuzz.ts';

/** npm run fuzz -- --runs N --seed S: prints the figures as JSON; exit 1 if anything failed. */
const { values } = parseArgs({
  options: { runs: { type: 'string', default: '100000' }, seed: { type: 'string', default: '1' } },
});
const runs = Number(values.runs);
const seed = Number(values.seed);
if (!Number.isSafeInteger(runs) || runs < 1 || !Number.isSafeInteger(seed)) {
  process.stderr.write('usage: npm run fuzz -- --runs N --seed S (whole numbers, N at least 1)\n');
  process.exitCode = 2;
} else {
  const report = fuzz({ runs, seed, slowMs: 50 });
  process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
  process.exitCode = report.failures.length === 0 ? 0 : 1;
}
