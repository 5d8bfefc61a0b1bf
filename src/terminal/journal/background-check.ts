import { Worker } from 'node:worker_threads';
import { z } from 'zod';
import type { Fault } from '../../contract/terminal/errors.ts';
import { threadFile } from '../thread-file.ts';
import type { Journal } from './types.ts';

/** The counter comes first: whoever switches the terminal on wants to sign in. */
const AFTER_START_MS = 5_000;

/** Name of the setting that keeps what the last whole check found; not there if nothing is broken. */
export const FOUND_BREAK = 'background-check';

const brokenSchema = z.object({ epoch: z.int().nullable(), seq: z.int().nullable(), what: z.string() });

export interface BackgroundCheckOptions {
  readonly journal: Journal;
  /** The journal's database; the check reads it by a connection of its own. */
  readonly file: string;
  readonly nowMs: () => number;
  readonly log: (line: string) => void;
  /** What `fault` answers has changed. */
  readonly onChange: () => void;
}

export interface BackgroundCheck {
  /** The break that the last whole check found, also one before this start; null: none is known. */
  fault(): Fault | null;
  /** Resolves when nothing reads the database any more. */
  stop(): Promise<void>;
}

/** What a check left in the settings: a fault to show, with the place as "epoch-seq". Null: nothing is broken. */
export function foundBreak(kept: string | null): Fault | null {
  if (kept === null) return null;
  const { epoch, seq, what } = brokenSchema.parse(JSON.parse(kept));
  return { code: 'journal-broken', params: { what, where: epoch === null ? '' : `${epoch}-${seq ?? ''}` } };
}

/**
 * Once after each start, SQLite's whole integrity check and every entry of the chain, in a thread of its own: what
 * the start's quick look at the end of the chain doesn't reach. A break is an alarm entry (once for each break),
 * and stays known until a later check finds all well. Nothing is mended here, and redeeming goes on.
 */
export function startBackgroundCheck(options: BackgroundCheckOptions): BackgroundCheck {
  const { journal, file, nowMs, log, onChange } = options;
  let worker: Worker | null = null;

  function found(message: unknown): void {
    const broken = brokenSchema.nullable().parse(message);
    const before = journal.setting(FOUND_BREAK);
    const now = broken === null ? null : JSON.stringify(broken);
    log(`the whole journal was checked: ${now ?? 'nothing is broken'}`);
    if (now === before) return;
    if (broken !== null)
      journal.append(nowMs(), () => ({ kind: 'alarm', body: { code: 'journal-broken', details: broken } }));
    journal.setSetting(FOUND_BREAK, now);
    onChange();
  }

  const timer = setTimeout(() => {
    const workerData = { file, terminalId: journal.terminalId };
    worker = new Worker(threadFile(import.meta.filename, 'background-check-worker'), {
      workerData,
      execArgv: [],
    });
    const failed = (error: unknown): void => log(`the whole journal could not be checked: ${String(error)}`);
    worker.on('message', (message: unknown) => {
      try {
        found(message);
      } catch (error) {
        failed(error);
      }
    });
    worker.on('error', failed);
  }, AFTER_START_MS);

  return {
    fault: () => foundBreak(journal.setting(FOUND_BREAK)),
    async stop() {
      clearTimeout(timer);
      await worker?.terminate();
    },
  };
}
