import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { app, BrowserWindow, Menu, MessageChannelMain } from 'electron';
import { CORE_PORT_CHANNEL } from '../contract/terminal/shell.ts';
import { APP_ORIGIN, registerAppScheme, serveRenderer } from './app-protocol.ts';
import { chooseHosting, type CoreHosting } from './core-hosting.ts';
import { keepCore, type CoreKeeper } from './core-keeper.ts';
import { lockDown } from './lock-down.ts';
import { nodeHosting } from './node-hosting.ts';
import { parseOptions } from './options.ts';
import { utilityHosting } from './utility-hosting.ts';

const BUILD = join(import.meta.dirname, '..');
const log = (line: string): void => console.error(`main: ${line}`);

/** The smallest counter display that is supported, and the most common one. */
const SMALLEST = { width: 1024, height: 720 };
const COMMON = { width: 1366, height: 768 };

function hosting(dataFolder: string): CoreHosting {
  const command = {
    entry: join(BUILD, 'core/entry.js').replace('app.asar', 'app.asar.unpacked'),
    args: ['--data-folder', dataFolder, '--version', app.getVersion()],
  };
  if (chooseHosting(process.versions['napi']) === 'utility-process') return utilityHosting(command);
  const name = process.platform === 'win32' ? 'node.exe' : 'node';
  const node = app.isPackaged
    ? join(process.resourcesPath, 'node', name)
    : join(app.getAppPath(), 'node_modules/node/bin', name);
  if (!existsSync(node)) log(`this Electron's Node is too old for the core, and there is none at ${node}`);
  return nodeHosting(command, node);
}

function createWindow(): BrowserWindow {
  const window = new BrowserWindow({
    ...COMMON,
    minWidth: SMALLEST.width,
    minHeight: SMALLEST.height,
    useContentSize: true,
    show: false,
    backgroundColor: '#f4f6f8',
    title: '消费券核销终端',
    webPreferences: {
      preload: join(BUILD, 'preload/index.cjs'),
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webviewTag: false,
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

/** Hands a window a new port, if it really shows the app's own page. */
function connect(window: BrowserWindow, core: CoreKeeper): void {
  if (window.isDestroyed() || !window.webContents.getURL().startsWith(`${APP_ORIGIN}/`)) return;
  core.connect(() => {
    const { port1, port2 } = new MessageChannelMain();
    window.webContents.postMessage(CORE_PORT_CHANNEL, null, [port2]);
    return port1;
  });
}

async function run(): Promise<void> {
  const options = parseOptions(process.argv, app.getPath('appData'));
  mkdirSync(options.dataFolder, { recursive: true });
  app.setPath('userData', join(options.dataFolder, 'window'));
  if (!app.requestSingleInstanceLock()) {
    log('already running for this data folder');
    app.quit();
    return;
  }
  registerAppScheme();
  Menu.setApplicationMenu(null);

  let window: BrowserWindow | null = null;
  // A window gets one port for each start of the core and each load of its page: a second one would end the
  // calls that are under way on the first.
  let loaded = false;
  const core = keepCore(
    hosting(options.dataFolder),
    () => {
      if (window !== null && loaded) connect(window, core);
    },
    log,
  );
  await app.whenReady();
  lockDown(log);
  serveRenderer(join(BUILD, 'renderer'));

  function open(): void {
    const created = createWindow();
    window = created;
    created.webContents.on('did-start-loading', () => {
      loaded = false;
    });
    created.webContents.on('did-finish-load', () => {
      loaded = true;
      connect(created, core);
    });
    created.webContents.on('render-process-gone', (_event, details) => {
      log(`the window's process ended (${details.reason}); loading it again`);
      if (!created.isDestroyed()) created.reload();
    });
    void created.loadURL(`${APP_ORIGIN}/index.html`);
  }
  open();

  app.on('second-instance', () => {
    window?.restore();
    window?.focus();
  });
  app.on('window-all-closed', () => app.quit());
  let stopped = false;
  app.on('will-quit', (event) => {
    if (stopped) return;
    event.preventDefault();
    void core.stop().finally(() => {
      stopped = true;
      app.quit();
    });
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => app.quit());
}

run().catch((error: unknown) => {
  log(String(error));
  app.exit(1);
});
