import { app, dialog } from 'electron';
import { STEP_BACK_EXIT } from '../contract/terminal/shell.ts';
import type { NoWayBack, UpdateAttempt, UpdateRecord } from '../contract/terminal/update-record.ts';
import { runStepBack } from './core-command.ts';
import { startAnew } from './installation.ts';
import { packageStore } from './packages.ts';
import { putBack } from './put-back.ts';
import { noWayBack, rolledBack } from './trial.ts';
import { writeUpdateRecord } from './update-record.ts';

type Log = (line: string) => void;

interface Failed {
  readonly attempt: UpdateAttempt;
  readonly record: UpdateRecord;
}

/** How long it is told on the screen that there is no way back; then the version gets its chance all the same. */
const TELL_MS = 60_000;

/** The window may be just what doesn't work: both languages, and nothing that needs it. */
function adviceText(version: string, why: NoWayBack): string {
  return [
    `新版本 ${version} 启动不正常，也不能自动换回原来的版本（${why}）。账本都还在，不要删除或替换文件。请先不要收券，联系运维。`,
    `Version ${version} does not start well and the one before can't be put back (${why}). The journal is whole: delete or replace nothing. Don't redeem; call support.`,
  ].join('\n\n');
}

/** What `step-back` said; null: the version before can read the journal. */
function refusalOf(exitCode: number): NoWayBack | null {
  switch (exitCode) {
    case STEP_BACK_EXIT.ready:
      return null;
    case STEP_BACK_EXIT['journal-moved-on']:
      return 'journal-moved-on';
    case STEP_BACK_EXIT['no-journal-copy']:
      return 'no-journal-copy';
    default:
      return 'journal-unreadable';
  }
}

/**
 * Puts the version before in this one's place and starts it. Nothing is touched unless the kept package is whole and
 * the version before can read the journal without losing an entry; then the journal comes first, since this version
 * can migrate it again, while the older one could not read it. Where there is no way back, that is remembered and
 * told, and this version goes on without its starts being counted.
 */
export async function rollBack(dataFolder: string, { attempt, record }: Failed, log: Log): Promise<void> {
  const version = app.getVersion();
  log(`version ${version} did not start well ${attempt.starts} times: going back to ${attempt.from}`);
  await app.whenReady();
  const why = await tryToGoBack(dataFolder, { attempt, record }, log);
  if (why === null) return;
  log(`there is no way back from ${version}: ${why}`);
  writeUpdateRecord(dataFolder, noWayBack(record, version, why));
  await tell(adviceText(version, why));
  startAnew();
}

async function tryToGoBack(
  dataFolder: string,
  { attempt, record }: Failed,
  log: Log,
): Promise<NoWayBack | null> {
  const { kept } = record;
  if (kept?.version !== attempt.from) return 'nothing-kept';
  const file = await packageStore(dataFolder).verified(kept);
  if (file === null) return 'package-damaged';
  const refused = refusalOf(await runStepBack(dataFolder, attempt.journalVersion, log));
  if (refused !== null) return refused;
  // Before the installation, which may end this process: a start of this version that finds it knows that it failed.
  writeUpdateRecord(dataFolder, rolledBack(record, app.getVersion()));
  try {
    app.releaseSingleInstanceLock();
    const next = await putBack(file, attempt);
    log(`version ${attempt.from} is back`);
    if (next === 'restart') startAnew();
    else app.quit();
    return null;
  } catch (error) {
    log(`the version before could not be installed: ${String(error)}`);
    return 'install-failed';
  }
}

/** Until somebody has read it, or for a while: a counter that nobody attends must not stand still for ever. */
async function tell(message: string): Promise<void> {
  const over = new AbortController();
  const timer = setTimeout(() => over.abort(), TELL_MS);
  await dialog.showMessageBox({ type: 'error', message, signal: over.signal });
  clearTimeout(timer);
}
