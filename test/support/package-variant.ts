import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createPackageWithOptions, extractAll, uncache } from '@electron/asar';
import { z } from 'zod';
import type { BuiltPackage } from '../../scripts/package/package-app.ts';

export interface Variant {
  readonly version: string;
  /** A new folder, on the same disk as the package. */
  readonly folder: string;
  /** Changes the unpacked archive, such as `out/main/program.cjs`, before it is packed again. */
  readonly change?: (files: string) => void;
}

/**
 * The same package under another version, and broken where a test wants it, in a second: what doesn't change is
 * linked, not copied.
 */
export async function packageVariant(built: BuiltPackage, variant: Variant): Promise<BuiltPackage> {
  const { version, folder, change } = variant;
  const linked = spawnSync('cp', ['-al', built.folder, folder], { encoding: 'utf8' });
  if (linked.status !== 0) throw new Error(linked.stderr);
  const resources = join(folder, 'resources');
  const files = `${folder}.files`;
  extractAll(join(resources, 'app.asar'), files);
  const manifest = join(files, 'package.json');
  const parsed = z.record(z.string(), z.unknown()).parse(JSON.parse(readFileSync(manifest, 'utf8')));
  writeFileSync(manifest, JSON.stringify({ ...parsed, version }));
  change?.(files);
  const packed = `${folder}.asar`;
  await createPackageWithOptions(files, packed, { unpackDir: 'out/core' });
  uncache(packed);
  renameSync(packed, join(resources, 'app.asar'));
  const core = join(resources, 'app.asar.unpacked/out');
  rmSync(core, { recursive: true });
  mkdirSync(core);
  cpSync(join(`${packed}.unpacked`, 'out'), core, { recursive: true });
  for (const leftover of [files, `${packed}.unpacked`]) rmSync(leftover, { recursive: true });
  return { ...built, version, folder, executable: join(folder, 'voucher-terminal') };
}

/** Replaces one place of a file; throws unless it is there once. */
export function replaceOnce(file: string, from: string, to: string): void {
  const text = readFileSync(file, 'utf8');
  if (text.split(from).length !== 2) throw new Error(`${file} has not one ${from}`);
  writeFileSync(
    file,
    text.replace(from, () => to),
  );
}
