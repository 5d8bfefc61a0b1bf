import { parseArgs } from 'node:util';
import { cutPower } from './power-cut.ts';

/**
 * `npm run torture [-- --quick] [-- --seed S]`: cuts the power of a working journal and prints what was found.
 * The weakened storage must lose something, or the test itself is blind. Exit code 1 otherwise.
 */
const { values } = parseArgs({ options: { quick: { type: 'boolean' }, seed: { type: 'string' } } });
const seed = Number(values.seed ?? 1);
const images = values.quick === true ? 300 : 100_000;

const rows = (['full', 'normal-no-tail-log'] as const).map((storage) => {
  const figures = cutPower({ images, seed, redemptions: 20, storage });
  return { storage, ...figures, expected: storage === 'full' ? 'none' : 'some' };
});
console.table(rows, ['storage', 'images', 'points', 'acknowledged', 'replayed', 'losses', 'expected']);
for (const { storage, firstLoss } of rows) if (firstLoss !== null) console.log(`${storage}: ${firstLoss}`);
process.exitCode = rows.every(({ losses, expected }) => losses > 0 === (expected === 'some')) ? 0 : 1;
