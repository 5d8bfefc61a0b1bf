import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
});

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
