import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './app-window.ts';

/** Main's and preload's sources, by path. */
export function shellSources(): ReadonlyMap<string, string> {
  const files = ['src/main', 'src/preload'].flatMap((folderName) =>
    readdirSync(join(ROOT, folderName)).map((name) => `${folderName}/${name}`),
  );
  return new Map(files.map((file) => [file, readFileSync(join(ROOT, file), 'utf8')]));
}
