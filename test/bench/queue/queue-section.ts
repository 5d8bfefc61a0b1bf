import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { median, quantile, within, withSpread } from '../stats.ts';
import type { Measured, Section, Table } from '../types.ts';
import { CONTENDERS, type Contender } from './contenders.ts';
import { fillQueue, flushesPerRecord, runQueue, type OneQueue } from './run-queue.ts';

const [RAW, JOURNAL] = CONTENDERS.map(({ name }) => name);
const BATCH = 256;
/** Design section 9: confirm → durable, p50, relative to one raw write and flush on the same disk. */
const MOST_TIMES_RAW = 3.5;
/** Design section 9: the same with a million unsent entries instead of a thousand. */
const MOST_GROWTH = 1.2;
/** Making the million takes far longer than measuring it, and two medians of a hundred commits differ by a tenth. */
const GROWTH_ROUNDS = 5;
const FLUSHES_A_REDEMPTION = 2;
/** The budget is for a warm WAL; every contender's code is warm then too. */
const WARM_COMMITS = 300;
/** Far from a checkpoint, so that what is counted is the redemptions'. */
const TRACED_COMMITS = 50;

interface Amounts {
  /** Of the commits, which a budget stands on. */
  readonly rounds: number;
  /** Of each size. */
  readonly runs: number;
  readonly commits: number;
  readonly sizes: readonly number[];
}
const AMOUNTS: Record<'quick' | 'full', Amounts> = {
  quick: { rounds: 3, runs: 2, commits: 100, sizes: [10_000] },
  full: { rounds: 5, runs: 3, commits: 200, sizes: [1_000, 10_000, 100_000, 1_000_000] },
};

/** Measures every contender in turn, `rounds` times over: A B C A B C. */
async function alternate(
  contenders: readonly Contender[],
  rounds: number,
  measure: (contender: Contender, round: number) => Promise<OneQueue>,
): Promise<ReadonlyMap<string, readonly OneQueue[]>> {
  const results = new Map<string, OneQueue[]>(contenders.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round += 1)
    for (const contender of contenders) results.get(contender.name)?.push(await measure(contender, round));
  return results;
}

const p50s = (runs: readonly OneQueue[] = []): number[] => runs.map(({ commitMs }) => median(commitMs));

async function commits(folder: string, { rounds, commits: count }: Amounts): Promise<Measured> {
  const place = (name: string): string => join(folder, `small-${name.replaceAll(/\W+/gu, '-')}`);
  const flushes = new Map<string, number>();
  for (const { name } of CONTENDERS) {
    flushes.set(name, await flushesPerRecord(name, place(`${name}-traced`), TRACED_COMMITS));
    await fillQueue(name, place(name), 0);
  }
  const results = await alternate(CONTENDERS, rounds, ({ name }, round) =>
    runQueue(name, place(name), {
      commits: count,
      firstRecord: 1 + round * (WARM_COMMITS + count),
      batch: count,
      warm: WARM_COMMITS,
    }),
  );
  const raw = p50s(results.get(RAW ?? ''));
  const ratios = (name: string): number[] =>
    p50s(results.get(name)).map((value, round) => value / (raw[round] ?? Number.NaN));
  const rows = [...results].map(([name, runs]) => {
    const all = runs.flatMap(({ commitMs }) => commitMs);
    const flushed = flushes.get(name) ?? 0;
    return [
      name,
      withSpread(p50s(runs), 3),
      quantile(all, 0.99).toFixed(3),
      withSpread(ratios(name)),
      flushed.toFixed(2),
      flushed >= 1 ? 'yes' : 'NO',
    ];
  });
  const journalRatio = median(ratios(JOURNAL ?? ''));
  return {
    budgets: [
      within(
        'confirm → durable, p50, times one raw 4 KiB overwrite + fdatasync',
        journalRatio,
        MOST_TIMES_RAW,
        '×',
      ),
      within('flushes a redemption', flushes.get(JOURNAL ?? '') ?? 0, FLUSHES_A_REDEMPTION, 'flushes'),
    ],
    tables: [
      {
        title: 'Durable queue: commit of one record',
        columns: [
          'what',
          'p50 ms (min–max of rounds)',
          'p99 ms',
          '× raw',
          'flushes a record',
          'durable when it returns',
        ],
        rows,
        notes: [
          `${rounds} rounds in turn, ${count} commits each after ${WARM_COMMITS} to warm up; flushes counted by strace over ${TRACED_COMMITS} commits.`,
          'The journal does more than the others in its commit: hash chain, Ed25519 signature, projections, tail log.',
          '“Same promise”: chain, signature, unique voucher and purchase, day, open sums and a second flushed copy, by hand on that store.',
        ],
      },
    ],
  };
}

