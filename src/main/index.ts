import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { app } from 'electron';
import type { UpdateRecord } from '../contract/terminal/update-record.ts';
import { startAnew } from './installation.ts';
import { mayWrite, parseOptions } from './options.ts';
import { refusedSwitches } from './switches.ts';
import { atStart } from './trial.ts';
import { readUpdateRecord, writeUpdateRecord } from './update-record.ts';

/**
 * The launcher: the least that must work so that a new version that doesn't can be given up. It counts the start on
 * the disk before anything else is loaded, and goes back to the version before when the starts are used up. Keep it
 * small; what isn't needed here belongs into program.ts.
 */

/** Exit code of a start that is refused for its arguments. */
const EXIT_REFUSED = 64;
const log = (line: string): void => console.error(`main: ${line}`);

/** A test build carries a Node beside an old Electron and may be driven from outside; a released one never. */
function isTestBuild(): boolean {
  return !app.isPackaged || existsSync(join(process.resourcesPath, 'node'));
}

/** What this start works with; null: it went back to the version before, and this process is to do nothing more. */
async function beginStart(dataFolder: string): Promise<UpdateRecord | null> {
  const known = readUpdateRecord(dataFolder);
  const decision = atStart(app.getVersion(), known);
  if (decision.action === 'roll-back') {
    const { rollBack } = await import('./roll-back.ts');
    await rollBack(dataFolder, decision, log);
    return null;
  }
  const { record } = decision;
  // A folder that can't be written is the core's to tell: its screen says what to do.
  if (record !== known) {
    try {
      writeUpdateRecord(dataFolder, record);
    } catch (error) {
      log(`the start could not be noted: ${String(error)}`);
    }
  }
  return record;
}

function logFailure(error: unknown): void {
  log(`version ${app.getVersion()} failed: ${error instanceof Error ? (error.stack ?? '') : String(error)}`);
}

async function launch(): Promise<void> {
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
  // The installer's calls are no starts.
  const record =
    options.mode === 'window' ? await beginStart(options.dataFolder) : readUpdateRecord(options.dataFolder);
  if (record === null) return;
  const tried = options.mode === 'window' && record.attempt !== null;
  // Without a listener Electron stops everything for a box of its own until somebody presses its button.
  process.on('uncaughtException', logFailure);
  // While a new version has not shown that it works, an error of its main process counts as a failed start.
  if (tried) process.on('uncaughtException', startAnew);
  try {
    const { runProgram } = await import('./program.ts');
    await runProgram({ options, record, onGood: () => process.off('uncaughtException', startAnew), log });
  } catch (error) {
    if (!tried) throw error;
    logFailure(error);
    startAnew();
  }
}

launch().catch((error: unknown) => {
  log(String(error));
  app.exit(1);
});
