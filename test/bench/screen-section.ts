import { builtApp } from './built-app.ts';
import { managerDay } from './manager-day.ts';
import {
  closedCounter,
  scanToScreen,
  scanWhileSettling,
  waitingCounter,
  type WhileSettling,
} from './scan-to-screen.ts';
import { quantile, within } from './stats.ts';
import { ahead, type Section, type Table } from './types.ts';

/** Design section 9, and what a manager is promised of a day and a year. */
const SCAN_P95_MS = 50;
const DAY_MS = 500;
const YEAR_MS = 2_000;
const DAY_REDEMPTIONS = 20_000;

/** So many entries are settled while somebody scans: some 17 scans, so the whole run does it again and again. */
const SETTLED_ENTRIES = 10_000;
const SCANS = { quick: 30, whole: 500 } as const;

const ms = (value: number): string => value.toFixed(1);

function scanTable(counter: string, times: readonly number[], notes: readonly string[]): Table {
  return {
    title: `Scan to screen, ${counter}: last byte on the pty → verdict painted`,
    columns: ['scans', 'p50 ms', 'p95 ms', 'p99 ms'],
    rows: [[String(times.length), ...[0.5, 0.95, 0.99].map((part) => ms(quantile(times, part)))]],
    notes: [
      'Until the frame after the change was handed to the compositor; clearing runs on the same machine.',
      ...notes,
    ],
  };
}

const idle = ahead(async () => {
  await builtApp();
  return closedCounter();
});

/** At an idle counter, in the real window. */
export const scanSection: Section = {
  section: 'scan',
  prepare: idle.prepare,
  run: async (effort) => {
    const times = await scanToScreen(await idle.take(effort), effort.quick ? SCANS.quick : SCANS.whole);
    const what = 'last scanner byte → verdict painted, p95';
    return {
      budgets: [within(what, quantile(times, 0.95), SCAN_P95_MS, 'ms')],
      tables: [scanTable('idle, clearing reachable', times, [])],
    };
  },
};

const waiting = ahead(async () => {
  await builtApp();
  return waitingCounter(SETTLED_ENTRIES);
});

/** While the counter's own queue is being settled. */
export const settlingSection: Section = {
  section: 'settling',
  prepare: waiting.prepare,
  run: async (effort) => {
    const rounds: WhileSettling[] = [];
    const times: number[] = [];
    do {
      const round = await scanWhileSettling(await waiting.take(effort));
      rounds.push(round);
      times.push(...round.times);
    } while (!effort.quick && times.length < SCANS.whole);
    const settled = rounds.reduce((sum, round) => sum + round.settled, 0);
    const queued = rounds.reduce((sum, round) => sum + round.entries, 0);
    const what = 'the same while the queue is being settled, p95';
    return {
      budgets: [within(what, quantile(times, 0.95), SCAN_P95_MS, 'ms')],
      tables: [
        scanTable(`its ${String(SETTLED_ENTRIES)} queued entries being settled`, times, [
          `Settled in ${String(rounds.length)} queues: ${String(settled)} of ${String(queued)}; scanning stopped when none was left.`,
        ]),
      ],
    };
  },
};

/** The manager's longest lists, over a real journal. */
export const managerSection: Section = {
  section: 'manager',
  wholeOnly: true,
  run: async ({ quick }) => {
    await builtApp();
    const day = await managerDay(quick ? DAY_REDEMPTIONS / 4 : DAY_REDEMPTIONS);
    return {
      budgets: [
        within(`a day with ${day.redemptions} redemptions opens`, day.dayMs, DAY_MS, 'ms'),
        within(`a year with ${2 * day.redemptions} redemptions opens`, day.yearMs, YEAR_MS, 'ms'),
      ],
      tables: [
        {
          title: 'Manager: from the touch to the painted screen',
          columns: ['redemptions', 'day ms', 'year ms', 'list ms', 'frame p95 ms', 'worst frame ms'],
          rows: [
            [
              String(day.redemptions),
              ms(day.dayMs),
              ms(day.yearMs),
              ms(day.listMs),
              ms(day.frameP95Ms),
              ms(day.frameWorstMs),
            ],
          ],
          notes: ['Medians of five; frames while the list is scrolled from end to end.'],
        },
      ],
    };
  },
};
