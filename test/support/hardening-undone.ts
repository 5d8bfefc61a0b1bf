import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { flipFuses, FuseV1Options, FuseVersion } from '@electron/fuses';
import { ROOT } from './app-window.ts';
import { builtPackage } from './built-package.ts';

/**
 * `node test/support/hardening-undone.ts`: undoes each of the twenty points in the built app, one after the other,
 * and sees its check fail. Needs `npm run build`; puts everything back.
 */
const MAIN = 'out/main/program.cjs';
const PRELOAD = 'out/preload/index.cjs';

interface Undoing {
  readonly point: number;
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

const preference = (point: number, from: string, to: string): Undoing => ({ point, file: MAIN, from, to });

const UNDONE: readonly Undoing[] = [
  {
    point: 1,
    file: MAIN,
    from: 'const cancel = !allowed.some((scheme) => url.startsWith(scheme))',
    to: 'const cancel = false',
  },
  preference(2, 'nodeIntegration: false', 'nodeIntegration: true'),
  preference(3, 'contextIsolation: true', 'contextIsolation: false'),
  preference(4, 'sandbox: true', 'sandbox: false'),
  { point: 5, file: MAIN, from: 'answer(false)', to: 'answer(true)' },
  preference(6, 'webSecurity: true', 'webSecurity: false'),
  { point: 7, file: MAIN, from: "script-src 'self'", to: "script-src 'self' 'unsafe-inline' 'unsafe-eval'" },
  preference(8, 'allowRunningInsecureContent: false', 'allowRunningInsecureContent: true'),
  preference(9, 'experimentalFeatures: false', 'experimentalFeatures: true'),
  preference(10, 'spellcheck: false', "spellcheck: false, enableBlinkFeatures: 'CSSGapDecoration'"),
  preference(11, 'webviewTag: false', 'webviewTag: true'),
  {
    point: 12,
    file: MAIN,
    from: 'event.preventDefault();\n\t\tlog("refused a web view")',
    to: 'log("let a web view pass")',
  },
  {
    point: 13,
    file: MAIN,
    from: 'event.preventDefault();\n\t\tlog(`refused navigation',
    to: 'log(`let pass',
  },
  { point: 14, file: MAIN, from: 'action: "deny"', to: 'action: "allow"' },
  {
    point: 15,
    file: MAIN,
    from: 'return { action: "deny" }',
    to: 'electron.shell.openExternal(url); return { action: "deny" }',
  },
  { point: 17, file: PRELOAD, from: 'location.origin===`app://terminal`', to: 'true' },
  { point: 18, file: MAIN, from: 'file.startsWith(folder + node_path.sep)', to: 'true' },
  {
    point: 20,
    file: PRELOAD,
    from: 'exposeInMainWorld(`terminal`,{',
    to: 'exposeInMainWorld(`terminal`,{invoke:()=>null,',
  },
];

/** True if the check of this point fails, as it must. */
function checkFails(point: number): boolean {
  const run = spawnSync(
    process.execPath,
    [
      join(ROOT, 'node_modules/vitest/vitest.mjs'),
      'run',
      'test/e2e/hardening.test.ts',
      '-t',
      `point ${point}: `,
    ],
    { cwd: ROOT, encoding: 'utf8' },
  );
  return run.status === 1 && (run.stdout + run.stderr).includes('FAIL');
}

const results: string[] = [];
const note = (point: number, how: string, failed: boolean): void => {
  results.push(`${point} ${failed ? 'fails' : 'STILL PASSES'}: ${how}`);
  console.log(results.at(-1));
};

/** Only these, where points are named. */
const wanted = process.argv.slice(2).map(Number);
const undone = wanted.length === 0 ? UNDONE : UNDONE.filter(({ point }) => wanted.includes(point));

for (const { point, file, from, to } of undone) {
  const path = join(ROOT, file);
  const whole = readFileSync(path, 'utf8');
  if (!whole.includes(from)) throw new Error(`point ${point}: ${from} is not in ${file}`);
  try {
    writeFileSync(
      path,
      whole.replace(from, () => to),
    );
    note(point, `${from} → ${to}`.replaceAll(/\s+/g, ' '), checkFails(point));
  } finally {
    writeFileSync(path, whole);
  }
}

if (wanted.length === 0) await undoPackage();

process.exitCode = results.every((line) => line.includes(' fails: ')) ? 0 : 1;

/** Points 16 and 19 are held in the package, not in the bundles. */
async function undoPackage(): Promise<void> {
  const built = await builtPackage();
  const mark = join(built.folder, '../build.json');
  const marked = readFileSync(mark, 'utf8');
  writeFileSync(mark, marked.replace('"testBuild": true', '"testBuild": false'));
  note(16, 'a package with an old Electron that is not marked as a test build', checkFails(16));
  writeFileSync(mark, marked);
  const flip = (on: boolean): Promise<number> =>
    flipFuses(built.executable, { version: FuseVersion.V1, [FuseV1Options.RunAsNode]: on });
  await flip(true);
  note(19, 'the fuse RunAsNode burnt in again', checkFails(19));
  await flip(false);
}
