import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildDeb, debVersion } from '../../scripts/package/deb.ts';
import { ROOT, sandboxArguments, type AppPage } from '../support/app-window.ts';
import { builtPackage, VARIANTS } from '../support/built-package.ts';
import { startClearing } from '../support/clearing-process.ts';
import { debMachine, type DebMachine } from '../support/deb-machine.ts';
import { createPhone } from '../support/demo-phone.ts';
import { openDisplay, type Display } from '../support/display.ts';
import { redeemOne, seedFor, signIn, told, type CounterAround } from '../support/installed-counter.ts';
import { packageVariant } from '../support/package-variant.ts';
import { launchPackaged } from '../support/packaged-window.ts';
import { createPtyPair } from '../support/virtual-serial.ts';

/** The life of a counter from a clean machine on, by script alone. */
const SECOND_VERSION = '0.2.0';

let folder: string;
let variants: string;
let machine: DebMachine;
let display: Display;
let around: CounterAround;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'voucher-terminal-'));
  variants = mkdtempSync(VARIANTS);
  machine = debMachine(join(folder, 'machine'));
  display = await openDisplay(true);
  around = {
    clearing: await startClearing(join(folder, 'clearing')),
    phone: createPhone(),
    scanner: await createPtyPair(folder),
  };
});
afterAll(async () => {
  await around.scanner.stop();
  await around.clearing.stop();
  await display.stop();
  rmSync(folder, { recursive: true, force: true });
  rmSync(variants, { recursive: true, force: true });
});

/** The installed program as an installer's script runs it: its exit code. */
function installer(mode: '--check-seed' | '--setup'): number | null {
  const { executable, seedFile, data } = machine;
  return spawnSync(executable, [...sandboxArguments(), mode, `--seed=${seedFile}`, `--data-folder=${data}`], {
    env: { ...process.env, ...display.env },
    stdio: 'ignore',
  }).status;
}

const open = (): Promise<AppPage> =>
  launchPackaged({ executable: machine.executable, dataFolder: machine.data, env: display.env });

async function signInAndRedeem(window: AppPage): Promise<void> {
  await signIn(window);
  await redeemOne(window, around, { kind: 'supermarket-20', amount: '12850' });
}

test('install, seed, activate, redeem, update, redeem, uninstall: by script, and the journal is kept', async () => {
  const first = await builtPackage();
  const second = await packageVariant(first, { version: SECOND_VERSION, folder: join(variants, 'second') });
  const { data, root, seedFile } = machine;
  machine.dpkg('--install', buildDeb(first, { output: variants, quick: true }));
  expect(machine.installed()).toBe(`${debVersion(first)} installed`);
  expect(statSync(join(root, 'opt/voucher-terminal/chrome-sandbox')).mode & 0o7777).toBe(0o4755);
  expect(statSync(data).mode & 0o7777).toBe(0o2770);
  for (const file of [
    'usr/lib/udev/rules.d/60-voucher-scanner.rules',
    'usr/share/applications/voucher-terminal.desktop',
    'usr/share/icons/hicolor/256x256/apps/voucher-terminal.png',
    'opt/voucher-terminal/resources/app-update.yml',
  ])
    expect(existsSync(join(root, file)), file).toBe(true);

  writeFileSync(seedFile, seedFor(around, 'supermarket'));
  expect(installer('--check-seed')).toBe(0);
  expect(installer('--setup')).toBe(0);
  const seed: unknown = JSON.parse(readFileSync(seedFile, 'utf8'));
  expect(seed).toMatchObject({ clearing: { activationCode: null }, manager: { pin: null } });
  expect(installer('--setup')).toBe(4);

  let window = await open();
  await signInAndRedeem(window);
  expect(await told(window)).toEqual([first.version, 1]);
  await window.close();

  machine.dpkg('--install', buildDeb(second, { output: variants, quick: true }));
  expect(machine.installed()).toBe(`${debVersion(second)} installed`);
  window = await open();
  await signInAndRedeem(window);
  expect(await told(window)).toEqual([SECOND_VERSION, 2]);
  await window.close();

  machine.dpkg('--purge', 'voucher-terminal');
  expect(existsSync(machine.executable)).toBe(false);
  const journal = join(data, 'journal.db');
  expect(existsSync(journal)).toBe(true);
  const verified = spawnSync(process.execPath, [join(ROOT, 'src/cli/main.ts'), 'verify-journal', journal], {
    encoding: 'utf8',
  });
  expect(verified.status, verified.stdout + verified.stderr).toBe(0);
}, 400_000);
