import { join } from 'node:path';
import { ESLint } from 'eslint';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
const eslint = new ESLint({
  cwd: ROOT,
  // In CI the parser would otherwise read each file from the disk once and never look at the text given here.
  overrideConfig: { languageOptions: { parserOptions: { disallowAutomaticSingleRunInference: true } } },
});

/** A file that exists, an import that it may not have, and the rule that must say so. */
const FORBIDDEN = [
  ['src/domain/money.ts', '../contract/journal/canonical.ts', 'boundaries/dependencies'],
  ['src/domain/money.ts', 'zod', 'no-restricted-imports'],
  ['src/codes/tlv.ts', '../contract/journal/canonical.ts', 'boundaries/dependencies'],
  ['src/contract/terminal/wire.ts', 'node:fs', 'no-restricted-imports'],
  ['native/framing/line-framer.ts', '../../src/domain/money.ts', 'boundaries/dependencies'],
  ['src/terminal/core.ts', '../clearing/context.ts', 'boundaries/dependencies'],
  ['src/terminal/core.ts', 'electron', 'no-restricted-imports'],
  ['src/clearing/context.ts', '../terminal/core.ts', 'boundaries/dependencies'],
  ['src/main/options.ts', '../terminal/core.ts', 'boundaries/dependencies'],
  ['src/main/options.ts', 'better-sqlite3', 'no-restricted-imports'],
  ['src/main/options.ts', '../domain/decide.ts', 'no-restricted-imports'],
  ['renderer/shared/format.ts', '../../src/terminal/core.ts', 'boundaries/dependencies'],
  ['renderer/shared/format.ts', 'node:fs', 'no-restricted-imports'],
  ['test/scenario/agreement-oracle.ts', '../../src/domain/money.ts', 'no-restricted-imports'],
  ['test/support/fund-split-model.ts', './rules.ts', 'no-restricted-imports'],
] as const;

test.each(FORBIDDEN)('%s may not import %s', async (filePath, imported, rule) => {
  const code = `import * as forbidden from '${imported}';\nexport const used = forbidden;\n`;
  const [result] = await eslint.lintText(code, { filePath: join(ROOT, filePath) });
  expect(result?.messages.map(({ ruleId }) => ruleId)).toContain(rule);
});
