import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build, Platform } from 'electron-builder';
import { buildApp } from './build.ts';
import { ensureRuntime } from './runtime/ensure.ts';

/**
 * `npm run package`: the app as an unpacked Linux folder in dist/, with the Electron that is here. Installers
 * (NSIS, deb, AppImage) need tools that electron-builder fetches from github.com: `npx electron-builder` there.
 */
const ROOT = join(import.meta.dirname, '..');
/** The first Electron whose own Node has Node-API 10. */
const FIRST_MODERN_ELECTRON = 35;

const runtime = await ensureRuntime();
await buildApp();

// A build for testing only: an old Electron's own Node can't run the core, so the project's goes along.
const old = Number(runtime.version.split('.')[0]) < FIRST_MODERN_ELECTRON;
const stage = join(ROOT, 'dist/node');
rmSync(stage, { recursive: true, force: true });
if (old) {
  console.error(
    `package: Electron ${runtime.version} is too old for the core; this test build carries Node beside it`,
  );
  mkdirSync(stage, { recursive: true });
  cpSync(join(ROOT, 'node_modules/node/bin'), stage, { recursive: true, dereference: true });
}
const made = await build({
  projectDir: ROOT,
  targets: Platform.LINUX.createTarget('dir'),
  config: {
    extends: join(ROOT, 'electron-builder.yml'),
    electronDist: runtime.folder,
    electronVersion: runtime.version,
    ...(old ? { extraResources: [{ from: stage, to: 'node' }] } : {}),
    // A folder of one's own brings the bare Electron's default app along.
    afterPack: ({ appOutDir }) => {
      rmSync(join(appOutDir, 'resources/default_app.asar'), { force: true });
      return Promise.resolve();
    },
  },
});
console.log(made.length > 0 ? made.join('\n') : join(ROOT, 'dist/linux-unpacked'));
