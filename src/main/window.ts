import { join } from 'node:path';
import { app, BrowserWindow, type WebPreferences } from 'electron';

/** The smallest counter display that is supported, and the most common one. */
const SMALLEST = { width: 1024, height: 720 };
const COMMON = { width: 1366, height: 768 };

/** What every page of this app lives under. */
const SAFE_PREFERENCES = {
  sandbox: true,
  contextIsolation: true,
  nodeIntegration: false,
  nodeIntegrationInWorker: false,
  nodeIntegrationInSubFrames: false,
  webSecurity: true,
  allowRunningInsecureContent: false,
  experimentalFeatures: false,
  webviewTag: false,
} as const satisfies WebPreferences;

/** The one window. `build` is the folder of the built app. */
export function createWindow(build: string): BrowserWindow {
  const window = new BrowserWindow({
    ...COMMON,
    minWidth: SMALLEST.width,
    minHeight: SMALLEST.height,
    useContentSize: true,
    show: false,
    backgroundColor: '#f4f6f8',
    title: '消费券核销终端',
    webPreferences: {
      ...SAFE_PREFERENCES,
      preload: join(build, 'preload/index.cjs'),
      spellcheck: false,
      // The counter's sounds answer scans: nobody may have touched the window yet.
      autoplayPolicy: 'no-user-gesture-required',
      devTools: !app.isPackaged,
      v8CacheOptions: 'bypassHeatCheck',
    },
  });
  window.once('ready-to-show', () => window.show());
  return window;
}
