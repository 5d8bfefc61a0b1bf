import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { build, type InlineConfig } from 'vite';
import { TERMINAL_CALLS } from '../src/contract/terminal/calls.ts';

const ROOT = join(import.meta.dirname, '..');

/**
 * Native modules can't be bundled; Electron brings itself. `supports-color` is only tried for by `debug`, and only
 * development packages bring it: what is shipped does without. Everything else is bundled.
 */
const EXTERNAL = ['electron', 'better-sqlite3', 'node-hid', 'serialport', 'pg-native', 'supports-color'];

function nodeBundle(
  name: string,
  entries: readonly string[],
  target: string,
  format: 'es' | 'cjs',
  minify: boolean,
): InlineConfig {
  const extension = format === 'cjs' ? 'cjs' : 'js';
  return {
    root: ROOT,
    configFile: false,
    logLevel: 'warn',
    publicDir: false,
    ssr: { noExternal: true, external: EXTERNAL },
    resolve: { alias: { unzipper: join(ROOT, 'scripts/package/no-unzipper.ts') } },
    build: {
      ssr: true,
      target,
      minify,
      sourcemap: true,
      outDir: join(ROOT, 'out', name),
      emptyOutDir: true,
      rolldownOptions: {
        input: entries.map((entry) => join(ROOT, entry)),
        external: [...EXTERNAL, ...builtinModules, /^node:/],
        output: {
          format,
          entryFileNames: `[name].${extension}`,
          chunkFileNames: `[name]-[hash].${extension}`,
        },
      },
    },
  };
}

/** The core, its threads, which it finds beside itself by their names, and what goes back to an older journal. */
const CORE = [
  'src/terminal/entry.ts',
  'src/terminal/heartbeat-worker.ts',
  'src/terminal/journal/background-check-worker.ts',
  'src/terminal/step-back.ts',
];

/** The launcher, and what it loads once the start is counted. */
const MAIN = ['src/main/index.ts', 'src/main/program.ts'];

/** The core as it is shipped, in out/NAME. Gives back its entry file. */
export async function buildCore(name: string): Promise<string> {
  await build(nodeBundle(name, CORE, 'node22', 'es', false));
  return join(ROOT, 'out', name, 'entry.js');
}

/** The operator's web page, which the clearing server serves; into out/operator. */
export async function buildOperatorPage(): Promise<void> {
  await build({
    root: join(ROOT, 'renderer/operator'),
    configFile: join(ROOT, 'renderer/operator/vite.config.ts'),
    logLevel: 'warn',
  });
}

/** Builds main, preload, core, renderer and the operator's page into out/. Targets suit the oldest Electron that is run: 33. */
export async function buildApp(): Promise<void> {
  await build(nodeBundle('main', MAIN, 'node20', 'cjs', false));
  await build({
    ...nodeBundle('preload', ['src/preload/index.ts'], 'chrome130', 'cjs', true),
    define: { CALL_NAMES: JSON.stringify(Object.keys(TERMINAL_CALLS)) },
  });
  await buildCore('core');
  await build({
    root: join(ROOT, 'renderer'),
    configFile: join(ROOT, 'renderer/vite.config.ts'),
    logLevel: 'warn',
  });
  await buildOperatorPage();
}

if (import.meta.main) await buildApp();
