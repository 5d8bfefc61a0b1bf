import type { CoreReady, UpdateNotice } from '../contract/terminal/shell.ts';
import type { KeptPackage, UpdateRecord } from '../contract/terminal/update-record.ts';
import {
  firstState,
  noticeOf,
  step,
  type UpdateCommand,
  type UpdateEvent,
  type UpdateState,
} from './update-machine.ts';

/** Four times a day: a version that is needed arrives within one shift, and a fleet doesn't press on the server. */
export const CHECK_EVERY_MS = 6 * 60 * 60_000;
/** How soon after a shift's end an update that waits goes in; asking costs one message. */
export const ASK_EVERY_MS = 60_000;
/** A good start with the largest journal migration that was measured takes far less. */
export const GOOD_WITHIN_MS = 120_000;

/** What a download left on this PC. */
export interface Downloaded {
  /** The package of the version that runs, to go back to; null: there is none. */
  readonly kept: KeptPackage | null;
  /** The new version's, to be kept once it is good; null where it needs no keeping. */
  readonly brought: KeptPackage | null;
}

/** Where versions come from. */
export interface Updater {
  /** The version that is offered, if it is newer than the one that runs, and that one's package if it was there. */
  check(): Promise<{ readonly version: string | null; readonly own: KeptPackage | null }>;
  /** Fetches and verifies it; null: it is refused. Throws where the line breaks or the disk is full. */
  download(): Promise<Downloaded | null>;
  /** Replaces the program, whose core has ended, and ends it; `restart`: and starts the new one. */
  install(restart: boolean): void;
}

export interface UpdateParts {
  readonly version: string;
  /** The AppImage's path; null for every other installation. */
  readonly installedAs: string | null;
  readonly record: UpdateRecord;
  readonly save: (record: UpdateRecord) => void;
  /** Asks the core; false also where no core answers. `closing`: a person closes the program. */
  readonly mayUpdate: (closing: boolean) => Promise<boolean>;
  readonly tell: (notice: UpdateNotice | null) => void;
  /** Ends the core for good, its journal closed. */
  readonly stopCore: () => Promise<void>;
  /** This version was being tried, and has started well. */
  readonly onGood: (record: UpdateRecord) => void;
  /** Ends this process and starts the program anew. */
  readonly startAnew: () => void;
  readonly log: (line: string) => void;
}

export interface Updates {
  /** At each time that the core gets ready; `updater` is null where updates are off. */
  coreReady(core: Pick<CoreReady, 'fault' | 'journalVersion'>, updater: Updater | null): void;
  /** The window shows a screen of the core's state. */
  painted(): void;
  /** A person closes the program: installs what waits, if the core allows it. */
  closing(): Promise<void>;
  stop(): void;
  /** The record as it is now. */
  record(): UpdateRecord;
}

/** Carries out what the machine of `update-machine.ts` decides. */
export function startUpdates(parts: UpdateParts): Updates {
  let state: UpdateState = firstState(parts.version, parts.installedAs, parts.record);
  let updater: Updater | null = null;
  const timers: NodeJS.Timeout[] = [];
  const late = setTimeout(() => take({ type: 'late' }), GOOD_WITHIN_MS);

  /** The commands of the event; the record is on the disk before any of them is carried out. */
  function advance(event: UpdateEvent): readonly UpdateCommand[] {
    const before = state;
    const next = step(state, event);
    if (next.state.record !== before.record) parts.save(next.state.record);
    state = next.state;
    const notice = noticeOf(state);
    if (event.type === 'core-ready' || notice !== noticeOf(before)) parts.tell(notice);
    if (state.phase !== before.phase) parts.log(`update ${state.found ?? ''}: ${state.phase}`);
    if (before.record.attempt?.to === state.version && state.record.attempt === null) {
      clearTimeout(late);
      parts.log(`version ${state.version} has started well`);
      parts.onGood(state.record);
    }
    return next.commands;
  }

  function take(event: UpdateEvent): void {
    try {
      for (const command of advance(event)) run(command).catch(failed);
    } catch (error) {
      // The record can't be written: without it nothing is installed.
      parts.log(`updates stop: ${String(error)}`);
      stop();
    }
  }

  function failed(error: unknown): void {
    parts.log(`the update failed: ${String(error)}`);
    take({ type: 'failed' });
  }

  async function run(command: UpdateCommand): Promise<void> {
    switch (command) {
      case 'check':
        take({ type: 'found', ...((await updater?.check()) ?? { version: null, own: null }) });
        return;
      case 'download': {
        const downloaded = (await updater?.download()) ?? null;
        take(downloaded === null ? { type: 'refused' } : { type: 'downloaded', ...downloaded });
        return;
      }
      case 'ask':
        if (await parts.mayUpdate(false)) take({ type: 'allowed' });
        return;
      case 'install':
        await install(true);
        return;
      case 'restart':
        parts.log(`version ${state.version} has not started well in time`);
        stop();
        await parts.stopCore();
        parts.startAnew();
    }
  }

  async function install(restart: boolean): Promise<void> {
    stop();
    await parts.stopCore();
    updater?.install(restart);
  }

  function stop(): void {
    clearTimeout(late);
    for (const timer of timers.splice(0)) clearInterval(timer);
  }

  return {
    coreReady({ fault, journalVersion }, given) {
      take({ type: 'core-ready', fault, journalVersion });
      if (given === null || updater !== null) return;
      updater = given;
      const due = (): void => take({ type: 'check-due' });
      const askAgain = (): void => {
        if (state.phase === 'waiting') due();
      };
      timers.push(setInterval(due, CHECK_EVERY_MS), setInterval(askAgain, ASK_EVERY_MS));
      due();
    },
    painted: () => take({ type: 'painted' }),
    async closing() {
      if (state.phase !== 'waiting' || !(await parts.mayUpdate(true))) return;
      try {
        if (advance({ type: 'allowed' }).includes('install')) await install(false);
      } catch (error) {
        parts.log(`the update was not installed: ${String(error)}`);
      }
    },
    stop,
    record: () => state.record,
  };
}
