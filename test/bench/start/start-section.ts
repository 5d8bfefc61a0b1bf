import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { ensureRuntime } from '../../../scripts/runtime/ensure.ts';
import { ROOT, sandboxArguments } from '../../support/app-window.ts';
import { openCounter } from '../../support/counter.ts';
import { openDisplay, type Display } from '../../support/display.ts';
import { builtApp } from '../built-app.ts';
import { median, within, withSpread } from '../stats.ts';
import { ahead, type Section } from '../types.ts';
import { writeEmptyApp } from './empty-app.ts';
import { isCore, processTree, proportionalMb } from './process-memory.ts';

/** Design section 9. */
const MOST_TIMES_EMPTY_START = 1.6;
const MOST_TIMES_EMPTY_MEMORY = 1.5;
const CORE_MB = 80;
/** Until what a start leaves behind is collected. */
const SETTLE_MS = { quick: 2_500, whole: 5_000 } as const;

interface Program {
  readonly name: string;
  readonly args: readonly string[];
  readonly selector: string;
}

interface Started {
  readonly readyMs: number;
  readonly windowMb: number;
  readonly coreMb: number;
}

async function painted(child: ChildProcess): Promise<void> {
  if (child.stdout === null) throw new Error('no standard output');
  for await (const line of createInterface({ input: child.stdout })) if (line === 'painted') return;
  throw new Error('the app ended before it painted');
}

async function start(
  program: Program,
  executable: string,
  display: Display,
  hook: string,
  settleMs: number,
): Promise<Started> {
  const startedMs = performance.now();
  const child = spawn(executable, ['-r', hook, ...sandboxArguments(), ...program.args], {
    env: { ...process.env, ...display.env, BENCH_SELECTOR: program.selector },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const ended = once(child, 'exit');
  await painted(child);
  const readyMs = performance.now() - startedMs;
  await sleep(settleMs);
  const tree = child.pid === undefined ? [] : processTree(child.pid);
  const sum = (pids: readonly number[]): number =>
    pids.reduce((total, pid) => total + proportionalMb(pid), 0);
  const started = {
    readyMs,
    windowMb: sum(tree.filter((pid) => !isCore(pid))),
    coreMb: sum(tree.filter(isCore)),
  };
  child.kill('SIGTERM');
  await ended;
  return started;
}

/** Empties the system's file cache where we may: a cold start. */
function dropCaches(): boolean {
  try {
    spawnSync('sync');
    writeFileSync('/proc/sys/vm/drop_caches', '3');
    return true;
  } catch {
    return false;
  }
}

/** A terminal as it stands on the counter: activated, with its people, nothing open. */
async function activatedData(folder: string, executable: string, display: Display): Promise<string> {
  mkdirSync(folder, { recursive: true });
  const counter = await openCounter({ folder, executable, display });
  try {
    await counter.activate();
  } finally {
    await counter.stop();
  }
  return counter.dataFolder;
}

const apps = ahead(async () => {
  const runtime = await ensureRuntime();
  await builtApp();
  const folder = mkdtempSync(join(tmpdir(), 'bench-start-'));
  const display = await openDisplay(true);
  const data = await activatedData(join(folder, 'counter'), runtime.executable, display);
  return { runtime, folder, display, data, ...writeEmptyApp(folder) };
});

export const startSection: Section = {
  section: 'start',
  prepare: apps.prepare,
  run: async (effort) => {
    const { quick } = effort;
    const { runtime, folder, display, data, app, hook } = await apps.take(effort);
    try {
      const programs: readonly Program[] = [
        { name: 'empty window', args: [app], selector: '#ready' },
        {
          name: 'voucher terminal',
          args: [ROOT, `--data-folder=${data}`],
          selector: '[data-testid=phase-sign-in]',
        },
      ];
      const rounds = quick ? 5 : 15;
      const settleMs = quick ? SETTLE_MS.quick : SETTLE_MS.whole;
      const warm = programs.map((): Started[] => []);
      const cold = programs.map((): Started[] => []);
      const once = (program: Program, settleMs: number): Promise<Started> =>
        start(program, runtime.executable, display, hook, settleMs);
      for (const program of programs) await once(program, 0);
      for (let round = 0; round < rounds; round += 1)
        for (const [nth, program] of programs.entries())
          warm[nth]?.push(await once(program, round === 0 ? settleMs : 0));
      for (let round = 0; round < (quick ? 0 : 3); round += 1)
        for (const [nth, program] of programs.entries())
          if (dropCaches()) cold[nth]?.push(await once(program, 0));

      const [emptyWarm = [], ownWarm = []] = warm;
      const ratios = ownWarm.map(({ readyMs }, round) => readyMs / (emptyWarm[round]?.readyMs ?? Number.NaN));
      const empty = emptyWarm[0] ?? { windowMb: Number.NaN };
      const own = ownWarm[0] ?? { windowMb: Number.NaN, coreMb: Number.NaN };
      const memoryLimit = empty.windowMb * MOST_TIMES_EMPTY_MEMORY + CORE_MB;
      return {
        budgets: [
          within(
            'start → sign-in painted, times an empty window',
            median(ratios),
            MOST_TIMES_EMPTY_START,
            '×',
          ),
          within(
            'proportional memory, idle (1.5 × empty window + 80 MB)',
            own.windowMb + own.coreMb,
            memoryLimit,
            'MB',
          ),
        ],
        tables: [
          {
            title: 'Start and memory',
            columns: ['what', 'warm start ms', 'cold start ms', 'windows MB (PSS)', 'core MB (PSS)'],
            rows: programs.map(({ name }, nth) => {
              const ms = (runs: readonly Started[] = []): string =>
                runs.length === 0
                  ? quick
                    ? 'whole run only'
                    : 'not allowed here'
                  : withSpread(
                      runs.map(({ readyMs }) => readyMs),
                      0,
                    );
              const first = warm[nth]?.[0];
              return [
                name,
                ms(warm[nth]),
                ms(cold[nth]),
                first?.windowMb.toFixed(0) ?? '',
                first === undefined || first.coreMb === 0 ? '–' : first.coreMb.toFixed(0),
              ];
            }),
            notes: [
              `Electron ${runtime.version}, from the start of the process to two frames after the first screen is there, ${rounds} rounds in turn.`,
              'The terminal is activated and shows its sign-in; the core has opened and checked the journal by then.',
              `Memory is read ${settleMs / 1000} s later.`,
            ],
          },
        ],
      };
    } finally {
      await display.stop();
      rmSync(folder, { recursive: true, force: true });
    }
  },
};
