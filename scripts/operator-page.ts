import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Builds the operator's page if it isn't built from the sources as they are; `--always` without looking. Where the
 * build tools are not installed the clearing server starts without a page, and says so under /operator/.
 */
const ROOT = join(import.meta.dirname, '..');
const BUILT = join(ROOT, 'out/operator/index.html');
const SOURCES = ['renderer/operator', 'renderer/shared', 'src/contract', 'src/domain'];

function isFresh(): boolean {
  if (!existsSync(BUILT)) return false;
  const builtMs = statSync(BUILT).mtimeMs;
  return SOURCES.every((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true }).every(
      (entry) => !entry.isFile() || statSync(join(entry.parentPath, entry.name)).mtimeMs <= builtMs,
    ),
  );
}

if (process.argv.includes('--always') || !isFresh()) {
  if (existsSync(join(ROOT, 'node_modules/vite'))) {
    const { buildOperatorPage } = await import('./build.ts');
    await buildOperatorPage();
  } else process.stderr.write("the operator's page is not built: the build tools are not installed\n");
}
