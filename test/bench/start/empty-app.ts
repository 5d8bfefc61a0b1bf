import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What is compared with: the smallest app that opens one window of the same size and security. */
const MAIN = `
const { app, BrowserWindow, Menu } = require('electron');
const path = require('node:path');
app.setPath('userData', path.join(__dirname, 'window'));
Menu.setApplicationMenu(null);
app.whenReady().then(() => {
  const window = new BrowserWindow({ width: 1366, height: 768, useContentSize: true, show: false,
    webPreferences: { sandbox: true, contextIsolation: true, nodeIntegration: false } });
  window.once('ready-to-show', () => window.show());
  window.loadFile('index.html');
});
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => app.quit());
`;

/**
 * Loaded before either app's main: says on standard output when the element was painted, two animation frames
 * after it was found. The same few lines for both, so that what they cost is in both.
 */
const HOOK = `
const { app } = require('electron');
const selector = JSON.stringify(process.env.BENCH_SELECTOR);
const wait = 'new Promise((resolve) => { const look = () => document.querySelector(' + selector + ') === null'
  + ' ? requestAnimationFrame(look) : requestAnimationFrame(() => requestAnimationFrame(() => resolve(1))); look(); })';
app.on('web-contents-created', (_event, contents) => {
  contents.once('dom-ready', () => {
    contents.executeJavaScript(wait).then(() => process.stdout.write('painted\\n'), () => undefined);
  });
});
`;

/** Writes the empty app and the hook into a folder. */
export function writeEmptyApp(folder: string): { readonly app: string; readonly hook: string } {
  const app = join(folder, 'empty');
  mkdirSync(app, { recursive: true });
  writeFileSync(
    join(app, 'package.json'),
    JSON.stringify({ name: 'empty', version: '1.0.0', main: 'main.cjs' }),
  );
  writeFileSync(join(app, 'main.cjs'), MAIN);
  writeFileSync(join(app, 'index.html'), '<!doctype html><title>empty</title><p id="ready">empty</p>');
  const hook = join(folder, 'hook.cjs');
  writeFileSync(hook, HOOK);
  return { app, hook };
}
