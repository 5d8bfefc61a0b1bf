import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, Platform } from 'electron-builder';
import { z } from 'zod';
import type { ElectronRuntime } from '../runtime/electron.ts';
import { isTestOnly } from './electron-age.ts';

export const ROOT = join(import.meta.dirname, '../..');

/** `build.json`, which a build leaves in its output folder. */
export const builtSchema = z
  .object({
    version: z.string(),
    electronVersion: z.string(),
    /** Carries a Node beside an Electron that is too old: never to be released. */
    testBuild: z.boolean(),
    folder: z.string(),
    executable: z.string(),
  })
  .readonly();
export type BuiltPackage = z.infer<typeof builtSchema>;

export function ownVersion(): string {
  return z.object({ version: z.string() }).parse(JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')))
    .version;
}

/**
 * Packs what `npm run build` left in out/ as an unpacked Linux folder, fuses set. With an Electron whose Node is
 * too old for the core it carries the project's Node and is marked as a test build.
 */
export async function packageApp(
  runtime: ElectronRuntime,
  { output, version }: { readonly output: string; readonly version: string },
): Promise<BuiltPackage> {
  const testBuild = isTestOnly(runtime.version);
  rmSync(output, { recursive: true, force: true });
  mkdirSync(output, { recursive: true });
  const stage = join(output, 'node');
  if (testBuild) cpSync(join(ROOT, 'node_modules/node/bin'), stage, { recursive: true, dereference: true });
  await build({
    projectDir: ROOT,
    targets: Platform.LINUX.createTarget('dir'),
    publish: 'never',
    config: {
      extends: join(ROOT, 'electron-builder.yml'),
      directories: { output },
      electronDist: runtime.folder,
      electronVersion: runtime.version,
      extraMetadata: { version },
      ...(testBuild ? { extraResources: [{ from: stage, to: 'node' }] } : {}),
      // A folder of one's own brings the bare Electron's default app along.
      afterPack: ({ appOutDir }) => {
        rmSync(join(appOutDir, 'resources/default_app.asar'), { force: true });
        return Promise.resolve();
      },
    },
  });
  rmSync(stage, { recursive: true, force: true });
  const folder = join(output, 'linux-unpacked');
  const built: BuiltPackage = {
    version,
    electronVersion: runtime.version,
    testBuild,
    folder,
    executable: join(folder, 'voucher-terminal'),
  };
  writeFileSync(join(output, 'build.json'), JSON.stringify(built, null, 2));
  return built;
}