async function sizes(folder: string, { runs, commits: count, sizes: counts }: Amounts): Promise<Measured> {
  const rows: string[][] = [];
  const queues = CONTENDERS.filter(({ mostRecords }) => mostRecords > 0);
  for (const size of counts) {
    const place = (name: string): string => join(folder, `${size}-${name.replaceAll(/\W+/gu, '-')}`);
    const able = queues.filter(({ mostRecords }) => size <= mostRecords);
    for (const { name } of able) await fillQueue(name, place(name), size);
    const some = Math.min(count, size >= 100_000 ? 50 : count);
    const results = await alternate(able, runs, ({ name }, round) =>
      runQueue(name, place(name), { commits: some, firstRecord: size + 1 + round * some * 2, batch: BATCH }),
    );
    for (const { name } of queues) {
      const measured = results.get(name);
      if (measured === undefined) {
        rows.push([String(size), name, 'not measured: takes minutes', '', '', '', '']);
        continue;
      }
      rows.push([
        String(size),
        name,
        withSpread(p50s(measured), 3),
        withSpread(measured.map(({ takeMs }) => takeMs)),
        withSpread(measured.map(({ acknowledgeMs }) => acknowledgeMs)),
        withSpread(
          measured.map(({ openMs }) => openMs),
          1,
        ),
        withSpread(
          measured.map(({ residentMb }) => residentMb),
          0,
        ),
      ]);
    }
    for (const { name } of able) rmSync(place(name), { recursive: true, force: true });
  }
  return { budgets: [], tables: [sizeTable(rows, runs)] };
}

function sizeTable(rows: readonly (readonly string[])[], runs: number): Table {
  return {
    title: `Durable queue by queued records: commit one, take and acknowledge ${BATCH}, open`,
    columns: ['queued', 'what', 'commit p50 ms', 'take ms', 'acknowledge ms', 'open ms', 'resident MB'],
    rows,
    notes: [`Median of ${runs} runs in turn, each in a process of its own (lowest–highest).`],
  };
}

/** A thousand against a million unsent entries, the two in turn. */
async function growth(folder: string): Promise<Measured> {
  const small = join(folder, 'growth-small');
  const large = join(folder, 'growth-large');
  const name = JOURNAL ?? '';
  const sizeOf = { small: 1_000, large: 1_000_000 };
  await fillQueue(name, small, sizeOf.small);
  await fillQueue(name, large, sizeOf.large);
  const ratios: number[] = [];
  for (let round = 0; round < GROWTH_ROUNDS; round += 1) {
    const run = (folderOf: string, size: number): Promise<OneQueue> =>
      runQueue(name, folderOf, { commits: 100, firstRecord: size + 1 + round * 200, batch: 0, warm: 20 });
    const before = median((await run(small, sizeOf.small)).commitMs);
    ratios.push(median((await run(large, sizeOf.large)).commitMs) / before);
  }
  const what = 'confirm → durable with 1,000,000 unsent entries, times with 1,000';
  return { budgets: [within(what, median(ratios), MOST_GROWTH, '×')], tables: [] };
}

function queueSection(
  section: string,
  run: (folder: string, amounts: Amounts) => Promise<Measured>,
): Section {
  return {
    section,
    run: async ({ quick }) => {
      const folder = mkdtempSync(join(tmpdir(), 'bench-queue-'));
      try {
        return await run(folder, AMOUNTS[quick ? 'quick' : 'full']);
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
  };
}

export const commitSection = queueSection('commit', commits);
export const sizesSection = queueSection('queue', sizes);
export const growthSection = queueSection('growth', growth);
