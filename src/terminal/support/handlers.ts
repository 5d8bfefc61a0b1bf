import { createHash } from 'node:crypto';
import { mkdirSync, statSync, statfsSync, writeFileSync } from 'node:fs';
import { release, type as systemName } from 'node:os';
import { join } from 'node:path';
import { BODY_SCHEMAS, type Entry } from '../../contract/journal/entry.ts';
import type { ChangeView, SUPPORT_CALLS, SupportStatus } from '../../contract/terminal/calls-support.ts';
import type { Device, SyncState } from '../../contract/terminal/state.ts';
import type { Archiver } from '../care/archiver.ts';
import type { BackUps } from '../care/back-ups.ts';
import { fileView, listFiles, stamp, takeAwayFolders } from '../care/folders.ts';
import { changesBetween, flatten, type Changes } from '../change-notes.ts';
import { exportUnsent, forwardSealed, SEALED_NAME, type SealedParts } from '../care/sealed-export.ts';
import type { Handlers } from '../dispatcher.ts';
import { FaultError } from '../fault-error.ts';
import type { Journal } from '../journal/types.ts';

export interface SupportParts {
  readonly journal: Journal;
  readonly folder: string;
  readonly databaseFile: string;
  readonly version: string;
  readonly clearingUrl: string;
  readonly sync: () => SyncState;
  readonly backUps: BackUps;
  readonly archiver: Archiver;
  readonly sealed: SealedParts;
  /** Somebody changed settings: a journal entry. */
  readonly noteChanges: (changes: Changes) => void;
  readonly userName: (id: string) => string;
  readonly devices: () => readonly Device[];
  readonly clockSkewMs: () => number | null;
  readonly nowMs: () => number;
  /** The newest lines of the log, oldest first. */
  readonly logLines: () => readonly string[];
}

/** Anything that could name a person, a voucher or a secret: long codes keep only a short digest. */
export function redact(line: string): string {
  return line
    .replaceAll(
      /"(?:pin|activationCode|managerPin|grant|holderSignature|issuerSignature)":"[^"]*"/g,
      '"…":"[redacted]"',
    )
    .replaceAll(/[A-Za-z0-9+/_=-]{40,}/g, (code) => {
      const digest = createHash('sha256').update(code).digest('hex').slice(0, 8);
      return `[${String(code.length)} characters, ${digest}]`;
    });
}

function status(parts: SupportParts): SupportStatus {
  const { journal } = parts;
  const disk = statfsSync(parts.folder);
  return {
    versions: {
      app: parts.version,
      node: process.versions.node,
      system: `${systemName()} ${release()}`,
    },
    clearingUrl: parts.clearingUrl,
    database: { ...pathAndSize(parts.databaseFile), head: journal.head() },
    acknowledged: journal.acknowledgedHead(),
    unsentEntries: journal.pending().entries,
    diskFreeBytes: disk.bavail * disk.bsize,
    clockSkewMs: parts.clockSkewMs(),
    packs: journal
      .envelopes('')
      .filter(({ name }) => name.startsWith('pack:') || name === 'key-ring')
      .map(({ name, version, storedAtMs }) => ({ name, version, atMs: storedAtMs })),
    backups: parts.backUps.list(),
    backUp: parts.backUps.status(),
    archive: parts.archiver.status(),
  };
}

function pathAndSize(path: string): { readonly path: string; readonly sizeBytes: number } {
  return { path, sizeBytes: statSync(path).size };
}

function bundle(parts: SupportParts): readonly { readonly name: string; readonly text: string }[] {
  const json = (value: unknown): string => redact(JSON.stringify(value, null, 2));
  return [
    { name: 'status.json', text: json(status(parts)) },
    { name: 'sync.json', text: json(parts.sync()) },
    { name: 'devices.json', text: json(parts.devices()) },
    { name: 'log.txt', text: parts.logLines().map(redact).join('\n') },
  ];
}

/** A change in the shape of the screens. */
function changeView(entry: Entry, userName: (id: string) => string): readonly ChangeView[] {
  const { epoch, seq, atMs } = entry;
  const body: unknown = JSON.parse(entry.body);
  if (entry.kind === 'device-changed')
    return [{ epoch, seq, atMs, type: 'device', ...BODY_SCHEMAS['device-changed'].parse(body) }];
  if (entry.kind !== 'settings-changed') return [];
  const { by, changes } = BODY_SCHEMAS['settings-changed'].parse(body);
  const lines = Object.entries(changes).map(([key, value]) => ({ key, value: String(value) }));
  return [{ epoch, seq, atMs, type: 'settings', byName: by === null ? null : userName(by), lines }];
}

/** Support's calls; spread into the core's table. */
export function supportHandlers(parts: SupportParts): Pick<Handlers, keyof typeof SUPPORT_CALLS> {
  return {
    'support.status': () => status(parts),
    'support.backUp': () => parts.backUps.now(),
    'support.setBackUp': async (plan) => {
      const { folder, everyMinutes, keep } = parts.backUps.status();
      const changes = changesBetween(
        flatten({ backUp: { folder, everyMinutes, keep } }),
        flatten({ backUp: plan }),
      );
      if (changes !== null) parts.noteChanges(changes);
      await parts.backUps.set(plan);
    },
    'support.changes': ({ limit }) =>
      parts.journal
        .newestOfKinds(['settings-changed', 'device-changed'], limit)
        .flatMap((entry) => changeView(entry, parts.userName)),
    'support.folders': () => takeAwayFolders(),
    'support.exportUnsent': ({ folder }) => exportUnsent(parts.sealed, folder),
    'support.sealedFiles': ({ folder }) => listFiles(folder, SEALED_NAME),
    'support.forwardSealed': ({ path }) => forwardSealed(parts.sealed, path),
    'support.archive': () => parts.archiver.now(),
    'support.bundlePreview': () => bundle(parts),
    'support.writeBundle': () => {
      const folder = join(parts.folder, 'log-bundles');
      mkdirSync(folder, { recursive: true });
      const path = join(folder, `bundle-${stamp(parts.nowMs())}.txt`);
      const text = bundle(parts)
        .map(({ name, text: its }) => `===== ${name} =====\n${its}\n`)
        .join('\n');
      try {
        writeFileSync(path, text, { flag: 'wx' });
      } catch (error) {
        throw new FaultError('data-folder-unwritable', { path }, error);
      }
      return fileView(path);
    },
  };
}
