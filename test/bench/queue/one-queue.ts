import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { CONTENDERS } from './contenders.ts';
import type { OneQueue } from './run-queue.ts';

/**
 * Measures one contender in a process of its own, so that each has its own heap and its own file handles, and
 * prints one line of JSON. `--fill N` makes the queue and ends; `--anew` makes an empty one first.
 */
const { values } = parseArgs({
  options: {
    contender: { type: 'string', default: '' },
    folder: { type: 'string', default: '' },
    fill: { type: 'string' },
    anew: { type: 'boolean', default: false },
    commits: { type: 'string', default: '100' },
    firstRecord: { type: 'string', default: '1' },
    batch: { type: 'string', default: '0' },
    warm: { type: 'string', default: '10' },
    // Changes the folder to itself before the first measured commit and after the last: a mark that strace sees.
    marks: { type: 'boolean', default: false },
  },
});
const contender = CONTENDERS.find(({ name }) => name === values.contender);
if (contender === undefined) throw new Error(`no contender ${values.contender}`);
const folder = join(values.folder);
mkdirSync(folder, { recursive: true });
const MEGABYTE = 1_048_576;

async function timed(work: () => unknown): Promise<number> {
  const startedMs = performance.now();
  await work();
  return performance.now() - startedMs;
}

if (values.fill !== undefined) {
  await contender.fill(folder, Number(values.fill));
} else {
  if (values.anew) await contender.fill(folder, 0);
  const startedMs = performance.now();
  const queue = await contender.open(folder);
  const openMs = performance.now() - startedMs;
  const warm = Number(values.warm);
  const first = Number(values.firstRecord);
  const commitMs: number[] = [];
  const mark = (): void => {
    if (values.marks) process.chdir('.');
  };
  for (let nth = 0; nth < warm + Number(values.commits); nth += 1) {
    if (nth === warm) mark();
    const tookMs = await timed(() => queue.commit(first + nth));
    if (nth >= warm) commitMs.push(tookMs);
  }
  mark();
  const batch = Number(values.batch);
  const takeMs = batch === 0 ? 0 : await timed(() => queue.take(batch));
  const acknowledgeMs = batch === 0 ? 0 : await timed(() => queue.acknowledge(batch));
  const residentMb = process.memoryUsage.rss() / MEGABYTE;
  await queue.close();
  const measured: OneQueue = { openMs, commitMs, takeMs, acknowledgeMs, residentMb };
  console.log(JSON.stringify(measured));
}
