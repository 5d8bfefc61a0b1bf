import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { buildCore } from '../../scripts/build.ts';
import { ATTACKS, FULL, QUICK, type Row } from './suite.ts';

/**
 * `npm run torture [-- --quick] [--only power,kill,disk,flips,network,million] [--seed S]`: attacks a terminal that
 * redeems and prints what came of it as a table; how far it has come goes to standard error. Exit code 1 if
 * anything came that must not.
 */
const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    seed: { type: 'string', default: '1' },
    only: { type: 'string' },
  },
});

const names = values.only === undefined ? [...ATTACKS.keys()] : values.only.split(',');
const startedAt = new Date();
// In a folder of its own: the app's tests may be running from the other.
const entry = await buildCore('torture');
const rows: Row[] = [];
for (const name of names) {
  const attack = ATTACKS.get(name);
  if (attack === undefined)
    throw new Error(`no such attack: ${name}; there are ${[...ATTACKS.keys()].join(', ')}`);
  const options = {
    amounts: values.quick ? QUICK : FULL,
    seed: Number(values.seed),
    entry,
    say: (line: string) => console.error(line),
  };
  rows.push(...(await attack(options)));
}
const seconds = Math.round((Date.now() - startedAt.getTime()) / 1000);
console.log(`${startedAt.toISOString()}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, ${seconds} s`);
console.log('| attack | times | what was found | lost | holds |');
console.log('|---|--:|---|--:|---|');
for (const { attack, times, found, lost, holds } of rows)
  console.log(`| ${attack} | ${times} | ${found} | ${lost} | ${holds ? 'yes' : 'NO'} |`);
for (const { attack, detail } of rows) if (detail !== null) console.log(`${attack}: ${detail}`);
process.exitCode = rows.every(({ holds }) => holds) ? 0 : 1;
