import type { KeyObject } from 'node:crypto';
import { existsSync } from 'node:fs';
import { ed25519PublicKey } from '../../contract/clearing/envelope.ts';
import { readBackSchema, STORE_ROUTES } from '../../contract/clearing/settlement.ts';
import type { Entry, EntryName, Head } from '../../contract/journal/entry.ts';
import type { CallOutput } from '../../contract/terminal/calls.ts';
import type { Fault } from '../../contract/terminal/errors.ts';
import { certify } from '../activation.ts';
import { FaultError } from '../fault-error.ts';
import type { HostSecrets } from '../host-secrets.ts';
import { ensureNewKey, readIdentityFile, takeNewKey, writeIdentity } from '../identity.ts';
import { headOfFile, restoreJournal } from '../journal/restore.ts';
import { checkUnused } from '../journal/storage.ts';
import { atLength } from '../life-signs.ts';
import { createClearingClient } from '../sync/clearing-client.ts';
import { createClock } from '../sync/clock.ts';
import { openSigned } from '../sync/exchange.ts';
import { createHttpClient } from '../sync/http-client.ts';
import { tlsOptions, type TransportSettings } from '../sync/transport.ts';
import { listBackUps, planOfBackUp } from './back-ups.ts';
import { takeAwayFolders, type FileView } from './folders.ts';

/** What a restore mends: damage and loss. Not a database of newer software, nor a full disk. */
const MENDABLE: readonly Fault['code'][] = ['database-damaged', 'journal-behind'];
const READ_BACK_TIMEOUT_MS = 20_000;
/** A terminal that opens 200 entries a page for so long has another problem. */
const MAX_READ_BACK_PAGES = 10_000;

/** What could be restored from, newest first: beside the database, in the second place, and on sticks. */
export function restorePlan(folder: string, fault: Fault | null): CallOutput<'app.restorePlan'> {
  const identity = readIdentityFile(folder);
  const possible = identity !== null && fault !== null && MENDABLE.includes(fault.code);
  if (identity === null) return { possible, backUps: [] };
  const { terminalId } = identity.certified;
  const here = listBackUps(folder, null, terminalId);
  const second = here[0] === undefined ? null : planOfBackUp(here[0].path).folder;
  const places = [second, ...takeAwayFolders().map(({ path }) => path)].filter((place) => place !== null);
  const all = new Map<string, FileView>();
  for (const place of [null, ...places])
    for (const file of listBackUps(folder, place, terminalId)) all.set(file.path, file);
  return { possible, backUps: [...all.values()].toSorted((a, b) => b.atMs - a.atMs) };
}

export interface RestoreOrder {
  readonly folder: string;
  /** A one-time code that clearing gave for this terminal: what allows the new epoch. */
  readonly activationCode: string;
  readonly backUpPath: string | null;
  readonly softwareVersion: string;
  readonly host: HostSecrets;
  readonly transport: TransportSettings;
}

/**
 * Opens a new epoch of this terminal's journal: a new key, certified by clearing for a one-time code; the back-up;
 * what the tail log, the old database and clearing's copy have beyond it. The old files are kept aside. May be
 * tried again after any stop: nothing is thrown away, and the same code answers for the same key.
 */
export async function restoreTerminal(order: RestoreOrder): Promise<CallOutput<'app.restore'>> {
  const { folder, activationCode, backUpPath, softwareVersion, host, transport } = order;
  const identity = readIdentityFile(folder);
  if (identity === null) throw new FaultError('restore-not-possible', { reason: 'not activated' });
  if (backUpPath !== null && !existsSync(backUpPath))
    throw new FaultError('restore-not-possible', { reason: 'no such back-up', path: backUpPath });
  // Before the code is used up.
  checkUnused(folder);
  const key = ensureNewKey(folder, host);
  const roots = new Map([[identity.rootKey.keyId, ed25519PublicKey(identity.rootKey.publicKey)]]);
  const asked = { clearingUrl: identity.clearingUrl, activationCode, softwareVersion, transport };
  const { certificate, certified, store, serverTimeMs } = await certify(asked, key, roots);
  if (certified.terminalId !== identity.certified.terminalId)
    throw new FaultError('restore-not-possible', { reason: 'a code of another terminal' });
  const writer = { terminalId: certified.terminalId, epoch: certified.epoch, key };
  const copy = await readBack(
    { clearingUrl: identity.clearingUrl, writer, roots, transport },
    headOfFile(backUpPath),
  );
  const restored = atLength(() =>
    restoreJournal({
      folder,
      backUpFile: backUpPath,
      identity: writer,
      certificate,
      clearingHead: copy.head,
      copy: copy.entries,
      nowMs: serverTimeMs,
    }),
  );
  if (!restored.ok) throw new FaultError(restored.fault.code, restored.fault.params);
  restored.journal.close();
  // The moment from which the new epoch counts; until then a stop leaves everything to be tried again.
  writeIdentity(folder, { ...identity, certificate, certified, store }, host);
  takeNewKey(folder);
  const { salvaged, lost, keptAside } = restored;
  return { epoch: certified.epoch, salvaged, lost, keptAside };
}

interface ClearingCopy {
  /** What clearing has of earlier epochs beyond the back-up. */
  readonly entries: readonly Entry[];
  /** How far it has the last of them; null if it has nothing. */
  readonly head: Head | null;
}

interface ReadBackParts {
  readonly clearingUrl: string;
  readonly writer: { readonly terminalId: string; readonly epoch: number; readonly key: KeyObject };
  readonly roots: ReadonlyMap<string, KeyObject>;
  readonly transport: TransportSettings;
}

async function readBack(
  { clearingUrl, writer, roots, transport }: ReadBackParts,
  from: EntryName | null,
): Promise<ClearingCopy> {
  const abort = new AbortController();
  const http = createHttpClient(tlsOptions(transport));
  const clock = createClock({
    systemNowMs: () => Date.now(),
    monotonicMs: () => performance.now(),
    lastEntryAtMs: null,
    lastSignedMs: null,
    keptSkewMs: null,
    onStep: () => undefined,
  });
  const client = createClearingClient({
    clearingUrl,
    identity: writer,
    trustedKeys: roots,
    clock,
    http: http.send,
    signal: abort.signal,
  });
  const entries: Entry[] = [];
  try {
    for (let page = 0; page < MAX_READ_BACK_PAGES; page += 1) {
      const last = entries.at(-1) ?? from;
      const after = last === null ? null : { epoch: last.epoch, seq: last.seq };
      const answer = await client.post(STORE_ROUTES.readBack, JSON.stringify({ after }), {
        timeoutMs: READ_BACK_TIMEOUT_MS,
      });
      if (answer.kind !== 'ok') throw new FaultError(answer.fault.code, answer.fault.params);
      const opened = openSigned('read-back', answer.body, roots, readBackSchema);
      if (!opened.ok) throw new FaultError(opened.fault.code, opened.fault.params);
      const { value } = opened;
      entries.push(...value.entries);
      if (value.more) continue;
      const before = value.heads.filter(({ epoch, seq }) => epoch < writer.epoch && seq > 0);
      return { entries, head: before.at(-1) ?? null };
    }
    throw new FaultError('clearing-not-trusted', { reason: 'endless' });
  } finally {
    http.close();
  }
}
