import { app, session } from 'electron';
import {
  AppImageUpdater,
  DebUpdater,
  NsisUpdater,
  type AppUpdater,
  type UpdateCheckResult,
} from 'electron-updater';
import type { KeptPackage } from '../contract/terminal/update-record.ts';
import { appImagePath, installation, startAnew } from './installation.ts';
import type { PackageStore } from './packages.ts';
import type { Downloaded, Updater } from './updates.ts';

/** What electron-updater's errors say of a package that must not be installed. */
const REFUSALS: ReadonlySet<unknown> = new Set(['ERR_CHECKSUM_MISMATCH', 'ERR_UPDATER_INVALID_SIGNATURE']);

/** The session whose requests electron-updater makes. */
const SESSION = 'electron-updater';

/** How the package of an installer is called in a feed; an AppImage is its own package. */
const ENDINGS = { deb: '.deb', nsis: '.exe', appimage: null } as const;

/** electron-updater for this kind of installation; null where the program can't replace itself. */
export function platformUpdater(log: (line: string) => void): AppUpdater | null {
  switch (installation()) {
    case 'appimage':
      return new AppImageUpdater();
    case 'deb':
      return new DebUpdater();
    case 'nsis':
      return new NsisUpdater();
    case null:
      log('updates are set, but this kind of installation takes none');
      return null;
  }
}

export interface FeedParts {
  readonly updater: AppUpdater;
  /** The address of a generic feed. */
  readonly url: string;
  readonly packages: PackageStore;
  /** The package that can be gone back to, as the record says. */
  readonly kept: () => KeptPackage | null;
  readonly log: (line: string) => void;
}

/** Fetches from the feed's address and from nowhere else; never an older version. */
export function feedUpdater({ updater, url, packages, kept, log }: FeedParts): Updater {
  updater.setFeedURL({ provider: 'generic', url });
  updater.autoDownload = false;
  updater.autoInstallOnAppQuit = false;
  updater.allowDowngrade = false;
  updater.disableWebInstaller = true;
  updater.disableDifferentialDownload = true;
  updater.logger = { info: () => undefined, warn: log, error: () => undefined };
  // Replaces the refusal of everything that every session starts with (lock-down.ts), also for redirects.
  const { origin } = new URL(url);
  const own = session.fromPartition(SESSION, { cache: false });
  own.webRequest.onBeforeRequest((request, answer) => {
    answer({ cancel: new URL(request.url).origin !== origin });
  });
  const version = app.getVersion();
  let found: string | null = null;
  let triedOwn = false;

  const keptOwn = async (): Promise<KeptPackage | null> => {
    const present = kept();
    if (present?.version !== version) return null;
    return (await packages.verified(present)) === null ? null : present;
  };

  /** The first version of an installer came by hand: where the feed still has it, it is kept from there. */
  async function fetchOwn({ updateInfo }: UpdateCheckResult): Promise<KeptPackage | null> {
    const ending = ENDINGS[installation() ?? 'appimage'];
    if (ending === null || triedOwn || updateInfo.version !== version || (await keptOwn()) !== null)
      return null;
    triedOwn = true;
    const file = updateInfo.files.find((each) => each.url.endsWith(ending));
    if (file === undefined) return null;
    try {
      const { body } = await own.fetch(new URL(file.url, url).href);
      if (body === null) return null;
      const fetched = await packages.keepBytes(version, ending, body);
      if (fetched.sha512 === file.sha512) return fetched;
      log(`the feed's package of ${version} is not what the feed says`);
    } catch (error) {
      log(`the package of ${version} could not be fetched to be kept: ${String(error)}`);
    }
    return null;
  }

  /** Both packages, so that the new one can be given up and, once it is good, be gone back to itself. */
  async function keepBoth(file: string | undefined): Promise<Downloaded> {
    const image = appImagePath();
    if (image !== null)
      return { kept: (await keptOwn()) ?? (await packages.keep(version, image)), brought: null };
    const brought = file === undefined || found === null ? null : await packages.keep(found, file);
    const before = await keptOwn();
    if (before === null) log(`there is no package of ${version} to go back to, should ${found ?? ''} fail`);
    return { kept: before, brought };
  }

  return {
    async check() {
      const result = await updater.checkForUpdates();
      if (result === null) return { version: null, own: null };
      if (!result.isUpdateAvailable) return { version: null, own: await fetchOwn(result) };
      found = result.updateInfo.version;
      return { version: found, own: null };
    },
    async download() {
      try {
        const [file] = await updater.downloadUpdate();
        return await keepBoth(file);
      } catch (error) {
        if (!(error instanceof Error && 'code' in error && REFUSALS.has(error.code))) throw error;
        log(`the package of an update is refused: ${error.message}`);
        return null;
      }
    },
    install(restart) {
      // The new program must not take this one, which is just ending, for a second instance.
      app.releaseSingleInstanceLock();
      updater.once('error', (error) => {
        log(`the update was not installed: ${error.message}`);
        // The next start sees that its version isn't the expected one.
        if (restart) startAnew();
      });
      updater.quitAndInstall(true, restart);
    },
  };
}
