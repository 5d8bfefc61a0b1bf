import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildDeb, debVersion } from '../../scripts/package/deb.ts';
import { ROOT, sandboxArguments, type AppPage } from '../support/app-window.ts';
import { builtPackage } from '../support/built-package.ts';
import { startClearing, type ClearingProcess } from '../support/clearing-process.ts';
import { createPhone } from '../support/demo-phone.ts';
import { openDisplay, type Display } from '../support/display.ts';
import { launchPackaged } from '../support/packaged-window.ts';
import { createPtyPair, type PtyPair } from '../support/virtual-serial.ts';

/**
 * The life of a counter from a clean machine on, by script alone. The machine is a folder: dpkg installs into it
 * and runs the package's own scripts, told by DPKG_ROOT where they are, so that this PC stays as it was.
 */
const PIN = '246810';
const SECOND_VERSION = '0.2.0';

let folder: string;
let machine: string;
let display: Display;
let clearing: ClearingProcess;
let scanner: PtyPair;
const phone = createPhone();

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'voucher-terminal-'));
  machine = join(folder, 'machine');
  mkdirSync(join(machine, 'var/lib/dpkg/info'), { recursive: true });
  mkdirSync(join(machine, 'var/lib/dpkg/updates'));
  writeFileSync(join(machine, 'var/lib/dpkg/status'), '');
  writeFileSync(join(machine, 'var/lib/dpkg/available'), '');
  display = await openDisplay(true);
  clearing = await startClearing(join(folder, 'clearing'));
  scanner = await createPtyPair(folder);
});
afterAll(async () => {
  await scanner.stop();
  await clearing.stop();
  await display.stop();
  rmSync(folder, { recursive: true, force: true });
});

const data = (): string => join(machine, 'var/lib/voucher-terminal');
const seedFile = (): string => join(machine, 'etc/voucher-terminal/seed.json');
const executable = (): string => join(machine, 'opt/voucher-terminal/voucher-terminal');

function dpkg(...args: readonly string[]): void {
  const forced = ['script-chrootless', 'depends', 'not-root', 'bad-path'].map((what) => `--force-${what}`);
  const run = spawnSync(
    'dpkg',
    [`--admindir=${machine}/var/lib/dpkg`, `--instdir=${machine}`, ...forced, ...args],
    { encoding: 'utf8' },
  );
  expect(run.status, run.stdout + run.stderr).toBe(0);
}

function installedVersion(): string {
  const query = ['-W', '-f=${Version} ${db:Status-Status}', 'voucher-terminal'];
  return spawnSync('dpkg-query', [`--admindir=${machine}/var/lib/dpkg`, ...query], { encoding: 'utf8' })
    .stdout;
}

/** The installed program as an installer's script runs it: its exit code. */
function installer(mode: '--check-seed' | '--setup'): number | null {
  return spawnSync(
    executable(),
    [...sandboxArguments(), mode, `--seed=${seedFile()}`, `--data-folder=${data()}`],
    { env: { ...process.env, ...display.env }, stdio: 'ignore' },
  ).status;
}

const open = (): Promise<AppPage> =>
  launchPackaged({ executable: executable(), dataFolder: data(), env: display.env });

async function redeemOne(window: AppPage): Promise<void> {
  await window.see('phase-sign-in');
  await window.page.keyboard.type(PIN, { delay: 120 });
  await window.page.keyboard.press('Enter');
  await window.see('step-ready');
  const voucher = await phone.order(clearing.url, clearing.operatorToken, {
    kind: 'supermarket-20',
    person: `install-${Math.random()}`,
  });
  for (const light of ['network', 'scanner'])
    await expect
      .poll(() => window.find(`light-${light}`).getAttribute('data-tone'), { timeout: 20_000 })
      .toBe('ok');
  await window.page.keyboard.type('12850', { delay: 120 });
  await scanner.write(`${phone.show(Date.now(), voucher)}\r\n`);
  await window.see('step-decided').catch(async (error: unknown) => {
    throw new Error(`${String(error)}; the window shows: ${await window.page.innerText('body')}`);
  });
  await window.page.locator('[data-testid="step-decided"][data-armed="true"]').waitFor();
  await window.page.keyboard.press('Enter');
  await window.see('step-accepted');
  await expect
    .poll(() => window.find('last-state').getAttribute('data-state'), { timeout: 20_000 })
    .toBe('settled');
}

/** Version and number of redemptions as the running app tells them. */
async function told(window: AppPage): Promise<unknown> {
  return window.page.evaluate(async () => {
    const { call } = (
      globalThis as unknown as {
        terminal: { call: Record<string, (input: unknown) => Promise<{ output: unknown }>> };
      }
    ).terminal;
    const snapshot = await call['app.snapshot']?.(undefined);
    const recent = await call['redemptions.recent']?.({ limit: 10 });
    return [
      (snapshot?.output as { app: { version: string } }).app.version,
      (recent?.output as unknown[]).length,
    ];
  });
}

test('install, seed, activate, redeem, update, redeem, uninstall: by script, and the journal is kept', async () => {
  const first = await builtPackage();
  const second = await builtPackage(SECOND_VERSION);
  dpkg('--install', buildDeb(first, { output: folder, quick: true }));
  expect(installedVersion()).toBe(`${debVersion(first)} installed`);
  expect(statSync(join(machine, 'opt/voucher-terminal/chrome-sandbox')).mode & 0o7777).toBe(0o4755);
  expect(statSync(data()).mode & 0o7777).toBe(0o2770);
  for (const file of [
    'usr/lib/udev/rules.d/60-voucher-scanner.rules',
    'usr/share/applications/voucher-terminal.desktop',
    'usr/share/icons/hicolor/256x256/apps/voucher-terminal.png',
  ])
    expect(existsSync(join(machine, file)), file).toBe(true);

  const code = clearing.activationCode('supermarket');
  const seed = {
    version: 1,
    clearing: { url: clearing.url, activationCode: code },
    manager: { name: '王店长', pin: PIN },
    devices: { serial: [{ path: scanner.appPath }], hid: 'off' },
  };
  writeFileSync(seedFile(), JSON.stringify(seed));
  expect(installer('--check-seed')).toBe(0);
  expect(installer('--setup')).toBe(0);
  expect(readFileSync(seedFile(), 'utf8')).not.toContain(code);
  expect(installer('--setup')).toBe(4);

  let window = await open();
  await redeemOne(window);
  expect(await told(window)).toEqual([first.version, 1]);
  await window.close();

  dpkg('--install', buildDeb(second, { output: folder, quick: true }));
  expect(installedVersion()).toBe(`${debVersion(second)} installed`);
  window = await open();
  await redeemOne(window);
  expect(await told(window)).toEqual([SECOND_VERSION, 2]);
  await window.close();

  dpkg('--purge', 'voucher-terminal');
  expect(existsSync(executable())).toBe(false);
  const journal = join(data(), 'journal.db');
  expect(existsSync(journal)).toBe(true);
  const verified = spawnSync(process.execPath, [join(ROOT, 'src/cli/main.ts'), 'verify-journal', journal], {
    encoding: 'utf8',
  });
  expect(verified.status, verified.stdout + verified.stderr).toBe(0);
}, 400_000);
