import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { app, crashReporter, Menu, MessageChannelMain, type BrowserWindow } from 'electron';
import { APP_ORIGIN, CORE_PORT_CHANNEL } from '../contract/terminal/origin.ts';
import { registerAppScheme, serveRenderer } from './app-protocol.ts';
import { chooseHosting, type CoreHosting } from './core-hosting.ts';
import { keepCore, type CoreKeeper } from './core-keeper.ts';
import { lockDown } from './lock-down.ts';
import { nodeHosting } from './node-hosting.ts';
import { startUpdates } from './updates.ts';
import { readUpdateRecord, writeUpdateRecord } from './update-record.ts';
import { mayWrite, parseOptions, type MainOptions } from './options.ts';
import { ensureSeal, openSeal, sealFile } from './seal.ts';
import { coreEnvironment, refusedSwitches } from './switches.ts';
import { utilityHosting } from './utility-hosting.ts';
import { createWindow } from './window.ts';

const BUILD = join(import.meta.dirname, '..');
/** Exit code of a start that is refused for its arguments. */
const EXIT_REFUSED = 64;
const log = (line: string): void => console.error(`main: ${line}`);

function hosting({ dataFolder, seedFile }: MainOptions, seal: string | null): CoreHosting {
  const env = coreEnvironment(process.env);
  const command = {
    entry: join(BUILD, 'core/entry.js').replace('app.asar', 'app.asar.unpacked'),
    args: ['--data-folder', dataFolder, '--version', app.getVersion(), '--seed', seedFile],
    env: seal === null ? env : { ...env, VOUCHER_TERMINAL_SEAL: seal },
  };
  if (chooseHosting(process.versions['napi']) === 'utility-process') return utilityHosting(command);
  const name = process.platform === 'win32' ? 'node.exe' : 'node';
  const node = app.isPackaged
    ? join(process.resourcesPath, 'node', name)
    : join(app.getAppPath(), 'node_modules/node/bin', name);
  if (!existsSync(node)) log(`this Electron's Node is too old for the core, and there is none at ${node}`);
  return nodeHosting(command, node);
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

/** A test build carries a Node beside an old Electron and may be driven from outside; a released one never. */
function isTestBuild(): boolean {
  return !app.isPackaged || existsSync(join(process.resourcesPath, 'node'));
}

/** Runs the core for the installer, without a window; its exit code becomes the program's. */
async function setUpOnly(options: MainOptions, seal: string | null): Promise<void> {
  const code = await new Promise<number>((done) => {
    const args = [options.mode === 'check' ? '--check-seed' : '--setup'];
    hosting(options, seal).start(
      args,
      () => undefined,
      (reason) => done(Number(/exit code (\d+)/.exec(reason)?.[1] ?? 1)),
    );
  });
  app.exit(code);
}

async function run(): Promise<void> {
  const refused = isTestBuild() ? [] : refusedSwitches(process.argv);
  if (refused.length > 0) {
    log(`refused to start with ${refused.join(', ')}`);
    app.exit(EXIT_REFUSED);
    return;
  }
  const { platform, env } = process;
  const options = parseOptions(process.argv, { platform, env, appData: app.getPath('appData'), mayWrite });
  mkdirSync(options.dataFolder, { recursive: true });
  app.setPath('userData', join(options.dataFolder, 'window'));
  if (!app.requestSingleInstanceLock()) {
    log('already running for this data folder');
    app.quit();
    return;
  }
  // Crash dumps stay on this PC: they may hold what was on the screen.
  crashReporter.start({ uploadToServer: false });
  // Root has no sandbox to enable; a released build refuses that switch.
  if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox();
  registerAppScheme();
  // Where a seal was made, the core waits for the system's secret store, which opens only now.
  let seal: string | null = null;
  if (existsSync(sealFile(options.dataFolder))) {
    await app.whenReady();
    seal = openSeal(options.dataFolder, log);
  }
  if (options.mode !== 'window') {
    await setUpOnly(options, seal);
    return;
  }
  Menu.setApplicationMenu(null);

  let window: BrowserWindow | null = null;
  // A window gets one port for each start of the core and each load of its page: a second one would end the
  // calls that are under way on the first.
  let loaded = false;
  const core = keepCore(
    hosting(options, seal),
    (updateUrl) => {
      void useUpdates(updateUrl).catch((error: unknown) => log(`updates are off: ${String(error)}`));
      if (window !== null && loaded) connect(window, core);
    },
    log,
  );
  let stopped = false;
  const stopCore = async (): Promise<void> => {
    await core.stop().finally(() => {
      stopped = true;
    });
  };
  const guarded = app.whenReady().then(() => lockDown(log));
  const updates = startUpdates({
    version: app.getVersion(),
    record: readUpdateRecord(options.dataFolder),
    save: (record) => writeUpdateRecord(options.dataFolder, record),
    mayUpdate: (closing) => core.mayUpdate(closing),
    tell: (notice) => core.showUpdate(notice),
    stopCore,
    log,
  });
  /** At each start of the core. electron-updater is loaded only where updates are set. */
  async function useUpdates(url: string | null): Promise<void> {
    await guarded;
    if (url === null) {
      updates.coreReady(null);
      return;
    }
    const { feedUpdater, platformUpdater } = await import('./feed-updater.ts');
    const updater = platformUpdater(log);
    updates.coreReady(updater === null ? null : feedUpdater(updater, url, log));
  }
  await guarded;
  ensureSeal(options.dataFolder, log);
  serveRenderer(join(BUILD, 'renderer'));

  function open(): void {
    const created = createWindow(BUILD);
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
  // Only where a person closes the window: a PC that shuts down gives an installation no time.
  app.on('window-all-closed', () => void updates.closing().finally(() => app.quit()));
  app.on('will-quit', (event) => {
    if (stopped) return;
    event.preventDefault();
    updates.stop();
    void stopCore().finally(() => app.quit());
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => app.quit());
}

run().catch((error: unknown) => {
  log(String(error));
  app.exit(1);
});
