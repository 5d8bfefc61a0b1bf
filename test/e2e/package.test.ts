import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listPackage } from '@electron/asar';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DEMO_STEPS, playDemo } from '../../scripts/demo/steps.ts';
import { openTranscript } from '../../scripts/demo/transcript.ts';
import { bundledPackages, productionLicences } from '../../scripts/package/licences.ts';
import type { BuiltPackage } from '../../scripts/package/package-app.ts';
import { sandboxArguments } from '../support/app-window.ts';
import { builtPackage } from '../support/built-package.ts';
import { openCounterWith } from '../support/counter.ts';
import { openDisplay, type Display } from '../support/display.ts';
import { readFuses, SHIPPED_FUSES } from '../support/fuses.ts';
import { launchPackaged } from '../support/packaged-window.ts';

let display: Display;
let folder: string;
let built: BuiltPackage;

beforeAll(async () => {
  display = await openDisplay(true);
  folder = mkdtempSync(join(tmpdir(), 'voucher-terminal-'));
  built = await builtPackage();
});
afterAll(async () => {
  await display.stop();
  rmSync(folder, { recursive: true, force: true });
});

test('the fuse wire in the built executable is the one that is promised', async () => {
  expect(await readFuses(built.executable)).toEqual(SHIPPED_FUSES);
});

test('the package holds the app and what it loads, no source, no map, no default app, and a Node only in a test build', () => {
  const resources = join(built.folder, 'resources');
  const files = listPackage(join(resources, 'app.asar'), { isPack: false });
  expect(files).toContain('/out/main/index.cjs');
  expect(files).toContain('/out/renderer/index.html');
  expect(files.filter((file) => /\.(map|ts|tsx)$|^\/(src|test|scripts|node_modules)/.test(file))).toEqual([]);
  expect(existsSync(join(resources, 'default_app.asar'))).toBe(false);
  expect(existsSync(join(resources, 'node/node'))).toBe(built.testBuild);
  expect(existsSync(join(resources, 'licences.md'))).toBe(true);
});

/** Loaded from beside the bundles, and so not inside them. */
const BESIDE = ['better-sqlite3', 'node-hid', 'serialport'];

test('what is bundled stands on the list of licences, and the package without a licence is not in it', async () => {
  const bundled = bundledPackages();
  for (const name of ['zod', 'axios', 'fastify', 'exceljs', 'electron-updater'])
    expect(bundled, name).toContain(name);
  for (const name of ['buffers', 'unzipper', 'supports-color', ...BESIDE])
    expect(bundled, name).not.toContain(name);
  const listed = new Set((await productionLicences()).map(({ name }) => name));
  expect([...bundled, ...BESIDE].filter((name) => !listed.has(name))).toEqual([]);
});

test('the executable does not run as a Node, obeys no NODE_OPTIONS and opens no inspector', () => {
  const run = (args: readonly string[], env: Readonly<Record<string, string>>): string => {
    const ran = spawnSync(built.executable, [...sandboxArguments(), ...args], {
      env: { ...process.env, ...display.env, ...env },
      encoding: 'utf8',
      timeout: 6_000,
      killSignal: 'SIGKILL',
    });
    return ran.stdout + ran.stderr;
  };
  const data = `--data-folder=${join(folder, 'switches')}`;
  expect(run(['-e', 'console.log("ran as node")', data], { ELECTRON_RUN_AS_NODE: '1' })).not.toContain(
    'ran as node\n',
  );
  const preload = join(folder, 'preload.cjs');
  spawnSync('sh', ['-c', `echo 'console.log("pre" + "loaded")' > ${preload}`]);
  const output = run(['--inspect=0', data], { NODE_OPTIONS: `--require ${preload}` });
  expect(output).not.toContain('preloaded');
  expect(output).not.toContain('Debugger listening');
}, 60_000);

test('the hardened package itself plays the whole demo: activation, redemption, offline, a killed core', async () => {
  const counter = await openCounterWith({ folder: join(folder, 'demo') }, (dataFolder) =>
    launchPackaged({ executable: built.executable, dataFolder, env: display.env }),
  );
  try {
    const transcript = openTranscript(join(folder, 'screenshots'), DEMO_STEPS, (file) =>
      counter.window().screenshot(file),
    );
    await playDemo(counter, transcript);
    expect(transcript.end()).toBe(true);
  } finally {
    await counter.stop();
  }
});

test('the native modules load from a package that was carried elsewhere, with nothing of this folder around it', () => {
  const elsewhere = join(folder, 'elsewhere');
  cpSync(join(built.folder, 'resources/app.asar.unpacked'), elsewhere, { recursive: true });
  for (const name of ['better-sqlite3', 'node-hid', 'serialport']) {
    const run = spawnSync(process.execPath, ['-e', `require('${name}'); console.log('loaded')`], {
      cwd: elsewhere,
      encoding: 'utf8',
    });
    expect(run.stdout, run.stderr).toBe('loaded\n');
  }
});
