import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { init, type ModuleInfos } from 'license-checker-rseidelsohn';
import { z } from 'zod';
import { ROOT } from './package-app.ts';

/** `node scripts/package/licences.ts` writes docs/licences.md: every production package with its licence. */

export interface PackageLicence {
  readonly name: string;
  readonly version: string;
  /** SPDX expression; `UNKNOWN` where the package says nothing. A star: read out of its text. */
  readonly licence: string;
}

/** Licences that ask for nothing but their notice. An expression with `OR` needs one of them. */
const PERMISSIVE: ReadonlySet<string> = new Set([
  'MIT',
  'MIT*',
  'ISC',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  '0BSD',
  'Unlicense',
  'Python-2.0',
  'X11',
  'Zlib',
  'CC0-1.0',
]);

/** True if the expression can be kept by giving notice alone; `UNKNOWN` can't. */
export function isPermissive(expression: string): boolean {
  const plain = expression.replaceAll(/[()]/g, '');
  return plain
    .split(' OR ')
    .some((choice) => choice.split(' AND ').every((name) => PERMISSIVE.has(name.trim())));
}

/** Every package that production code may load, without this one, in order of name. */
export function productionLicences(): Promise<readonly PackageLicence[]> {
  return new Promise((resolve, reject) => {
    init({ start: ROOT, production: true }, (error: Error | null, found: ModuleInfos) => {
      if (error !== null) {
        reject(error);
        return;
      }
      const packages = Object.entries(found).map(([key, { licenses }]) => {
        const at = key.lastIndexOf('@');
        const licence = Array.isArray(licenses) ? licenses.join(' AND ') : (licenses ?? 'UNKNOWN');
        return { name: key.slice(0, at), version: key.slice(at + 1), licence };
      });
      const others = packages.filter(({ name }) => name !== 'voucher-terminal');
      resolve(others.toSorted((a, b) => (`${a.name}@${a.version}` < `${b.name}@${b.version}` ? -1 : 1)));
    });
  });
}

const mapSchema = z.object({ sources: z.array(z.string()) });

/** Names of the packages that are really inside the core's and main's bundles in out/, by their source maps. */
export function bundledPackages(): ReadonlySet<string> {
  const names = new Set<string>();
  for (const bundle of ['core', 'main', 'preload']) {
    const folder = join(ROOT, 'out', bundle);
    for (const file of readdirSync(folder).filter((name) => name.endsWith('.map'))) {
      const { sources } = mapSchema.parse(JSON.parse(readFileSync(join(folder, file), 'utf8')));
      for (const source of sources) {
        const name = [...source.matchAll(/node_modules\/((?:@[^/]+\/)?[^/]+)/g)].at(-1)?.[1];
        if (name !== undefined) names.add(name);
      }
    }
  }
  return names;
}

/** The page that goes along with every package. */
export function licencesPage(packages: readonly PackageLicence[]): string {
  const rows = packages.map(({ name, version, licence }) => `${name} ${version}: ${licence}`);
  return [
    '# Licences of others',
    '',
    'Made by `node scripts/package/licences.ts` from the packages of `dependencies` and what they need. Their texts',
    'lie in the packages; those of Electron and Chromium in `LICENSE.electron.txt` and `LICENSES.chromium.html`',
    'beside the program. A star means that the licence was read out of the text.',
    '',
    '`buffers` states no licence. Only the Excel reader of `exceljs` needs it; the terminal writes Excel and never',
    'reads it, so the build leaves that reader out, and a test sees to it.',
    '',
    '```text',
    ...rows,
    '```',
    '',
  ].join('\n');
}

if (import.meta.main) {
  const packages = await productionLicences();
  writeFileSync(join(ROOT, 'docs/licences.md'), licencesPage(packages));
  console.log(`${packages.length} packages in docs/licences.md`);
}
