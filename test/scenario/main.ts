import { mkdtempSync, existsSync } from 'node:fs';
import { buildCity } from './city.ts';
import { planOf } from './plan.ts';
import { play } from './play.ts';
import { Tally } from './tally.ts';
const t = Date.now();
const folder = mkdtempSync((existsSync('/dev/shm') ? '/dev/shm' : '/tmp') + '/scenario-');
console.log(folder);
const city = await buildCity(planOf(true), 1, folder);
console.log('built', Date.now() - t);
const tally = new Tally();
try {
  console.log('rounds', await play(city, tally));
} finally {
  console.log(tally.events, Date.now() - t);
}
