import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { buildDeb, debVersion } from '../../scripts/package/deb.ts';
import type { BuiltPackage } from '../../scripts/package/package-app.ts';
import { updateRecordSchema, type UpdateRecord } from '../../src/contract/terminal/update-record.ts';
import { ROOT, sandboxArguments, type AppPage } from '../support/app-window.ts';
import { builtPackage, VARIANTS } from '../support/built-package.ts';
import { startClearing } from '../support/clearing-process.ts';
import { debMachine } from '../support/deb-machine.ts';
import { createPhone } from '../support/demo-phone.ts';
import { openDisplay, type Display } from '../support/display.ts';
import { MIGRATIONS } from '../../src/terminal/journal/migrate.ts';
import { followProgram, type FollowedProgram } from '../support/followed-program.ts';
import { redeemOne, seedFor, signIn, told, type CounterAround } from '../support/installed-counter.ts';
import { packageVariant, replaceOnce } from '../support/package-variant.ts';
import { startFeed, type UpdateFeed } from '../support/update-feed/server.ts';
import { createPtyPair } from '../support/virtual-serial.ts';

/** The packaged program replaces itself from a feed, and goes back from versions that are broken on purpose. */
let folder: string;
let variants: string;
let display: Display;
let around: CounterAround;
let feed: UpdateFeed;
let first: BuiltPackage;
let program: FollowedProgram | null = null;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'voucher-terminal-'));
  variants = mkdtempSync(VARIANTS);
  display = await openDisplay(true);
  feed = await startFeed();
  around = {
    clearing: await startClearing(join(folder, 'clearing')),
    phone: createPhone(),
    scanner: await createPtyPair(folder),
  };
  first = await builtPackage();
});
afterEach(() => program?.stop());
afterAll(async () => {
  feed.stop();
  await around.scanner.stop();
  await around.clearing.stop();
  await display.stop();
  rmSync(folder, { recursive: true, force: true });
  rmSync(variants, { recursive: true, force: true });
});

const recordOf = (data: string): UpdateRecord =>
  updateRecordSchema.parse(JSON.parse(readFileSync(join(data, 'update.json'), 'utf8')));

/** Says that it was loaded, and throws. */
const breakMain =
  (marks: string) =>
  (files: string): void => {
    const file = join(files, 'out/main/program.cjs');
    const broken = `require('node:fs').appendFileSync(${JSON.stringify(marks)}, 'x'); throw new Error('broken');`;
    writeFileSync(file, `${broken}\n${readFileSync(file, 'utf8')}`);
  };

/** The journal's version after one more migration. */
const LATER = MIGRATIONS.length + 1;

/** Migrates the journal, and then has a fault that was not there before. */
const breakCore = (files: string): void => {
  const core = join(files, 'out/core');
  const entry = join(core, 'entry.js');
  replaceOnce(
    entry,
    '\tquickCheck(storage);',
    '\tthrow new JournalError("database-damaged", { what: "broken" });',
  );
  const name = readdirSync(core).find(
    (file) => file.endsWith('.js') && readFileSync(join(core, file), 'utf8').includes('var MIGRATIONS = ['),
  );
  const later = { number: LATER, sql: 'CREATE TABLE later (id INTEGER PRIMARY KEY) STRICT' };
  replaceOnce(
    join(core, name ?? ''),
    '/** "ZMDV": tells our database',
    `MIGRATIONS.push(${JSON.stringify(later)});\n/** "ZMDV": tells our database`,
  );
};

const breakRenderer = (files: string): void => {
  const assets = join(files, 'out/renderer/assets');
  const page = readdirSync(assets).find((file) => /^index-.*\.js$/.test(file)) ?? '';
  writeFileSync(join(assets, page), "throw new Error('this page stays blank');\n");
};

function variant(version: string, change?: (files: string) => void): Promise<BuiltPackage> {
  return packageVariant(first, {
    version,
    folder: join(variants, version),
    ...(change === undefined ? {} : { change }),
  });
}

function doctor(data: string): string {
  const cli = join(ROOT, 'src/cli/main.ts');
  const run = spawnSync(process.execPath, [cli, 'doctor', '--data-folder', data], { encoding: 'utf8' });
  return run.stdout;
}

async function toldToManager(window: AppPage, notice: string): Promise<void> {
  await window.page.keyboard.press('F9');
  await window.see(notice);
  await window.find('to-counter').click();
}

