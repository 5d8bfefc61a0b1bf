import { builtApp } from './built-app.ts';
import { managerDay } from './manager-day.ts';
import {
  closedCounter,
  scanToScreen,
  scanWhileSettling,
  type ScanToScreen,
  waitingCounter,
} from './scan-to-screen.ts';
import { within } from './stats.ts';
import { ahead, type Section, type Table } from './types.ts';

/** Design section 9, and what a manager is promised of a day and a year. */
const SCAN_P95_MS = 50;
const DAY_MS = 500;
const YEAR_MS = 2_000;
const DAY_REDEMPTIONS = 20_000;

/** So many entries are settled while somebody scans; more of them only for more scans. */
const SETTLED_ENTRIES = 10_000;
const MORE_ENTRIES = 50_000;

const ms = (value: number): string => value.toFixed(1);

function scanTable(counter: string, scan: ScanToScreen, notes: readonly string[]): Table {
  return {
    title: `Scan to screen, ${counter}: last byte on the pty → verdict painted`,
    columns: ['scans', 'p50 ms', 'p95 ms', 'p99 ms'],
    rows: [[String(scan.scans), ms(scan.p50Ms), ms(scan.p95Ms), ms(scan.p99Ms)]],
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
    const scan = await scanToScreen(await idle.take(effort), effort.quick ? 30 : 500);
    return {
      budgets: [within('last scanner byte → verdict painted, p95', scan.p95Ms, SCAN_P95_MS, 'ms')],
      tables: [scanTable('idle, clearing reachable', scan, [])],
    };
  },
};

const waiting = ahead(async ({ quick }) => {
  await builtApp();
  return waitingCounter(quick ? SETTLED_ENTRIES : MORE_ENTRIES);
});

/** While the counter's own queue is being settled. */
export const settlingSection: Section = {
  section: 'settling',
  prepare: waiting.prepare,
  run: async (effort) => {
    const busy = await scanWhileSettling(await waiting.take(effort));
    const what = 'the same while the queue is being settled, p95';
    return {
      budgets: [within(what, busy.p95Ms, SCAN_P95_MS, 'ms')],
      tables: [
        scanTable(`its ${String(busy.entries)} queued entries being settled`, busy, [
          `${String(busy.settled)} of ${String(busy.entries)} queued entries settled; scanning stopped when none was left.`,
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
