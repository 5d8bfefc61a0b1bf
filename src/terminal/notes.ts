import type { Hang } from '../contract/terminal/heartbeat.ts';
import type { UpdateNotice } from '../contract/terminal/shell.ts';
import type { Device } from '../contract/terminal/state.ts';
import { noteSettings, type Changes } from './change-notes.ts';
import { createDeviceNotes } from './devices/device-notes.ts';
import type { Journal } from './journal/types.ts';
import { settingsSchema, type Settings } from './settings.ts';
import { noteUpdate } from './updates.ts';

/** Where the devices of the last note are kept, beside the journal. */
const NOTED_DEVICES = 'devices.noted';

/** What an auditor may want to know beside the money, as entries. Only `changes` throws: its caller changes something. */
export interface Notes {
  /** Somebody changed settings; `by`: null if it was done outside the program. */
  changes(by: string | null, changes: Changes): void;
  /** Writes down what changed in the settings since the last time. */
  settings(read: () => Settings, by: string | null): void;
  /** Writes down which scanners came and went, once they have settled. */
  devices(devices: readonly Device[]): void;
  /** An update went wrong: an entry, once. */
  update(notice: UpdateNotice): void;
  /** A core hung and was ended: an alarm entry. */
  hung(why: Hang): void;
  stop(): void;
}

export interface NotesOptions {
  readonly journal: Journal;
  readonly nowMs: () => number;
  readonly onNoted: () => void;
  readonly log: (line: string) => void;
}

/** Notes of one journal. A full disk shows itself where it stops a redemption; what is missed is noted the next time. */
export function createNotes({ journal, nowMs, onNoted, log }: NotesOptions): Notes {
  const changes = (by: string | null, what: Changes): void => {
    journal.append(nowMs(), () => ({ kind: 'settings-changed', body: { by, changes: what } }));
    onNoted();
  };
  const devices = createDeviceNotes({
    known: () => journal.setting(NOTED_DEVICES),
    keep: (noted) => journal.setSetting(NOTED_DEVICES, noted),
    note: (device, change) => {
      journal.append(nowMs(), () => ({ kind: 'device-changed', body: { device, change } }));
      onNoted();
    },
    log,
  });
  const guarded = (note: () => void): void => {
    try {
      note();
    } catch (error) {
      log(`a change could not be noted: ${String(error)}`);
    }
  };
  return {
    changes,
    settings: (read, by) =>
      guarded(() => noteSettings(journal, read(), settingsSchema.parse({}), (what) => changes(by, what))),
    devices: (seen) => devices.seen(seen),
    update: (notice) => guarded(() => noteUpdate(journal, notice, nowMs())),
    hung: (why) =>
      guarded(() => {
        journal.append(nowMs(), () => ({ kind: 'alarm', body: { code: 'core-hung', details: { why } } }));
        onNoted();
      }),
    stop: () => devices.stop(),
  };
}
