import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildApp } from './build.ts';
import { buildDeb } from './package/deb.ts';
import { ownVersion, packageApp, ROOT } from './package/package-app.ts';
import { ensureRuntime } from './runtime/ensure.ts';

/**
 * `npm run package [-- --deb]`: the app as an unpacked Linux folder in dist/, with the Electron that is here, and
 * as a deb. NSIS and AppImage need tools that electron-builder fetches from github.com: `npx electron-builder`
 * there.
 */
const { values } = parseArgs({
  options: { deb: { type: 'boolean', default: false }, version: { type: 'string', default: ownVersion() } },
});
const runtime = await ensureRuntime();
await buildApp();
const output = join(ROOT, 'dist');
const built = await packageApp(runtime, { output, version: values.version });
if (built.testBuild) {
  console.error(
    `package: Electron ${runtime.version} is too old for the core; this test build carries Node beside it and must not be released`,
  );
}
console.log(built.folder);
if (values.deb) console.log(buildDeb(built, { output }));
