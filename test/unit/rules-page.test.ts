import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
const SIDES = {
  terminal: 'src/terminal',
  clearing: 'src/clearing',
  screens: 'renderer',
  rules: 'src/domain',
};

const quoted = (text: string): string[] => [...text.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);
const ROWS = readFileSync(join(ROOT, 'docs/rules.md'), 'utf8')
  .split('\n')
  .map((line) => line.split('|').map((cell) => cell.trim()))
  .filter(([, , home]) => home?.startsWith('`'))
  .map(([, rule = '', home = '', callers = '']) => {
    const [file = '', ...names] = quoted(home);
    return { rule, file, names, callers: callers.split(', ') };
  });

/** `path name` of everything that a folder's files import by name. */
function importsOf(folder: string): ReadonlySet<string> {
  const files = readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' });
  return new Set(
    files
      .filter((file) => /\.tsx?$/.test(file))
      .flatMap((file) => {
        const text = readFileSync(join(ROOT, folder, file), 'utf8');
        return [...text.matchAll(/^import \{([^}]*)\} from '(\.[^']*)'/gm)].flatMap(
          ([, names = '', from = '']) =>
            names.split(',').map((name) => `${join(dirname(join(folder, file)), from)} ${name.trim()}`),
        );
      }),
  );
}
const IMPORTS = Object.entries(SIDES).map(([side, folder]) => ({ side, imports: importsOf(folder) }));

describe('the page of the rules', () => {
  test('names each home once', () => {
    expect(ROWS.length).toBeGreaterThan(25);
    const homes = ROWS.flatMap(({ file, names }) => names.map((name) => `${file} ${name}`));
    expect(new Set(homes).size).toBe(homes.length);
  });

  test.each(ROWS)('$rule: is exported by $file, and called by $callers alone', async (row) => {
    const { file, names, callers } = row;
    expect(names).not.toEqual([]);
    const home: unknown = await import(join(ROOT, file));
    for (const name of names) expect(home).toHaveProperty(name);
    const used = IMPORTS.filter(({ imports }) => names.some((name) => imports.has(`${file} ${name}`)));
    expect(callers).toEqual(used.map(({ side }) => side));
  });
});
