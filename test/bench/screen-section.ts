import { buildApp } from '../../scripts/build.ts';
import { managerDay } from './manager-day.ts';
import { scanToScreen, scanWhileSettling } from './scan-to-screen.ts';
import { within } from './stats.ts';
import type { Section } from './types.ts';

/** Design section 9, and what a manager is promised of a day and a year. */
const SCAN_P95_MS = 50;
const DAY_MS = 500;
const YEAR_MS = 2_000;
const DAY_REDEMPTIONS = 20_000;

/** So many entries are settled while somebody scans; more of them only for more scans. */
const SETTLED_ENTRIES = 10_000;
const MORE_ENTRIES = 50_000;

/** What people see, in the real window over a real journal: scan to verdict, and the manager's longest lists. */
export const screenSection: Section = {
  section: 'screen',
  run: async ({ quick }) => {
    await buildApp();
    const scan = await scanToScreen(quick ? 40 : 500);
    const busy = await scanWhileSettling(quick ? SETTLED_ENTRIES : MORE_ENTRIES);
    const day = await managerDay(quick ? DAY_REDEMPTIONS / 4 : DAY_REDEMPTIONS);
    const ms = (value: number): string => value.toFixed(1);
    return {
      budgets: [
        within('last scanner byte → verdict painted, p95', scan.p95Ms, SCAN_P95_MS, 'ms'),
        within('the same while the queue is being settled, p95', busy.p95Ms, SCAN_P95_MS, 'ms'),
        within(`a day with ${day.redemptions} redemptions opens`, day.dayMs, DAY_MS, 'ms'),
        within(`a year with ${2 * day.redemptions} redemptions opens`, day.yearMs, YEAR_MS, 'ms'),
      ],
      tables: [
        {
          title: 'Scan to screen: last byte on the pty → verdict painted',
          columns: ['counter', 'scans', 'p50 ms', 'p95 ms', 'p99 ms'],
          rows: [
            ['idle, clearing reachable', String(scan.scans), ms(scan.p50Ms), ms(scan.p95Ms), ms(scan.p99Ms)],
            [
              `its ${String(busy.entries)} queued entries being settled`,
              String(busy.scans),
              ms(busy.p50Ms),
              ms(busy.p95Ms),
              ms(busy.p99Ms),
            ],
          ],
          notes: [
            'Until the frame after the change was handed to the compositor; clearing runs on the same machine.',
            `${String(busy.settled)} of ${String(busy.entries)} queued entries settled; scanning stopped when none was left.`,
          ],
        },
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
