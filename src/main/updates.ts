import type { UpdateNotice } from '../contract/terminal/shell.ts';
import {
  firstState,
  noticeOf,
  step,
  type UpdateCommand,
  type UpdateEvent,
  type UpdateRecord,
  type UpdateState,
} from './update-machine.ts';

/** Four times a day: a version that is needed arrives within one shift, and a fleet doesn't press on the server. */
export const CHECK_EVERY_MS = 6 * 60 * 60_000;
/** How soon after a shift's end an update that waits goes in; asking costs one message. */
export const ASK_EVERY_MS = 60_000;
/** A start with the largest journal migration that was measured takes far less. */
export const CORE_READY_WITHIN_MS = 120_000;

/** Where versions come from. */
export interface Updater {
  /** The version that is offered, if it is newer than the one that runs; otherwise null. */
  check(): Promise<string | null>;
  /** Fetches and verifies it; throws where the line breaks. */
  download(): Promise<'verified' | 'refused'>;
  /** Replaces the program, whose core has ended, and ends it; `restart`: and starts the new one. */
  install(restart: boolean): void;
}

export interface UpdateParts {
  readonly version: string;
  readonly record: UpdateRecord;
  readonly save: (record: UpdateRecord) => void;
  /** Asks the core; false also where no core answers. `closing`: a person closes the program. */
  readonly mayUpdate: (closing: boolean) => Promise<boolean>;
  readonly tell: (notice: UpdateNotice | null) => void;
  /** Ends the core for good, its journal closed. */
  readonly stopCore: () => Promise<void>;
  readonly log: (line: string) => void;
}

export interface Updates {
  /** At each time that the core gets ready; `updater` is null where updates are off. */
  coreReady(updater: Updater | null): void;
  /** A person closes the program: installs what waits, if the core allows it. */
  closing(): Promise<void>;
  stop(): void;
}

/** Carries out what the machine of `update-machine.ts` decides. */
export function startUpdates(parts: UpdateParts): Updates {
  let state: UpdateState = firstState(parts.version, parts.record);
  let updater: Updater | null = null;
  const timers: NodeJS.Timeout[] = [];
  const late = setTimeout(() => take({ type: 'core-late' }), CORE_READY_WITHIN_MS);

  /** The commands of the event; the record is on the disk before any of them is carried out. */
  function advance(event: UpdateEvent): readonly UpdateCommand[] {
    const before = state;
    const next = step(state, event);
    if (next.state.record !== before.record) parts.save(next.state.record);
    state = next.state;
    const notice = noticeOf(state);
    if (event.type === 'core-ready' || notice !== noticeOf(before)) parts.tell(notice);
    if (state.phase !== before.phase) parts.log(`update ${state.found ?? ''}: ${state.phase}`);
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
        take({ type: 'found', version: (await updater?.check()) ?? null });
        return;
      case 'download':
        take({ type: (await updater?.download()) === 'verified' ? 'downloaded' : 'refused' });
        return;
      case 'ask':
        if (await parts.mayUpdate(false)) take({ type: 'allowed' });
        return;
      case 'install':
        await install(true);
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

  take({ type: 'started' });
  return {
    coreReady(given) {
      clearTimeout(late);
      take({ type: 'core-ready' });
      if (given === null || updater !== null) return;
      updater = given;
      const due = (): void => take({ type: 'check-due' });
      const askAgain = (): void => {
        if (state.phase === 'waiting') due();
      };
      timers.push(setInterval(due, CHECK_EVERY_MS), setInterval(askAgain, ASK_EVERY_MS));
      due();
    },
    async closing() {
      if (state.phase !== 'waiting' || !(await parts.mayUpdate(true))) return;
      try {
        if (advance({ type: 'allowed' }).includes('install')) await install(false);
      } catch (error) {
        parts.log(`the update was not installed: ${String(error)}`);
      }
    },
    stop,
  };
}
