import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { _electron, type ElectronApplication, type Page } from 'playwright-core';
import { ensureElectron } from '../../scripts/runtime/electron.ts';
import { sandboxArguments } from './app-window.ts';
import { openDisplay } from './display.ts';

/** A real Chromium: the project's Electron with nothing of the app, as plain as a browser. */
export interface Browser {
  /** A window of its own (its own storage) on an address, 1366×768. */
  open(url: string): Promise<Page>;
  close(): Promise<void>;
}

const MAIN = `const { app, BrowserWindow } = require('electron');
app.on('window-all-closed', () => undefined);
app.whenReady().then(() => new BrowserWindow({ show: false }).loadURL('about:blank'));
`;

/** Starts it; `folder` is for its profile and may be removed afterwards. */
export async function startBrowser(folder: string): Promise<Browser> {
  const display = await openDisplay();
  const { executable } = await ensureElectron(() => undefined);
  const program = join(folder, 'browser');
  mkdirSync(program, { recursive: true });
  writeFileSync(join(program, 'main.cjs'), MAIN);
  writeFileSync(join(program, 'package.json'), JSON.stringify({ name: 'browser', main: 'main.cjs' }));
  const inherited = Object.entries(process.env).filter(
    (pair): pair is [string, string] => pair[1] !== undefined,
  );
  const app = await _electron.launch({
    executablePath: executable,
    args: [...sandboxArguments(), program, `--user-data-dir=${join(folder, 'profile')}`],
    env: { ...Object.fromEntries(inherited), ...display.env },
  });
  await app.firstWindow();
  let opened = 0;
  return {
    open: (url) => openWindow(app, url, (opened += 1)),
    async close() {
      await app.close();
      await display.stop();
    },
  };
}

async function openWindow(app: ElectronApplication, url: string, number: number): Promise<Page> {
  const coming = app.waitForEvent('window');
  await app.evaluate(
    ({ BrowserWindow }, { address, partition }) => {
      const window = new BrowserWindow({
        width: 1366,
        height: 768,
        useContentSize: true,
        autoHideMenuBar: true,
        webPreferences: { partition, sandbox: true, contextIsolation: true },
      });
      void window.loadURL(address);
    },
    { address: url, partition: `person-${number}` },
  );
  const page = await coming;
  await page.waitForLoadState();
  return page;
}
