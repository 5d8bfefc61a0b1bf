import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { loadKeys } from '../../../src/clearing/keys/keys.ts';
import { openPostgres, openSqlite } from '../../../src/clearing/storage/storage.ts';
import { type ClearingNode, startNode } from '../../support/clearing-node.ts';
import { scratchFolder } from '../../support/clearing-world.ts';
import { startPostgres } from '../../support/postgres.ts';
import { tableLines } from '../report.ts';
import { quantile } from '../stats.ts';
import type { Table } from '../types.ts';
import { requireAgreement } from './agreement.ts';
import { claimAll, type Claimed } from './claims.ts';
import { createLoadWorld } from './load-world.ts';
import { findPgbench, measurePgbench, type Yardstick } from './pgbench.ts';
import { type Loaded, type LoadPlan, prepareCounters, sendAll, type Sent } from './redemptions.ts';

/**
 * `npm run bench:clearing [-- --quick] [--json FILE]`: drives real clearing servers, in processes of their own, over
 * HTTP with many simulated terminals, on SQLite and on PostgreSQL with one node and with two; then a round opens with
 * thousands waiting. Each set-up's books are compared with what terminals and claimants were told, and the run fails
 * where they don't agree. Timings never fail it.
 */
const { values } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, json: { type: 'string' } },
});
const { quick } = values;

const PLAN: LoadPlan = quick
  ? { terminals: 8, live: 40, queued: 200, doubled: 10, shared: 5 }
  : { terminals: 20, live: 100, queued: 600, doubled: 20, shared: 10 };
const CLAIMANTS = quick ? 2000 : 10_000;
const QUOTA = CLAIMANTS / 5;
const PGBENCH_SECONDS = quick ? 5 : 20;

interface SetUp {
  readonly name: string;
  readonly nodes: number;
  /** Null: SQLite. */
  readonly address: string | null;
}

interface Result {
  readonly name: string;
  readonly loaded: Loaded;
  readonly claimed: Claimed;
}

async function measure({ name, nodes: count, address }: SetUp): Promise<Result> {
  console.error(`bench: ${name} …`);
  const folder = scratchFolder();
  const nodes: ClearingNode[] = [];
  const keyFile = join(folder.path, 'keys.json');
  const storage =
    address === null ? await openSqlite(join(folder.path, 'clearing.sqlite')) : await openPostgres(address);
  const world = await createLoadWorld(storage, loadKeys(keyFile));
  try {
    const counters = await prepareCounters(world, PLAN);
    const database = address === null ? [] : ['--database', address];
    while (nodes.length < count)
      nodes.push(await startNode(['--data', folder.path, '--keys', keyFile, ...database]));
    const urls = nodes.map(({ url }) => url);
    const loaded = await sendAll(counters, urls);
    await requireAgreement(storage.db, loaded.settled, world.storeId);
    const claimed = await claimAll(world, urls, CLAIMANTS, QUOTA);
    await requireAgreement(storage.db, loaded.settled, world.storeId);
    return { name, loaded, claimed };
  } finally {
    for (const node of nodes) await node.end('SIGTERM');
    await world.clearing.close();
    folder.remove();
  }
}

const perSecond = (count: number, ms: number): number => count / (ms / 1000);
const latencies = (ms: readonly number[]): readonly string[] =>
  [0.5, 0.95, 0.99].map((part) => quantile(ms, part).toFixed(1));

function redemptionRow(name: string, { redemptions, ms, latenciesMs, driverCpuMs }: Sent): readonly string[] {
  return [
    name,
    String(redemptions),
    perSecond(redemptions, ms).toFixed(0),
    ...latencies(latenciesMs),
    (driverCpuMs / redemptions).toFixed(2),
  ];
}

function tables(results: readonly Result[], yardsticks: ReadonlyMap<number, Yardstick>): readonly Table[] {
  const columns = ['set-up', 'redemptions', 'a second', 'p50 ms', 'p95 ms', 'p99 ms', 'driver CPU ms each'];
  const cores = cpus().length;
  return [
    {
      title: `One redemption a request, as it happens: ${PLAN.terminals} terminals at once`,
      columns,
      rows: results.map(({ name, loaded }) => redemptionRow(name, loaded.live)),
      notes: ['Each request is signed by its terminal, judged, committed to disk, and answered under seal.'],
    },
    {
      title: `Queues in batches of 200: ${PLAN.terminals} terminals at once`,
      columns,
      rows: results.map(({ name, loaded }) => redemptionRow(name, loaded.queued)),
      notes: ['Latencies are of a batch.'],
    },
    {
      title: `A round of ${QUOTA} opens, ${CLAIMANTS} are waiting`,
      columns: ['set-up', 'claims a second', 'given', 'p50 ms', 'p95 ms', 'p99 ms', 'last ms'],
      rows: results.map(({ name, claimed }) => [
        name,
        perSecond(claimed.claimants, claimed.ms).toFixed(0),
        `${claimed.given} of ${QUOTA}`,
        ...latencies(claimed.latenciesMs),
        claimed.ms.toFixed(0),
      ]),
      notes: ['Latencies from the opening until the claimant has an answer.'],
    },
    {
      title: 'Yardstick: pgbench on the same PostgreSQL server, before and without clearing',
      columns: ['clients', 'transactions a second', 'mean ms'],
      rows: [...yardsticks].map(([clients, { perSecond: tps, latencyMs }]) => [
        String(clients),
        tps.toFixed(0),
        latencyMs.toFixed(2),
      ]),
      notes: [
        'TPC-B-like, prepared, scale 10: three updates, a select, an insert and a durable commit each.',
        `Agreement: in every set-up ${String(results[0]?.loaded.settled)} redemptions are paid once each, also those sent to all nodes at`,
        'once and those that two terminals took; funds, store and lines agree to the fen, and all accounts add up to 0.',
        `Everything shares ${cores} processors: nodes, database, and the terminals that drive them. Two nodes can't be`,
        'faster than one there, and money moves under one lock; a second node is for when the first one fails.',
      ],
    },
  ];
}

const pgbench = await findPgbench();
// Durable, unlike the tests' own: what was answered is on disk, for clearing and for the yardstick.
const server = await startPostgres({ durable: true });
try {
  const yardsticks = new Map<number, Yardstick>();
  for (const clients of [1, PLAN.terminals])
    yardsticks.set(clients, await measurePgbench(pgbench, await server.database(), clients, PGBENCH_SECONDS));
  const results: Result[] = [];
  for (const setUp of [
    { name: 'SQLite, one node', nodes: 1, address: null },
    { name: 'PostgreSQL, one node', nodes: 1, address: await server.database() },
    { name: 'PostgreSQL, two nodes', nodes: 2, address: await server.database() },
  ])
    results.push(await measure(setUp));
  const printed = tables(results, yardsticks);
  for (const table of printed) console.log(`${tableLines(table).join('\n')}\n`);
  if (values.json !== undefined) writeFileSync(values.json, JSON.stringify({ tables: printed }, null, 2));
} finally {
  await server.stop();
}
