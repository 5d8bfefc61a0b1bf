import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { app, crashReporter, Menu, MessageChannelMain, type BrowserWindow } from 'electron';
import { APP_ORIGIN, CORE_HANG_CHANNEL, CORE_PORT_CHANNEL } from '../contract/terminal/origin.ts';
import type { CoreReady } from '../contract/terminal/shell.ts';
import type { KeptPackage, UpdateRecord } from '../contract/terminal/update-record.ts';
import { registerAppScheme, serveRenderer } from './app-protocol.ts';
import { BUILD, coreHosting, exitCodeOf } from './core-command.ts';
import { keepCore, type CoreKeeper } from './core-keeper.ts';
import { watchHanging } from './hanging.ts';
import { appImagePath, startAnew } from './installation.ts';
import { lockDown } from './lock-down.ts';
import type { MainOptions } from './options.ts';
import { packageStore } from './packages.ts';
import { watchPainting } from './painting.ts';
import { ensureSeal, openSeal, sealFile } from './seal.ts';
import { startUpdates } from './updates.ts';
import { writeUpdateRecord } from './update-record.ts';
import { createWindow } from './window.ts';

type Log = (line: string) => void;

const showsApp = (window: BrowserWindow): boolean =>
  !window.isDestroyed() && window.webContents.getURL().startsWith(`${APP_ORIGIN}/`);

function tellHang(window: BrowserWindow | null, core: CoreKeeper): void {
  if (window !== null && showsApp(window)) window.webContents.send(CORE_HANG_CHANNEL, core.hang());
}

/** Hands a window a new port, if it really shows the app's own page. */
function connect(window: BrowserWindow, core: CoreKeeper): void {
  if (!showsApp(window)) return;
  tellHang(window, core);
  core.connect(() => {
    const { port1, port2 } = new MessageChannelMain();
    window.webContents.postMessage(CORE_PORT_CHANNEL, null, [port2]);
    return port1;
  });
}

/** Runs the core for the installer, without a window; its exit code becomes the program's. */
async function setUpOnly(options: MainOptions, seal: string | null, log: Log): Promise<void> {
  const code = await new Promise<number>((done) => {
    const args = [options.mode === 'check' ? '--check-seed' : '--setup'];
    coreHosting(options, seal, log).start(
      args,
      () => undefined,
      (reason) => done(exitCodeOf(reason)),
    );
  });
  app.exit(code);
}

export interface ProgramParts {
  readonly options: MainOptions;
  /** As the launcher has written it for this start. */
  readonly record: UpdateRecord;
  /** A new version has shown that it starts. */
  readonly onGood: () => void;
  readonly log: Log;
}

/** Everything after the launcher's checks; called before Electron is ready, alone on this data folder. */
export async function runProgram({ options, record, onGood, log }: ProgramParts): Promise<void> {
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
    await setUpOnly(options, seal, log);
    return;
  }
  Menu.setApplicationMenu(null);

  let window: BrowserWindow | null = null;
  // A window gets one port for each start of the core and each load of its page: a second one would end the
  // calls that are under way on the first.
  let loaded = false;
  const core = keepCore({
    hosting: coreHosting(options, seal, log),
    onReady: (ready) => {
      void useUpdates(ready).catch((error: unknown) => log(`updates are off: ${String(error)}`));
      if (window !== null && loaded) connect(window, core);
    },
    onHang: () => tellHang(loaded ? window : null, core),
    log,
  });
  let stopped = false;
  const stopCore = (): Promise<void> =>
    core.stop().finally(() => {
      stopped = true;
    });
  const guarded = app.whenReady().then(() => lockDown(log));
  const packages = packageStore(options.dataFolder);
  const updates = startUpdates({
    version: app.getVersion(),
    installedAs: appImagePath(),
    record,
    save: (changed) => writeUpdateRecord(options.dataFolder, changed),
    onGood({ kept }) {
      onGood();
      packages.forgetAllBut(kept);
    },
    mayUpdate: (closing) => core.mayUpdate(closing),
    tell: (notice) => core.showUpdate(notice),
    stopCore,
    startAnew,
    log,
  });
  /** At each start of the core. electron-updater is loaded only where updates are set. */
  async function useUpdates(ready: CoreReady): Promise<void> {
    await guarded;
    const { updateUrl: url } = ready;
    if (url === null) {
      updates.coreReady(ready, null);
      return;
    }
    const { feedUpdater, platformUpdater } = await import('./feed-updater.ts');
    const updater = platformUpdater(log);
    const kept = (): KeptPackage | null => updates.record().kept;
    updates.coreReady(ready, updater === null ? null : feedUpdater({ updater, url, packages, kept, log }));
  }
  await guarded;
  ensureSeal(options.dataFolder, log);
  serveRenderer(join(BUILD, 'renderer'));

  // Only a version that was just installed, or that failed before, has to show its screen.
  const watched = record.attempt !== null || record.problem?.version === app.getVersion();
  function open(): void {
    const created = createWindow(BUILD);
    window = created;
    created.webContents.on('did-start-loading', () => {
      loaded = false;
    });
    created.webContents.on('did-finish-load', () => {
      loaded = true;
      connect(created, core);
      if (watched) watchPainting(created.webContents, () => updates.painted());
    });
    created.webContents.on('render-process-gone', (_event, details) => {
      log(`the window's process ended (${details.reason}); loading it again`);
      if (!created.isDestroyed()) created.reload();
    });
    watchHanging(
      created.webContents,
      () => loaded,
      () => {
        log('the window answers no more; ending its process');
        created.webContents.forcefullyCrashRenderer();
      },
    );
    created.loadURL(`${APP_ORIGIN}/index.html`).catch((error: unknown) => log(`the page: ${String(error)}`));
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
