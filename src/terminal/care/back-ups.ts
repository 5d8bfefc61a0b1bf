import { mkdirSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import Database from 'better-sqlite3';
import { z } from 'zod';
import type { SupportStatus } from '../../contract/terminal/calls-support.ts';
import type { Fault } from '../../contract/terminal/errors.ts';
import { MINUTE_MS } from '../../domain/durations.ts';
import { FaultError } from '../fault-error.ts';
import type { Journal } from '../journal/types.ts';
import { copyVerified, fileView, listFiles, stamp, type FileView } from './folders.ts';

/** Settings of the journal's database. */
const PLAN = 'back-up-plan';
const LAST_GOOD = 'back-up-last-good-ms';

const planSchema = z.object({
  folder: z.string().nullable(),
  everyMinutes: z.int().min(5),
  keep: z.int().min(2),
});
export type BackUpPlan = z.infer<typeof planSchema>;
/** An hour's redemptions are in the tail log and at clearing besides; two days of copies are enough to go back to. */
const DEFAULT_PLAN: BackUpPlan = { folder: null, everyMinutes: 60, keep: 48 };

/** The counter opens first. */
const AFTER_START_MS = 30_000;
/** After a failure: a stick may be back by then. */
const RETRY_MS = 10 * MINUTE_MS;
const BACK_UP_NAME = /^journal-.*\.db$/;

/** Where back-ups are kept beside the database. */
export const backUpFolder = (dataFolder: string): string => join(dataFolder, 'back-ups');
/** Several terminals may share a second place. */
export const secondFolder = (folder: string, terminalId: string): string =>
  join(folder, `voucher-terminal-${terminalId}`);

/** Back-ups in both places, newest first. */
export function listBackUps(
  dataFolder: string,
  second: string | null,
  terminalId: string,
): readonly FileView[] {
  const elsewhere = second === null ? [] : listFiles(secondFolder(second, terminalId), BACK_UP_NAME);
  return [...listFiles(backUpFolder(dataFolder), BACK_UP_NAME), ...elsewhere].toSorted(
    (a, b) => b.atMs - a.atMs,
  );
}

/** The plan that was in force when a back-up was made; the default one if it can't be read. */
export function planOfBackUp(file: string): BackUpPlan {
  try {
    const db = new Database(file, { readonly: true, fileMustExist: true });
    try {
      const kept: unknown = db.prepare('SELECT value FROM settings WHERE name = ?').pluck().get(PLAN);
      return typeof kept === 'string' ? planSchema.parse(JSON.parse(kept)) : DEFAULT_PLAN;
    } finally {
      db.close();
    }
  } catch {
    return DEFAULT_PLAN;
  }
}

export interface BackUpOptions {
  readonly journal: Journal;
  readonly dataFolder: string;
  readonly nowMs: () => number;
  /** Went well or failed: whoever shows it should look again. */
  readonly onChange: () => void;
  readonly log: (line: string) => void;
}

export interface BackUps {
  status(): SupportStatus['backUp'];
  /** This terminal's own folder in the second place; null without one. */
  secondPlace(): string | null;
  list(): readonly FileView[];
  /** One now, in both places; the one beside the database is answered. Throws `back-up-failed`. */
  now(): Promise<FileView>;
  /** Sets the plan and tries it at once. Throws `back-up-failed`; the plan stands all the same. */
  set(plan: BackUpPlan): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Back-ups on a schedule: copied while the database is in use, read back whole before they get their name, copied
 * to the second place and compared there. A failure is kept and shown until one succeeds.
 */
export function scheduleBackUps({ journal, dataFolder, nowMs, onChange, log }: BackUpOptions): BackUps {
  const here = backUpFolder(dataFolder);
  let timer: NodeJS.Timeout | undefined;
  let nextAtMs: number | null = null;
  let lastFault: Fault | null = null;
  let running: Promise<FileView> | null = null;
  let stopped = false;

  const plan = (): BackUpPlan => {
    const kept = journal.setting(PLAN);
    return kept === null ? DEFAULT_PLAN : planSchema.parse(JSON.parse(kept));
  };
  const lastGoodAtMs = (): number | null => {
    const kept = journal.setting(LAST_GOOD);
    return kept === null ? null : Number(kept);
  };

  function prune(folder: string, keep: number): void {
    for (const { path } of listFiles(folder, BACK_UP_NAME).slice(keep)) rmSync(path, { force: true });
  }

  async function make({ folder, keep }: BackUpPlan): Promise<FileView> {
    mkdirSync(here, { recursive: true });
    const path = join(here, `journal-${stamp(nowMs())}.db`);
    await journal.backUp(path);
    if (folder !== null) {
      const there = secondFolder(folder, journal.terminalId);
      await copyVerified(path, there, basename(path));
      prune(there, keep);
    }
    prune(here, keep);
    return fileView(path);
  }

  async function attempt(): Promise<FileView> {
    const wanted = plan();
    try {
      const made = await make(wanted);
      lastFault = null;
      if (!stopped) journal.setSetting(LAST_GOOD, String(nowMs()));
      schedule(wanted.everyMinutes * MINUTE_MS);
      return made;
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      log(`a back-up failed: ${problem}`);
      const params = { folder: wanted.folder ?? here, problem: problem.slice(0, 200) };
      lastFault = { code: 'back-up-failed', params };
      schedule(Math.min(RETRY_MS, wanted.everyMinutes * MINUTE_MS));
      throw new FaultError('back-up-failed', params, error);
    }
  }

  /** One at a time: whoever asks during one gets that one. */
  function run(): Promise<FileView> {
    running ??= attempt().finally(() => {
      running = null;
      if (!stopped) onChange();
    });
    return running;
  }

  function schedule(delayMs: number): void {
    clearTimeout(timer);
    if (stopped) return;
    nextAtMs = nowMs() + delayMs;
    timer = setTimeout(() => {
      run().catch(() => undefined);
    }, delayMs);
  }

  const dueMs = (lastGoodAtMs() ?? 0) + plan().everyMinutes * MINUTE_MS - nowMs();
  schedule(Math.max(AFTER_START_MS, dueMs));

  return {
    status: () => ({
      ...plan(),
      lastGoodAtMs: lastGoodAtMs(),
      nextAtMs,
      lastFault,
      running: running !== null,
    }),
    secondPlace: () => {
      const { folder } = plan();
      return folder === null ? null : secondFolder(folder, journal.terminalId);
    },
    list: () => listBackUps(dataFolder, plan().folder, journal.terminalId),
    now: run,
    set: async (wanted) => {
      journal.setSetting(PLAN, JSON.stringify(wanted));
      await running?.catch(() => undefined);
      await run();
    },
    stop: async () => {
      stopped = true;
      clearTimeout(timer);
      await running?.catch(() => undefined);
    },
  };
}
