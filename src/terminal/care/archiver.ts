import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import type { SupportStatus } from '../../contract/terminal/calls-support.ts';
import type { CallOutput } from '../../contract/terminal/calls.ts';
import type { Fault } from '../../contract/terminal/errors.ts';
import { DAY_MS } from '../../domain/business-day.ts';
import { FaultError } from '../fault-error.ts';
import type { Journal } from '../journal/types.ts';
import { copyVerified, fileView, listFiles } from './folders.ts';

/** A month is never shorter than what was set. */
const MONTH_MS = 31 * DAY_MS;
const AFTER_START_MS = 600_000;
const EVERY_MS = DAY_MS;
const ARCHIVE_NAME = /^journal-.*\.ndjson$/;

export const archiveFolder = (dataFolder: string): string => join(dataFolder, 'archive');

export interface ArchiverOptions {
  readonly journal: Journal;
  readonly dataFolder: string;
  /** Settled entries older than this leave; null: never. */
  readonly keepMonths: number | null;
  /** The second place of back-ups for this terminal; null: none. */
  readonly secondPlace: () => string | null;
  readonly nowMs: () => number;
  readonly log: (line: string) => void;
  readonly onChange: () => void;
}

export interface Archiver {
  status(): SupportStatus['archive'];
  /** Throws `archive-failed`; what was moved before the failure stays moved. */
  now(): Promise<CallOutput<'support.archive'>>;
  stop(): void;
}

/** Moves old settled entries out of the database, once a day. */
export function scheduleArchiver(options: ArchiverOptions): Archiver {
  const { journal, dataFolder, keepMonths, secondPlace, nowMs, log, onChange } = options;
  const folder = archiveFolder(dataFolder);
  let lastFault: Fault | null = null;
  let running: Promise<CallOutput<'support.archive'>> | null = null;
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;

  async function moveAll(months: number): Promise<CallOutput<'support.archive'>> {
    let moved = 0;
    let file: string | null = null;
    while (!stopped) {
      const archive = journal.archive({ folder, beforeMs: nowMs() - months * MONTH_MS, nowMs: nowMs() });
      if (archive === null) break;
      moved += archive.entries;
      file = join(folder, archive.file);
      log(`archived ${archive.entries} entries in ${archive.file}`);
      const second = secondPlace();
      // There is no other copy of it: back-ups made from now on lack these entries.
      if (second !== null) await copyVerified(file, join(second, 'archive'), archive.file);
      await turn();
    }
    return { moved, file: file === null ? null : fileView(file) };
  }

  async function attempt(): Promise<CallOutput<'support.archive'>> {
    if (keepMonths === null) return { moved: 0, file: null };
    try {
      const done = await moveAll(keepMonths);
      lastFault = null;
      return done;
    } catch (error) {
      const problem = (error instanceof Error ? error.message : String(error)).slice(0, 200);
      log(`archiving failed: ${problem}`);
      lastFault = { code: 'archive-failed', params: { folder, problem } };
      throw new FaultError('archive-failed', { folder, problem }, error);
    }
  }

  function run(): Promise<CallOutput<'support.archive'>> {
    running ??= attempt().finally(() => {
      running = null;
      if (!stopped) onChange();
    });
    return running;
  }

  function schedule(delayMs: number): void {
    timer = setTimeout(() => {
      run().catch(() => undefined);
      schedule(EVERY_MS);
    }, delayMs);
  }
  if (keepMonths !== null) schedule(AFTER_START_MS);

  return {
    status: () => ({
      keepMonths,
      through: journal.archives().at(-1)?.through ?? null,
      files: [...listFiles(folder, ARCHIVE_NAME)],
      lastFault,
    }),
    now: run,
    stop: () => {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
