import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ESLint } from 'eslint';
import { expect, test } from 'vitest';
import { z } from 'zod';

const ROOT = join(import.meta.dirname, '../..');
const RULE = 'max-lines-per-function';
const list = z
  .record(z.string(), z.int())
  .parse(JSON.parse(readFileSync(join(ROOT, 'long-functions.json'), 'utf8')));

test(
  'the list of functions over 80 lines says how long they are, so that it can only shrink',
  { timeout: 60_000 },
  async () => {
    const eslint = new ESLint({
      cwd: ROOT,
      overrideConfig: {
        // Types are of no use here, and take long.
        languageOptions: { parserOptions: { project: null } },
        rules: { [RULE]: ['error', { max: 80, skipBlankLines: true, skipComments: true }] },
      },
      ruleFilter: ({ ruleId }) => ruleId === RULE,
    });
    const results = await eslint.lintFiles(Object.keys(list));
    const longest = results.flatMap(({ filePath, messages }) => {
      const lengths = messages.map(({ message }) => Number(/\((\d+)\)/.exec(message)?.[1]));
      return lengths.length === 0 ? [] : [[filePath.slice(ROOT.length + 1), Math.max(...lengths)] as const];
    });
    expect(list, 'long-functions.json').toEqual(Object.fromEntries(longest));
  },
);
