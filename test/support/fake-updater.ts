import type { UpdateNotice } from '../../src/contract/terminal/shell.ts';
import { NO_RECORD, type UpdateRecord } from '../../src/main/update-machine.ts';
import { startUpdates, type Updater, type Updates } from '../../src/main/updates.ts';

/** A PC with a feed, a core and a disk of the test's own; `did` is what happened to them, in order. */
export interface UpdatingPc {
  offered: string | null;
  believed: boolean;
  lineBroken: boolean;
  allowed: boolean;
  record: UpdateRecord;
  readonly did: string[];
  readonly notices: (UpdateNotice | null)[];
  readonly updater: Updater;
  /** The program starts with this version. */
  start(version: string): Updates;
}

export function updatingPc(): UpdatingPc {
  const did: string[] = [];
  const notices: (UpdateNotice | null)[] = [];
  const pc: UpdatingPc = {
    offered: '2.0.0',
    believed: true,
    lineBroken: false,
    allowed: false,
    record: NO_RECORD,
    did,
    notices,
    updater: {
      check: () => {
        did.push('check');
        return Promise.resolve(pc.offered);
      },
      download: () => {
        did.push('download');
        if (pc.lineBroken) return Promise.reject(new Error('ECONNRESET'));
        return Promise.resolve(pc.believed ? 'verified' : 'refused');
      },
      install: (restart) => {
        did.push(restart ? 'install and restart' : 'install');
      },
    },
    start: (version) =>
      startUpdates({
        version,
        record: pc.record,
        save: (record) => {
          pc.record = record;
          if (record.attempt?.starts === 0) did.push('remember');
        },
        mayUpdate: (closing) => {
          did.push(closing ? 'ask at closing' : 'ask');
          return Promise.resolve(pc.allowed);
        },
        tell: (notice) => notices.push(notice),
        stopCore: () => {
          did.push('stop the core');
          return Promise.resolve();
        },
        log: () => undefined,
      }),
  };
  return pc;
}
