import { type IssuerKeyData, type KeyRing, voucherOf } from '../../codes/key-ring.ts';
import { grantMessage, showMessage, voucherCode, type VoucherCode } from '../../codes/voucher-code.ts';
import type { Entry } from '../../contract/journal/entry.ts';
import { entrySignedBytes, hashEntry } from '../../contract/journal/seal.ts';
import type { Facts } from '../../domain/decision.ts';
import { parseBody, type ParsedBody } from './bodies.ts';
import { chunks } from './chunks.ts';
import type { CheckedEntry, CheckedGrant } from './facts.ts';
import type { CheckSignatures, SignatureToCheck } from './signatures.ts';

export interface CheckContext {
  /** The terminal's raw Ed25519 keys by epoch. */
  readonly epochKeys: ReadonlyMap<number, Uint8Array>;
  readonly ring: KeyRing;
  readonly checkSignatures: CheckSignatures;
  /**
   * Says which of these grants clearing itself issued with this very signature: such a signature needs no second
   * look.
   */
  readonly issuedHere: (codes: readonly VoucherCode[]) => Promise<(code: VoucherCode) => boolean>;
}

/** Entries whose signatures are handed to the threads together: while they check, this thread reads the next. */
const ENTRIES_AT_ONCE = 20;

/** An entry taken apart; nothing is proven yet. */
interface ReadEntry {
  readonly entry: Entry;
  readonly body: ParsedBody | null;
  readonly seal: SignatureToCheck | 'unknown-epoch' | 'hash-wrong';
  readonly grant: ReadGrant | null;
}

interface ReadGrant {
  readonly code: VoucherCode;
  /** Null where the ring has no such issuer, or not for the time of the scan. */
  readonly signed: {
    readonly byHolder: SignatureToCheck;
    readonly byIssuer: SignatureToCheck;
    readonly issuer: IssuerKeyData;
    readonly scannedAtMs: number;
  } | null;
}

type Answers = Map<SignatureToCheck, boolean>;

/** Checks all of each entry that can be checked alone: its seal, its body, and both signatures of the voucher. */
export async function checkEntries(
  entries: readonly Entry[],
  context: CheckContext,
): Promise<readonly CheckedEntry[]> {
  const answers: Answers = new Map();
  const read: ReadEntry[] = [];
  const asked: Promise<void>[] = [];
  for (const group of chunks(entries, ENTRIES_AT_ONCE)) {
    const items = group.map((entry) => readEntry(entry, context));
    read.push(...items);
    asked.push(check(items.flatMap(ownSignatures), context, answers));
  }
  asked.push(checkIssuers(read, context, answers));
  await Promise.all(asked);
  return read.map((item) => conclude(item, answers));
}

async function check(
  items: readonly SignatureToCheck[],
  { checkSignatures }: CheckContext,
  answers: Answers,
): Promise<void> {
  const given = await checkSignatures(items);
  for (const [index, item] of items.entries()) answers.set(item, given[index] === true);
}

/** The signatures that no register spares: the terminal's and the holder's. */
function ownSignatures({ seal, grant }: ReadEntry): readonly SignatureToCheck[] {
  const byHolder = grant?.signed?.byHolder;
  return [...(typeof seal === 'string' ? [] : [seal]), ...(byHolder === undefined ? [] : [byHolder])];
}

async function checkIssuers(
  read: readonly ReadEntry[],
  context: CheckContext,
  answers: Answers,
): Promise<void> {
  const grants = read.flatMap(({ grant }) => grant ?? []);
  const isIssuedHere = await context.issuedHere(grants.map(({ code }) => code));
  const unknown: SignatureToCheck[] = [];
  for (const { code, signed } of grants) {
    if (signed === null) continue;
    if (isIssuedHere(code)) answers.set(signed.byIssuer, true);
    else unknown.push(signed.byIssuer);
  }
  await check(unknown, context, answers);
}

function conclude({ entry, body, seal, grant }: ReadEntry, answers: Answers): CheckedEntry {
  return {
    entry,
    body,
    seal: typeof seal === 'string' ? seal : answers.get(seal) === true ? 'whole' : 'signature-wrong',
    grant: grant === null ? null : concludeGrant(grant, answers),
  };
}

/** What verifyVoucherCode says. */
function concludeGrant({ code, signed }: ReadGrant, answers: Answers): CheckedGrant {
  const answer = (signatures: Facts['signatures'], issuerRevoked = false): CheckedGrant => ({
    voucher: voucherOf(code),
    bytes: Buffer.from(code.grant).toString('base64url'),
    signatures,
    issuerRevoked,
  });
  if (signed === null) return answer('unknown-issuer');
  if (answers.get(signed.byHolder) !== true || answers.get(signed.byIssuer) !== true)
    return answer('invalid');
  const { revokedAtMs } = signed.issuer;
  return answer('valid', revokedAtMs !== null && signed.scannedAtMs >= revokedAtMs);
}

function readEntry(entry: Entry, context: CheckContext): ReadEntry {
  const body = parseBody(entry);
  return { entry, body, seal: readSeal(entry, context), grant: readGrant(body, context) };
}

function readSeal(entry: Entry, { epochKeys }: CheckContext): ReadEntry['seal'] {
  const publicKey = epochKeys.get(entry.epoch);
  if (publicKey === undefined) return 'unknown-epoch';
  if (hashEntry(entry) !== entry.hash) return 'hash-wrong';
  return {
    algorithm: 'ed25519',
    publicKey,
    message: entrySignedBytes(entry.hash),
    signature: Buffer.from(entry.signature, 'base64url'),
  };
}

function readGrant(body: ParsedBody | null, { ring }: CheckContext): ReadGrant | null {
  if (body?.kind !== 'redemption' || body.value.evidence.type !== 'voucher-code') return null;
  const { evidence, scannedAtMs } = body.value;
  const parsed = voucherCode({
    grant: Buffer.from(evidence.grant, 'base64url'),
    issuerSignature: Buffer.from(evidence.issuerSignature, 'base64url'),
    shownAtS: evidence.shownAtS,
    holderSignature: Buffer.from(evidence.holderSignature, 'base64url'),
  });
  if (!parsed.ok) return null;
  const { code } = parsed;
  const issuer = ring.keys.get(code.fields.issuerKeyNumber);
  if (issuer === undefined) return { code, signed: null };
  const { data, key } = issuer;
  if (scannedAtMs < data.validFromMs || scannedAtMs >= data.validUntilMs) return { code, signed: null };
  const byHolder: SignatureToCheck = {
    algorithm: code.fields.holderAlgorithm,
    publicKey: code.fields.holderPublicKey,
    message: showMessage(code.grant, code.issuerSignature, code.shownAtS),
    signature: code.holderSignature,
  };
  const byIssuer: SignatureToCheck = {
    algorithm: key.algorithm,
    publicKey: key.raw,
    message: grantMessage(code.grant),
    signature: code.issuerSignature,
  };
  return { code, signed: { byHolder, byIssuer, issuer: data, scannedAtMs } };
}
