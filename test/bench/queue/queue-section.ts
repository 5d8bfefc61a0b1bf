import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { median, quantile, within, withSpread } from '../stats.ts';
import { ahead, type Budget, type Effort, type Measured, type Section, type Table } from '../types.ts';
import { CONTENDERS, type Contender, type DurableQueue } from './contenders.ts';
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
const TRACED_AT_A_TIME = 2;
/** Far from a checkpoint, so that what is counted is the redemptions'. */
const TRACED_COMMITS = 20;

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

const fileName = (name: string): string => name.replaceAll(/\W+/gu, '-');

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

/** Flushes of each for one record, some traced at a time: nothing is timed here. */
async function countFlushes(folder: string): Promise<ReadonlyMap<string, number>> {
  const flushes = new Map<string, number>();
  const names = CONTENDERS.map(({ name }) => name);
  const next = async (): Promise<void> => {
    for (let name = names.shift(); name !== undefined; name = names.shift())
      flushes.set(
        name,
        await flushesPerRecord(name, join(folder, `traced-${fileName(name)}`), TRACED_COMMITS),
      );
  };
  await Promise.all(Array.from({ length: TRACED_AT_A_TIME }, next));
  return flushes;
}

/** Milliseconds of each commit, round by round, of contenders in turn in this process, each warmed. */
async function commitRounds(
  folder: string,
  contenders: readonly Contender[],
  { rounds, commits: count }: Amounts,
): Promise<ReadonlyMap<string, readonly (readonly number[])[]>> {
  const results = new Map<string, number[][]>();
  const queues: { readonly name: string; readonly queue: DurableQueue; done: number }[] = [];
  for (const { name, fill, open } of contenders) {
    const place = join(folder, fileName(name));
    mkdirSync(place);
    await fill(place, 0);
    queues.push({ name, queue: await open(place), done: 0 });
    results.set(name, []);
  }
  const commitSome = async (each: (typeof queues)[number], some: number): Promise<number[]> => {
    const times: number[] = [];
    for (let nth = 0; nth < some; nth += 1) {
      each.done += 1;
      const startedMs = performance.now();
      await each.queue.commit(each.done);
      times.push(performance.now() - startedMs);
    }
    return times;
  };
  for (const each of queues) await commitSome(each, WARM_COMMITS);
  for (let round = 0; round < rounds; round += 1)
    for (const each of queues) results.get(each.name)?.push(await commitSome(each, count));
  for (const { queue } of queues) await queue.close();
  return results;
}

type CommitTimes = Awaited<ReturnType<typeof commitRounds>>;
const medians = (results: CommitTimes, name: string): number[] => (results.get(name) ?? []).map(median);

/** Each round's median in terms of the raw disk's in the same round. */
function timesRaw(results: CommitTimes, name: string): number[] {
  const raw = medians(results, RAW ?? '');
  return medians(results, name).map((value, round) => value / (raw[round] ?? Number.NaN));
}

function durableBudget(results: CommitTimes): Budget {
  const what = 'confirm → durable, p50, times one raw 4 KiB overwrite + fdatasync';
  return within(what, median(timesRaw(results, JOURNAL ?? '')), MOST_TIMES_RAW, '×');
}

async function commits(
  folder: string,
  flushes: ReadonlyMap<string, number>,
  amounts: Amounts,
): Promise<Measured> {
  const { rounds, commits: count } = amounts;
  const results = await commitRounds(folder, CONTENDERS, amounts);
  const rows = [...results].map(([name, runs]) => {
    const flushed = flushes.get(name) ?? 0;
    return [
      name,
      withSpread(medians(results, name), 3),
      quantile(runs.flat(), 0.99).toFixed(3),
      withSpread(timesRaw(results, name)),
      flushed.toFixed(2),
      flushed >= 1 ? 'yes' : 'NO',
    ];
  });
  return {
    budgets: [
      durableBudget(results),
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
    const place = (name: string): string => join(folder, `${size}-${fileName(name)}`);
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

const GROWTH = { small: 1_000, large: 1_000_000 } as const;

const grown = ahead(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'bench-growth-'));
  for (const [place, size] of Object.entries(GROWTH))
    await fillQueue(JOURNAL ?? '', join(folder, place), size);
  return folder;
});

/** A thousand against a million unsent entries, the two in turn. Each round adds records of its own. */
async function growth(folder: string, firstRound = 0): Promise<Measured> {
  const ratios: number[] = [];
  for (let round = firstRound; round < firstRound + GROWTH_ROUNDS; round += 1) {
    const run = async (place: keyof typeof GROWTH): Promise<number> => {
      const firstRecord = GROWTH[place] + 1 + round * 200;
      const options = { commits: 100, firstRecord, batch: 0, warm: 20 };
      return median((await runQueue(JOURNAL ?? '', join(folder, place), options)).commitMs);
    };
    const before = await run('small');
    ratios.push((await run('large')) / before);
  }
  const what = 'confirm → durable with 1,000,000 unsent entries, times with 1,000';
  return { budgets: [within(what, median(ratios), MOST_GROWTH, '×')], tables: [] };
}

async function inFolder<T>(folder: string, run: (folder: string) => Promise<T>): Promise<T> {
  try {
    return await run(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const emptyFolder = (): string => mkdtempSync(join(tmpdir(), 'bench-queue-'));

const amountsOf = ({ quick }: Effort): Amounts => AMOUNTS[quick ? 'quick' : 'full'];
/** Counted once, ahead: nothing is timed here, and the number can't differ from run to run. */
const counted = ahead(() => inFolder(emptyFolder(), countFlushes));

export const commitSection: Section = {
  section: 'commit',
  prepare: counted.prepare,
  run: async (effort) => {
    const flushes = await counted.take(effort);
    return inFolder(emptyFolder(), (folder) => commits(folder, flushes, amountsOf(effort)));
  },
  again: (effort) =>
    inFolder(emptyFolder(), async (folder) => {
      const both = CONTENDERS.filter(({ name }) => name === RAW || name === JOURNAL);
      return [durableBudget(await commitRounds(folder, both, amountsOf(effort)))];
    }),
};

export const sizesSection: Section = {
  section: 'queue',
  wholeOnly: true,
  run: (effort) => inFolder(emptyFolder(), (folder) => sizes(folder, amountsOf(effort))),
};

/** The million that missed: made once, measured twice. */
let missed: string | null = null;

export const growthSection: Section = {
  section: 'growth',
  prepare: grown.prepare,
  run: async (effort) => {
    const folder = await grown.take(effort);
    const measured = await growth(folder);
    if (measured.budgets.every(({ pass }) => pass)) rmSync(folder, { recursive: true, force: true });
    else missed = folder;
    return measured;
  },
  again: async (effort) => {
    const folder = missed ?? (await grown.take(effort));
    return inFolder(folder, async () => (await growth(folder, GROWTH_ROUNDS)).budgets);
  },
};
