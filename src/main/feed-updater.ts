import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { app, session } from 'electron';
import { AppImageUpdater, NsisUpdater, type AppUpdater } from 'electron-updater';
import type { Updater } from './updates.ts';

/** What electron-updater's errors say of a package that must not be installed. */
const REFUSALS: ReadonlySet<unknown> = new Set(['ERR_CHECKSUM_MISMATCH', 'ERR_UPDATER_INVALID_SIGNATURE']);

/** The session whose requests electron-updater makes. */
const SESSION = 'electron-updater';

/**
 * electron-updater for this kind of installation; null where the program can't replace itself: a folder or a deb
 * (root's files: the fleet's own tools), and a Windows build without a publisher, whose packages nothing would vouch
 * for.
 */
export function platformUpdater(log: (line: string) => void): AppUpdater | null {
  if (process.platform === 'linux' && process.env['APPIMAGE'] !== undefined) return new AppImageUpdater();
  if (process.platform === 'win32' && namesPublisher()) return new NsisUpdater();
  log('updates are set, but this kind of installation takes none');
  return null;
}

/** The publisher stands in a file that was installed together with the program, not in anything the feed says. */
function namesPublisher(): boolean {
  try {
    return /^publisherName:/m.test(readFileSync(join(process.resourcesPath, 'app-update.yml'), 'utf8'));
  } catch {
    return false;
  }
}

/** Fetches from the address of a generic feed and from nowhere else; never an older version. */
export function feedUpdater(updater: AppUpdater, url: string, log: (line: string) => void): Updater {
  updater.setFeedURL({ provider: 'generic', url });
  updater.autoDownload = false;
  updater.autoInstallOnAppQuit = false;
  updater.allowDowngrade = false;
  updater.disableWebInstaller = true;
  updater.disableDifferentialDownload = true;
  updater.logger = { info: () => undefined, warn: log, error: () => undefined };
  // Replaces the refusal of everything that every session starts with (lock-down.ts), also for redirects.
  const { origin } = new URL(url);
  session.fromPartition(SESSION, { cache: false }).webRequest.onBeforeRequest((request, answer) => {
    answer({ cancel: new URL(request.url).origin !== origin });
  });
  return {
    async check() {
      const result = await updater.checkForUpdates();
      return result?.isUpdateAvailable === true ? result.updateInfo.version : null;
    },
    async download() {
      try {
        await updater.downloadUpdate();
        return 'verified';
      } catch (error) {
        if (!(error instanceof Error && 'code' in error && REFUSALS.has(error.code))) throw error;
        log(`the package of an update is refused: ${error.message}`);
        return 'refused';
      }
    },
    install(restart) {
      // The new program must not take this one, which is just ending, for a second instance.
      app.releaseSingleInstanceLock();
      updater.once('error', (error) => {
        log(`the update was not installed: ${error.message}`);
        // The next start sees that its version isn't the expected one.
        if (restart) {
          app.relaunch();
          app.quit();
        }
      });
      updater.quitAndInstall(true, restart);
    },
  };
}
