import { app } from 'electron';
import { AppImageUpdater } from 'electron-updater';
import type { KeptPackage } from '../../../src/contract/terminal/update-record.ts';
import { feedUpdater } from '../../../src/main/feed-updater.ts';
import { lockDown } from '../../../src/main/lock-down.ts';
import { packageStore } from '../../../src/main/packages.ts';

/** Checks and downloads once from `--feed=URL` with the app's own locked session, and prints what came of it. */
const url = process.argv.find((argument) => argument.startsWith('--feed='))?.slice('--feed='.length) ?? '';

void app.whenReady().then(async () => {
  const log: string[] = [];
  lockDown((line) => log.push(line));
  const real = new AppImageUpdater();
  // Not a package: electron-updater is told to work all the same.
  real.forceDevUpdateConfig = true;
  const files: string[] = [];
  real.on('update-downloaded', ({ downloadedFile }) => files.push(downloadedFile));
  const packages = packageStore(app.getPath('userData'));
  const updater = feedUpdater({
    updater: real,
    url,
    packages,
    kept: () => null,
    log: (line) => log.push(line),
  });
  const pathOf = async (kept?: KeptPackage | null): Promise<string | null> =>
    kept === undefined || kept === null ? null : packages.verified(kept);
  let result: object;
  try {
    const { version } = await updater.check();
    const downloaded = version === null ? null : await updater.download();
    const outcome = version === null ? 'nothing' : downloaded === null ? 'refused' : 'verified';
    result = { version, outcome, files, kept: await pathOf(downloaded?.kept) };
  } catch (error) {
    result = { outcome: 'failed', error: String(error), files };
  }
  process.stdout.write(`\nRESULT ${JSON.stringify(result)}\n`);
  app.exit(0);
});
