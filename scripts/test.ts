import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { constants, setPriority, tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { z } from 'zod';
import { buildApp } from './build.ts';
import { ensureRuntime } from './runtime/ensure.ts';

/**
 * `npm test [-- vitest arguments]`: set-up, build, the tests, and one closing line `N passed, N failed`. Without
 * arguments: all but the long ones (test/long-tests.ts); `--long` (`npm run test:all`): those.
 * The exit code is 0 only if all passed and at least one ran.
 */
const ROOT = join(import.meta.dirname, '..');
const resultSchema = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numPendingTests: z.number(),
  numTodoTests: z.number(),
  success: z.boolean(),
  testResults: z.array(z.object({ name: z.string(), startTime: z.number(), endTime: z.number() })),
});

/** Where the minutes of a whole run go. */
const SLOWEST_SHOWN = 12;

type TestResults = z.infer<typeof resultSchema>['testResults'];

/** The files that took longest: for how long, and when in the run they began. */
function slowest(files: TestResults): string {
  const first = Math.min(...files.map(({ startTime }) => startTime));
  const seconds = (ms: number): string => `${String(Math.round(ms / 1000)).padStart(5)} s`;
  return files
    .toSorted((a, b) => b.endTime - b.startTime - (a.endTime - a.startTime))
    .slice(0, SLOWEST_SHOWN)
    .map(
      ({ name, startTime, endTime }) =>
        `${seconds(endTime - startTime)}, begun after ${seconds(startTime - first)}: ${relative(ROOT, name)}`,
    )
    .join('\n');
}

const folder = mkdtempSync(join(tmpdir(), 'voucher-terminal-test-'));

interface Run {
  readonly result: z.infer<typeof resultSchema>;
  readonly ok: boolean;
}

const isLong = process.argv[2] === '--long';
const parameters = isLong ? [] : process.argv.slice(2);
const part = isLong ? 'long' : 'short';
const env = parameters.length > 0 ? process.env : { ...process.env, VOUCHER_TESTS: part };

/** One run of vitest. Throws if it leaves no report. `aside`: with what other runs leave of the processors, told at its end. */
async function vitest(name: string, parameters: readonly string[], aside: boolean): Promise<Run> {
  const report = join(folder, `${name}.json`);
  const child = spawn(
    process.execPath,
    [
      join(ROOT, 'node_modules/vitest/vitest.mjs'),
      'run',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${report}`,
      ...parameters,
    ],
    { cwd: ROOT, env, stdio: aside ? ['ignore', 'pipe', 'pipe'] : 'inherit' },
  );
  if (aside && child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_LOW);
  const said: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (part: Buffer) => said.push(part));
  const [code] = (await once(child, 'close')) as [number | null];
  process.stdout.write(Buffer.concat(said));
  return { result: resultSchema.parse(JSON.parse(readFileSync(report, 'utf8'))), ok: code === 0 };
}

/** The simulation beside the rest: one window at a time leaves a processor idle for minutes. */
const wholeRun = (): Promise<readonly Run[]> =>
  Promise.all([
    vitest('rest', ['--project=!simulation'], false),
    vitest('simulation', ['--project=simulation'], true),
  ]);

await ensureRuntime();
await buildApp();
try {
  const runs = parameters.length === 0 ? await wholeRun() : [await vitest('chosen', parameters, false)];
  console.log(`The slowest files:\n${slowest(runs.flatMap(({ result }) => result.testResults))}`);
  const sum = (count: (result: Run['result']) => number): number =>
    runs.reduce((total, { result }) => total + count(result), 0);
  const passed = sum(({ numPassedTests }) => numPassedTests);
  const skipped = sum(({ numPendingTests, numTodoTests }) => numPendingTests + numTodoTests);
  // A file that fails to load has no failed test of its own.
  const failed = sum(({ numFailedTests, success }) =>
    success ? numFailedTests : Math.max(1, numFailedTests),
  );
  console.log(`${passed} passed, ${failed} failed${skipped === 0 ? '' : `, ${skipped} skipped`}`);
  process.exitCode = runs.every(({ ok }) => ok) && failed === 0 && passed > 0 ? 0 : 1;
} catch (error) {
  console.error(`the test run left no report: ${String(error)}`);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