test('a deb waits for the end of a shift, is put in, throws in main, and the version before comes back and redeems', async () => {
  const machine = debMachine(join(folder, 'machine'));
  const { data } = machine;
  const firstDeb = buildDeb(first, { output: variants, quick: true });
  machine.dpkg('--install', firstDeb);
  writeFileSync(machine.seedFile, seedFor(around, 'supermarket', { updates: { url: feed.url } }));
  const env = {
    ...display.env,
    PATH: `${machine.binaries}:${process.env['PATH'] ?? ''}`,
    XDG_CACHE_HOME: join(folder, 'deb-cache'),
  };
  const args = [...sandboxArguments(), `--data-folder=${data}`, `--seed=${machine.seedFile}`];
  expect(
    spawnSync(machine.executable, [...args, '--setup'], { env: { ...process.env, ...env } }).status,
  ).toBe(0);

  // The feed still has what was installed by hand: its package is kept from there.
  feed.offer(first.version, firstDeb);
  program = followProgram({
    command: machine.executable,
    args: [...args, '--remote-debugging-port=0'],
    dataFolder: data,
    env,
    log: join(folder, 'deb.log'),
  });
  program.start();
  let window = await program.window(first.version);
  await expect
    .poll(() => existsSync(join(data, 'update.json')) && recordOf(data).kept?.version, { timeout: 60_000 })
    .toBe(first.version);
  await signIn(window);
  await window.page.keyboard.press('F8');
  await window.see('shift');
  await window.page.keyboard.press('Enter');
  await window.see('shift-sheet');
  await window.page.keyboard.press('Escape');
  await redeemOne(window, around, { kind: 'supermarket-20', amount: '12850' });
  await window.close();

  // A newer one, fetched while the shift is open: told, and not put in.
  const marks = join(folder, 'starts-of-0.2.0');
  const broken = buildDeb(await variant('0.2.0', breakMain(marks)), { output: variants, quick: true });
  feed.offer('0.2.0', broken);
  program.start();
  window = await program.window(first.version);
  await expect.poll(() => program?.said(), { timeout: 60_000 }).toContain('update 0.2.0: waiting');
  await signIn(window);
  await toldToManager(window, 'notice-update-waiting');
  await window.page.keyboard.press('F8');
  await window.see('shift-sheet');
  expect(machine.installed()).toBe(`${debVersion(first)} installed`);
  expect(recordOf(data).attempt).toBeNull();

  // The shift is closed and nobody is signed in: it goes in, fails twice, and goes.
  await window.page.keyboard.press('Enter');
  await window.page.locator('[data-testid="shift-sheet"][data-type="Z"]').waitFor();
  await window.page.keyboard.press('Enter');
  await window.see('phase-sign-in');
  await expect.poll(() => recordOf(data).refused, { timeout: 150_000 }).toEqual(['0.2.0']);
  window = await program.window(first.version);
  expect(readFileSync(marks, 'utf8')).toBe('xx');
  expect(machine.installed()).toBe(`${debVersion(first)} installed`);
  expect(recordOf(data)).toMatchObject({
    attempt: null,
    refused: ['0.2.0'],
    problem: { version: '0.2.0', reason: 'rolled-back' },
    kept: { version: first.version },
  });
  await signIn(window);
  await toldToManager(window, 'notice-update-rolled-back');
  await redeemOne(window, around, { kind: 'supermarket-20', amount: '12850' });
  expect(await told(window)).toEqual([first.version, 2]);
  expect(doctor(data)).toContain('0.2.0');
  await window.close();
}, 500_000);

test('an AppImage goes back from a journal that was migrated into a fault, then from a blank page, and on to a good version', async () => {
  const data = join(folder, 'appimage-data');
  const image = join(folder, 'terminal.AppImage');
  const log = join(folder, 'appimage.log');
  /** What an AppImage is to the updater: one file that starts the program and says where it lies. */
  const write = (built: BuiltPackage, file: string): string => {
    writeFileSync(join(built.folder, 'resources/app-update.yml'), 'updaterCacheDirName: appimage-updater\n');
    const args = [...sandboxArguments(), '--remote-debugging-port=0', `--data-folder=${data}`].join(' ');
    const text = `#!/bin/sh\nexport APPIMAGE="$0"\nexec ${built.executable} ${args} "$@" >>${log} 2>&1\n`;
    writeFileSync(file, text, { mode: 0o755 });
    return file;
  };
  write(await variant('1.0.0'), image);
  const original = readFileSync(image);
  const seed = join(folder, 'appimage-seed.json');
  writeFileSync(seed, seedFor(around, 'catering', { updates: { url: feed.url } }));
  const env = { ...display.env, XDG_CACHE_HOME: join(folder, 'appimage-cache') };
  const setUp = spawnSync(image, ['--setup', `--seed=${seed}`], { env: { ...process.env, ...env } });
  expect(setUp.status, String(setUp.stderr)).toBe(0);
  program = followProgram({
    command: image,
    args: [],
    dataFolder: data,
    env,
    log: join(folder, 'appimage.log'),
  });

  const offer = async (version: string, change?: (files: string) => void): Promise<void> => {
    feed.offer(version, write(await variant(version, change), join(folder, `terminal-${version}.AppImage`)));
  };
  /** Someone closes a window that is no use, and starts the program again. */
  const startAgain = async (): Promise<void> => {
    await program?.stop();
    program?.start();
  };

  await offer('2.0.0', breakCore);
  program.start();
  await (await program.window('2.0.0')).see('phase-fault');
  await startAgain();
  await (await program.window('2.0.0')).see('phase-fault');
  await startAgain();
  let window = await program.window('1.0.0');
  await window.see('phase-sign-in');
  expect(readFileSync(image)).toEqual(original);
  expect(existsSync(join(data, `journal.db.given-up-${LATER}`))).toBe(true);
  expect(recordOf(data).refused).toEqual(['2.0.0']);

  await offer('3.0.0', breakRenderer);
  await startAgain();
  await expect.poll(() => recordOf(data).attempt?.starts, { timeout: 60_000 }).toBe(1);
  await startAgain();
  await expect.poll(() => recordOf(data).attempt?.starts, { timeout: 60_000 }).toBe(2);
  await startAgain();
  window = await program.window('1.0.0');
  expect(recordOf(data).refused).toEqual(['2.0.0', '3.0.0']);
  await signIn(window);
  await redeemOne(window, around, { kind: 'catering-40', amount: '25000' });
  await window.close();

  await offer('4.0.0');
  program.start();
  window = await program.window('4.0.0');
  await window.see('phase-sign-in');
  await expect.poll(() => recordOf(data).attempt, { timeout: 60_000 }).toBeNull();
  expect(recordOf(data)).toMatchObject({ refused: ['2.0.0', '3.0.0'], problem: null });
  await signIn(window);
  await redeemOne(window, around, { kind: 'catering-40', amount: '25000' });
  expect(await told(window)).toEqual(['4.0.0', 2]);
  await window.close();
}, 500_000);
