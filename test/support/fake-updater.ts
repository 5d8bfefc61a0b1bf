import type { UpdateNotice } from '../../src/contract/terminal/shell.ts';
import { NO_RECORD, type KeptPackage, type UpdateRecord } from '../../src/contract/terminal/update-record.ts';
import { atStart } from '../../src/main/trial.ts';
import { startUpdates, type Updater, type Updates } from '../../src/main/updates.ts';

/** A PC with a feed, a core and a disk of the test's own; `did` is what happened to them, in order. */
export interface UpdatingPc {
  offered: string | null;
  believed: boolean;
  lineBroken: boolean;
  allowed: boolean;
  record: UpdateRecord;
  /** The package of the version that runs, if there is one to go back to. */
  kept: KeptPackage | null;
  /** The package of the version that runs, if the feed has it. */
  own: KeptPackage | null;
  readonly did: string[];
  readonly notices: (UpdateNotice | null)[];
  readonly updater: Updater;
  /** The program starts with this version; null: the launcher goes back instead. */
  start(version: string): Updates | null;
  /** The same where nothing else is expected. */
  mustStart(version: string): Updates;
}

/** What a core says that works. */
export const HEALTHY = { fault: null, journalVersion: 4 } as const;

export function packageOf(version: string): KeptPackage {
  return { version, file: `${version}.deb`, sha512: 'A'.repeat(88) };
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
    kept: packageOf('1.0.0'),
    own: null,
    did,
    notices,
    updater: {
      check: () => {
        did.push('check');
        return Promise.resolve({ version: pc.offered, own: pc.own });
      },
      download: () => {
        did.push('download');
        if (pc.lineBroken) return Promise.reject(new Error('ECONNRESET'));
        const brought = pc.offered === null ? null : packageOf(pc.offered);
        return Promise.resolve(pc.believed ? { kept: pc.kept, brought } : null);
      },
      install: (restart) => {
        did.push(restart ? 'install and restart' : 'install');
      },
    },
    start(version) {
      const decision = atStart(version, pc.record);
      if (decision.action === 'roll-back') {
        did.push(`go back to ${decision.attempt.from}`);
        return null;
      }
      if (decision.record !== pc.record) pc.record = decision.record;
      return startUpdates({
        version,
        installedAs: null,
        record: pc.record,
        save: (record) => {
          pc.record = record;
          if (record.attempt?.starts === 0) did.push('remember');
        },
        onGood: () => did.push('good'),
        mayUpdate: (closing) => {
          did.push(closing ? 'ask at closing' : 'ask');
          return Promise.resolve(pc.allowed);
        },
        tell: (notice) => notices.push(notice),
        stopCore: () => {
          did.push('stop the core');
          return Promise.resolve();
        },
        startAnew: () => did.push('start anew'),
        log: () => undefined,
      });
    },
    mustStart(version) {
      const updates = pc.start(version);
      if (updates === null) throw new Error(`${version} goes back`);
      return updates;
    },
  };
  return pc;
}
