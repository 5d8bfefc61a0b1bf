import { parseArgs } from 'node:util';
import { FINAL_PLANTS, type FinalPlant } from './plants.ts';
import { runScenario } from './scenario.ts';

const USAGE = `usage: npm run scenario [-- --quick] [--seed N] [--plant ${Object.keys(FINAL_PLANTS).join('|')}]`;

function isPlant(name: string): name is FinalPlant {
  return Object.hasOwn(FINAL_PLANTS, name);
}

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    seed: { type: 'string', default: '1' },
    plant: { type: 'string' },
  },
});
const { quick, seed, plant } = values;
if (!/^\d{1,9}$/.test(seed) || (plant !== undefined && !isPlant(plant))) {
  console.error(USAGE);
  process.exitCode = 2;
} else {
  const agrees = await runScenario({
    quick,
    seed: Number(seed),
    plant: plant ?? null,
    say: (text) => console.log(text),
  });
  console.log(agrees ? 'scenario: agrees to the fen' : 'scenario: DIFFERS');
  process.exitCode = agrees ? 0 : 1;
}
