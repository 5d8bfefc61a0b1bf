import { defineConfig } from 'vitest/config';

/** What `npm run mutate` holds each mutant against: the examples and properties of rules and codes. */
export default defineConfig({
  test: { include: ['test/unit/domain/**/*.test.ts', 'test/unit/codes/**/*.test.ts'] },
});
