import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { ensureElectron } from '../../scripts/runtime/electron.ts';
import { launchApp, ROOT, sandboxArguments, type AppWindow } from '../support/app-window.ts';
import { openDisplay, type Display } from '../support/display.ts';

let display: Display;
let folder: string;
let window: AppWindow | null = null;

beforeAll(async () => {
  display = await openDisplay(true);
});
afterAll(() => display.stop());
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'voucher-terminal-'));
});
afterEach(async () => {
  await window?.close();
  window = null;
  rmSync(folder, { recursive: true, force: true });
});

async function launch(): Promise<AppWindow> {
  const { executable } = await ensureElectron(() => undefined);
  window = await launchApp({ executable, dataFolder: folder, env: display.env });
  return window;
}

/** Starts the app by itself, as a shell would, and returns its standard error up to the wanted text. */
async function errorOutput(wanted: string): Promise<string> {
  const { executable } = await ensureElectron(() => undefined);
  const child = spawn(executable, [...sandboxArguments(), ROOT, `--data-folder=${folder}`], {
    env: { ...process.env, ...display.env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let output = '';
  for await (const chunk of child.stderr.setEncoding('utf8')) {
    output += String(chunk);
    if (output.includes(wanted)) break;
  }
  const ended = once(child, 'exit');
  child.kill();
  await ended;
  return output;
}

test('a settings file that cannot be read is named on screen and on standard error, and left as it is', async () => {
  const file = join(folder, 'settings.json');
  const broken = '{"language": "zh", "devices": {"serial": "COM3"}}';
  writeFileSync(file, broken);
  const opened = await launch();
  await opened.see('phase-fault');
  expect(await opened.text('phase-fault')).toContain(file);
  await opened.close();
  window = null;
  expect(await errorOutput('settings-unreadable')).toContain(`settings-unreadable {"path":"${file}"`);
  expect(readFileSync(file, 'utf8')).toBe(broken);
});

test('an unreachable clearing address is said in the form, which keeps what was typed', async () => {
  const opened = await launch();
  await opened.see('phase-activation');
  await opened.find('activate-clearingUrl').fill('http://127.0.0.1:9');
  await opened.find('activate-code').fill('ANY-CODE');
  await opened.find('activate-managerName').fill('王店长');
  await opened.find('activate-managerPin').fill('246810');
  await opened.find('activate-pinAgain').fill('246810');
  await opened.find('activate-submit').click();
  await expect.poll(() => opened.text('fault-note'), { timeout: 15_000 }).toMatch(/清算/);
  expect(await opened.find('activate-managerName').inputValue()).toBe('王店长');
  await opened.see('phase-activation');
});
