import { type EntryVerdict, MAX_BATCH_ENTRIES } from '../../../src/contract/clearing/protocol.ts';
import type { Entry } from '../../../src/contract/journal/entry.ts';
import { httpTransport, type TestTerminal } from '../../support/clearing-terminal.ts';
import { type LoadWorld, redeem } from './load-world.ts';

export interface LoadPlan {
  readonly terminals: number;
  /** Redemptions that each terminal sends one by one, as they happen. */
  readonly live: number;
  /** Redemptions that each terminal has queued, and sends in full batches. */
  readonly queued: number;
  /** Redemptions of each terminal that are sent to every node at once, as after a timeout. Not timed. */
  readonly doubled: number;
  /** Vouchers that two terminals took, at two nodes at once. Not timed. */
  readonly shared: number;
}

/** One way of sending, measured from the first request to the last answer. */
export interface Sent {
  readonly redemptions: number;
  readonly ms: number;
  /** Of each request, from before it is signed until its answer is opened. */
  readonly latenciesMs: readonly number[];
  /** What this process used meanwhile on all cores: the terminals' part. */
  readonly driverCpuMs: number;
}

export interface Loaded {
  readonly live: Sent;
  readonly queued: Sent;
  /** Redemptions that were settled, all in all. */
  readonly settled: number;
}

/** A terminal with its journal in the pieces that it sends. */
interface Counter {
  readonly terminal: TestTerminal;
  readonly live: readonly Entry[];
  readonly queued: readonly Entry[];
  readonly doubled: readonly Entry[];
  readonly shared: readonly Entry[];
}

/** Makes the terminals and their journals. Vouchers that are shared are in the journals of two neighbours. */
export async function prepareCounters(world: LoadWorld, plan: LoadPlan): Promise<readonly Counter[]> {
  const each = plan.live + plan.queued + plan.doubled;
  const own = [...(await world.vouchers(plan.terminals * each))];
  const pairs = Math.floor(plan.terminals / 2);
  const shared = await world.vouchers(pairs * plan.shared);
  const counters: Counter[] = [];
  for (let nth = 0; nth < plan.terminals; nth += 1) {
    const terminal = await world.terminal(String(nth + 1));
    const pair = Math.floor(nth / 2);
    const mine = [
      ...own.splice(0, each),
      ...(pair < pairs ? shared.slice(pair * plan.shared, (pair + 1) * plan.shared) : []),
    ];
    for (const evidence of mine) redeem(terminal, evidence);
    const [, ...entries] = terminal.journal;
    const take = (count: number): Entry[] => entries.splice(0, count);
    counters.push({
      terminal,
      live: take(plan.live),
      queued: take(plan.queued),
      doubled: take(plan.doubled),
      shared: entries,
    });
  }
  return counters;
}

/**
 * Sends everything over HTTP, each terminal one request after the other, all terminals at once, spread over the
 * nodes. Throws where a verdict isn't the one that it must be.
 */
export async function sendAll(counters: readonly Counter[], nodes: readonly string[]): Promise<Loaded> {
  for (const [nth, { terminal }] of counters.entries()) {
    connect(terminal, nodes, nth);
    await terminal.send(terminal.journal.slice(0, 1));
  }
  const live = await timed(counters, ({ live: entries }) => entries.map((entry) => [entry]));
  const queued = await timed(counters, ({ queued: entries }) => batches(entries));
  const doubled = await sendDoubled(counters, nodes);
  const shared = await sendShared(counters, nodes);
  return { live, queued, settled: live.redemptions + queued.redemptions + doubled + shared };
}

function connect(terminal: TestTerminal, nodes: readonly string[], nth: number): void {
  const node = nodes[nth % nodes.length];
  if (node === undefined) throw new Error('no node to send to');
  terminal.transport = httpTransport(node);
}

function batches(entries: readonly Entry[]): readonly (readonly Entry[])[] {
  const all: Entry[][] = [];
  for (let start = 0; start < entries.length; start += MAX_BATCH_ENTRIES)
    all.push(entries.slice(start, start + MAX_BATCH_ENTRIES));
  return all;
}

async function timed(
  counters: readonly Counter[],
  requestsOf: (counter: Counter) => readonly (readonly Entry[])[],
): Promise<Sent> {
  const latenciesMs: number[] = [];
  let redemptions = 0;
  const cpuFrom = process.cpuUsage();
  const fromMs = performance.now();
  await Promise.all(
    counters.map(async (counter) => {
      for (const entries of requestsOf(counter)) {
        const sentMs = performance.now();
        const { verdicts } = await counter.terminal.send(entries);
        latenciesMs.push(performance.now() - sentMs);
        redemptions += settledOf(verdicts, entries.length);
      }
    }),
  );
  const { user, system } = process.cpuUsage(cpuFrom);
  return {
    redemptions,
    ms: performance.now() - fromMs,
    latenciesMs,
    driverCpuMs: (user + system) / 1000,
  };
}

function settledOf(verdicts: readonly EntryVerdict[], expected: number): number {
  const settled = verdicts.filter(({ verdict }) => verdict === 'settled').length;
  if (settled !== expected)
    throw new Error(`${settled} of ${expected} settled: ${JSON.stringify(verdicts.slice(0, 3))}`);
  return settled;
}

/** The same batch to every node at once, and once more each: one set of verdicts, whoever answers. */
async function sendDoubled(counters: readonly Counter[], nodes: readonly string[]): Promise<number> {
  const settled = await Promise.all(
    counters.map(async ({ terminal, doubled }) => {
      const answers = await Promise.all(
        [...nodes, ...nodes].map((_, nth) => {
          connect(terminal, nodes, nth);
          return terminal.send(doubled);
        }),
      );
      const [first, ...others] = answers.map(({ verdicts }) => JSON.stringify(verdicts));
      if (others.some((other) => other !== first))
        throw new Error('a batch that was sent again got other verdicts');
      return settledOf(answers[0]?.verdicts ?? [], doubled.length);
    }),
  );
  return settled.reduce((sum, count) => sum + count, 0);
}

/** Two terminals send what they took of the same vouchers at the same moment: one of them is paid for each. */
async function sendShared(counters: readonly Counter[], nodes: readonly string[]): Promise<number> {
  for (const [nth, { terminal }] of counters.entries()) connect(terminal, nodes, nth);
  const sending = counters.filter(({ shared }) => shared.length > 0);
  const answers = await Promise.all(sending.map(({ terminal, shared }) => terminal.send(shared)));
  const all = answers.flatMap(({ verdicts }) => verdicts);
  const settled = all.filter(({ verdict }) => verdict === 'settled').length;
  const refused = all.filter(({ reason }) => reason === 'already-redeemed').length;
  if (settled * 2 !== all.length || refused !== settled)
    throw new Error(`${settled} settled and ${refused} refused of ${all.length} double spends`);
  return settled;
}
