import { app } from 'electron';
import { AppImageUpdater } from 'electron-updater';
import { feedUpdater } from '../../../src/main/feed-updater.ts';
import { lockDown } from '../../../src/main/lock-down.ts';

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
  const updater = feedUpdater(real, url, (line) => log.push(line));
  let result: object;
  try {
    const version = await updater.check();
    result = { version, outcome: version === null ? 'nothing' : await updater.download(), files };
  } catch (error) {
    result = { outcome: 'failed', error: String(error), files };
  }
  process.stdout.write(`\nRESULT ${JSON.stringify(result)}\n`);
  app.exit(0);
});
