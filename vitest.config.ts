import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/unit/**/*.test.ts', 'test/unit/**/*.test.tsx'],
        },
      },
      {
        test: {
          name: 'integration',
          include: ['test/integration/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        // What clearing promises in a world of its own, once more on PostgreSQL. Suites that run on both engines
        // by themselves (onEachEngine) are left out.
        test: {
          name: 'postgres',
          include: ['test/integration/clearing/{bad-input,loss-reserve}.test.ts'],
          globalSetup: ['test/support/postgres-for-all.ts'],
          env: { CLEARING_TEST_ENGINE: 'postgres' },
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'simulation',
          include: ['test/simulation/**/*.test.ts'],
          testTimeout: 900_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
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
