import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import {
  builtSchema,
  packageApp,
  ownVersion,
  ROOT,
  type BuiltPackage,
} from '../../scripts/package/package-app.ts';
import { ensureElectron } from '../../scripts/runtime/electron.ts';

/** Beginning of the names of folders for variants of it: on the same disk, so that they can be linked. */
export const VARIANTS = join(ROOT, 'dist/variants-');

/** What a build left in its output folder; null if there is none. */
function readBuilt(output: string): BuiltPackage | null {
  const file = join(output, 'build.json');
  return existsSync(file) ? builtSchema.parse(JSON.parse(readFileSync(file, 'utf8'))) : null;
}

/** The package of what is in out/, built once and again only when out/ or the configuration is newer. */
export async function builtPackage(version = ownVersion()): Promise<BuiltPackage> {
  const output = join(ROOT, 'dist/test', version);
  const sources = [
    'out/main/index.cjs',
    'out/main/program.cjs',
    'out/core/entry.js',
    'electron-builder.yml',
    'package.json',
  ];
  const newest = Math.max(...sources.map((file) => statSync(join(ROOT, file)).mtimeMs));
  const present = readBuilt(output);
  if (present !== null && existsSync(present.executable)) {
    if (statSync(join(output, 'build.json')).mtimeMs > newest) return present;
  }
  return packageApp(await ensureElectron(() => undefined), { output, version });
}
