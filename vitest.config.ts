import { defineConfig } from 'vitest/config';
import { LONG_TESTS } from './test/long-tests.ts';

/** Which tests: those of `npm test`, those that it leaves out, or (left out) whatever the command line names. */
const part = process.env['VOUCHER_TESTS'];
const long = LONG_TESTS.map((path) => (path.endsWith('/') ? `${path}**/*.test.ts` : path));

/** Of a project's files those of this part. */
function files(...patterns: readonly string[]): { readonly include: string[]; readonly exclude: string[] } {
  const folder = patterns[0]?.split('/').slice(0, 2).join('/') ?? '';
  if (part === 'long') return { include: long.filter((path) => path.startsWith(`${folder}/`)), exclude: [] };
  return { include: [...patterns], exclude: part === 'short' ? long : [] };
}

export default defineConfig({
  test: {
    // A part may have none of a project's files.
    passWithNoTests: true,
    projects: [
      {
        test: {
          name: 'unit',
          ...files('test/unit/**/*.test.ts', 'test/unit/**/*.test.tsx'),
        },
      },
      {
        test: {
          name: 'integration',
          ...files('test/integration/**/*.test.ts'),
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        // What clearing promises in a world of its own, once more on PostgreSQL. Suites that run on both engines
        // by themselves (onEachEngine) are left out.
        test: {
          name: 'postgres',
          include: part === 'long' ? [] : ['test/integration/clearing/{bad-input,loss-reserve}.test.ts'],
          globalSetup: ['test/support/postgres-for-all.ts'],
          env: { CLEARING_TEST_ENGINE: 'postgres' },
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'simulation',
          ...files('test/simulation/**/*.test.ts'),
          testTimeout: 900_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'e2e',
          ...files('test/e2e/**/*.test.ts'),
          // One real window at a time: two share the cores, the focus and the display.
          fileParallelism: false,
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
    ],
    coverage: {
      provider: 'v8',
      include: ['src/domain/**', 'src/codes/**'],
      reporter: ['text', 'json-summary'],
      reportsDirectory: 'coverage',
      // What decides about money is tried out whole.
      thresholds: { 100: true },
    },
  },
});
