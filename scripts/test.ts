import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { z } from 'zod';
import { buildApp } from './build.ts';
import { ensureRuntime } from './runtime/ensure.ts';

/**
 * `npm test [-- vitest arguments]`: set-up, build, every test, and one closing line `N passed, N failed`.
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

/** The files that took longest: for how long, and when in the run they began. */
function slowest({ testResults }: z.infer<typeof resultSchema>): string {
  const first = Math.min(...testResults.map(({ startTime }) => startTime));
  const seconds = (ms: number): string => `${String(Math.round(ms / 1000)).padStart(5)} s`;
  return testResults
    .toSorted((a, b) => b.endTime - b.startTime - (a.endTime - a.startTime))
    .slice(0, SLOWEST_SHOWN)
    .map(
      ({ name, startTime, endTime }) =>
        `${seconds(endTime - startTime)}, begun after ${seconds(startTime - first)}: ${relative(ROOT, name)}`,
    )
    .join('\n');
}

await ensureRuntime();
await buildApp();
const folder = mkdtempSync(join(tmpdir(), 'voucher-terminal-test-'));
const report = join(folder, 'report.json');
const run = spawnSync(
  process.execPath,
  [
    join(ROOT, 'node_modules/vitest/vitest.mjs'),
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
    ...process.argv.slice(2),
  ],
  { cwd: ROOT, stdio: 'inherit' },
);
try {
  const result = resultSchema.parse(JSON.parse(readFileSync(report, 'utf8')));
  console.log(`The slowest files:\n${slowest(result)}`);
  const skipped = result.numPendingTests + result.numTodoTests;
  // A file that fails to load has no failed test of its own.
  const failed = result.numFailedTests === 0 && !result.success ? 1 : result.numFailedTests;
  console.log(
    `${result.numPassedTests} passed, ${failed} failed${skipped === 0 ? '' : `, ${skipped} skipped`}`,
  );
  process.exitCode = run.status === 0 && failed === 0 && result.numPassedTests > 0 ? 0 : 1;
} catch (error) {
  console.error(`the test run left no report: ${String(error)}`);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
