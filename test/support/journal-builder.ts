import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rawEd25519PublicKey, sealEnvelope, type Envelope } from '../../src/contract/clearing/envelope.ts';
import { encodeGrant } from '../../src/codes/grant.ts';
import type { EntryBody } from '../../src/contract/journal/entry.ts';
import { openJournal } from '../../src/terminal/journal/open.ts';
import type { Journal, JournalIdentity, JournalNote } from '../../src/terminal/journal/types.ts';

/** Builds what journal tests need: identities, certificates, redemption bodies, folders. */

export const NOON = Date.UTC(2023, 5, 10, 4, 0, 0);

export function testIdentity(epoch = 1, terminalId = 'T-1'): JournalIdentity {
  return { terminalId, epoch, key: generateKeyPairSync('ed25519').privateKey };
}

export interface TestRoot {
  readonly keyId: string;
  readonly key: KeyObject;
}
export function testRoot(): TestRoot {
  return { keyId: 'root-1', key: generateKeyPairSync('ed25519').privateKey };
}

export function certificateFor(identity: JournalIdentity, root: TestRoot): Envelope {
  return sealEnvelope(
    'certificate',
    {
      terminalId: identity.terminalId,
      storeId: 'S-1',
      counter: '1',
      epoch: identity.epoch,
      publicKey: rawEd25519PublicKey(identity.key),
      issuedAtMs: NOON,
    },
    root.keyId,
    root.key,
  );
}

/** A grant that names a voucher; signatures are not looked at by the journal. */
export function grantOf(campaignNumber: number, kindNumber: number, serial: bigint): string {
  const grant = encodeGrant({
    campaignNumber,
    kindNumber,
    serial,
    holderReference: new Uint8Array(16),
    notBeforeS: 0,
    notAfterS: 0,
    issuerKeyNumber: 0,
    holderAlgorithm: 'ed25519',
    holderPublicKey: new Uint8Array(32),
  });
  return Buffer.from(grant).toString('base64url');
}

export function redemptionBody(
  serial: number,
  overrides: Partial<EntryBody<'redemption'>> = {},
): EntryBody<'redemption'> {
  return {
    redemptionId: `R-${serial}`,
    evidence: {
      type: 'voucher-code',
      grant: grantOf(1, 1, BigInt(serial)),
      issuerSignature: 'A'.repeat(86),
      shownAtS: Math.floor(NOON / 1000),
      holderSignature: 'B'.repeat(86),
    },
    purchase: {
      storeId: 'S-1',
      till: '1',
      businessDay: '2023-06-10',
      receiptNumber: `N-${serial}`,
      amountFen: 10_000,
      listAmountFen: 10_000,
      vehicle: null,
    },
    discountFen: 2000,
    payableFen: 8000,
    campaignNumber: 1,
    packVersion: 1,
    keyRingVersion: 1,
    cashierId: 'C-1',
    scannedAtMs: NOON,
    offline: false,
    ...overrides,
  };
}

export function openEpoch(journal: Journal, identity: JournalIdentity, root: TestRoot = testRoot()): void {
  journal.append(NOON, () => ({
    kind: 'epoch-opened',
    body: { certificate: certificateFor(identity, root), previous: null },
  }));
}

export function redeem(journal: Journal, serial: number, atMs = NOON) {
  const appended = journal.append(atMs, () => ({ kind: 'redemption', body: redemptionBody(serial) }));
  if (!('entry' in appended)) throw new Error('aborted');
  return appended;
}

export interface TestFolder {
  readonly folder: string;
  remove(): void;
}
export function testFolder(): TestFolder {
  const folder = mkdtempSync(join(tmpdir(), 'journal-'));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Opens a journal that must open; throws with the fault otherwise. */
export function opened(
  folder: string,
  identity: JournalIdentity,
): { readonly journal: Journal; readonly notes: readonly JournalNote[] } {
  const result = openJournal({ folder, identity, nowMs: NOON });
  if (!result.ok) throw new Error(`${result.fault.code} ${JSON.stringify(result.fault.params)}`);
  return result;
}
