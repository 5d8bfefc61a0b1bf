import { type KeyRing, voucherOf } from '../../codes/key-ring.ts';
import { grantMessage, showMessage, voucherCode, type VoucherCode } from '../../codes/voucher-code.ts';
import { type Entry } from '../../contract/journal/entry.ts';
import { entrySignedBytes, hashEntry } from '../../contract/journal/seal.ts';
import { type Facts } from '../../domain/decision.ts';
import { parseBody, type ParsedBody } from './bodies.ts';
import { type CheckedEntry, type CheckedGrant } from './facts.ts';
import { type CheckSignatures, type SignatureToCheck } from './signatures.ts';

/** An entry taken apart; nothing is proven yet. */
export interface ReadEntry {
  readonly entry: Entry;
  readonly body: ParsedBody | null;
  /** Of a redemption by voucher code. */
  readonly code: VoucherCode | null;
}

export interface CheckContext {
  /** The terminal's raw Ed25519 keys by epoch. */
  readonly epochKeys: ReadonlyMap<number, Uint8Array>;
  readonly ring: KeyRing;
  readonly checkSignatures: CheckSignatures;
  /** Did clearing itself issue this grant with this signature? Then the signature needs no second look. */
  readonly issuedHere: (code: VoucherCode) => boolean;
}

/** Takes an entry apart. */
export function readEntry(entry: Entry): ReadEntry {
  const body = parseBody(entry);
  return { entry, body, code: codeOf(body) };
}

function codeOf(body: ParsedBody | null): VoucherCode | null {
  if (body?.kind !== 'redemption' || body.value.evidence.type !== 'voucher-code') return null;
  const { evidence } = body.value;
  const read = voucherCode({
    grant: Buffer.from(evidence.grant, 'base64url'),
    issuerSignature: Buffer.from(evidence.issuerSignature, 'base64url'),
    shownAtS: evidence.shownAtS,
    holderSignature: Buffer.from(evidence.holderSignature, 'base64url'),
  });
  return read.ok ? read.code : null;
}

/** Asks for a signature to be checked; the number is for reading the answer. */
type Ask = (item: SignatureToCheck) => number;
/** What follows once the signatures that were asked for are checked. */
type Conclude<T> = (holds: (asked: number) => boolean) => T;

/**
 * Checks all of each entry that can be checked alone: seal, and both signatures of the voucher. All signatures are
 * checked together, so that threads can share them.
 */
export async function checkEntries(
  entries: readonly ReadEntry[],
  context: CheckContext,
): Promise<readonly CheckedEntry[]> {
  const asked: SignatureToCheck[] = [];
  const ask: Ask = (item) => asked.push(item) - 1;
  const conclusions = entries.map((entry) => checkEntry(entry, context, ask));
  const answers = await context.checkSignatures(asked);
  return conclusions.map((conclude) => conclude((number) => answers[number] === true));
}

function checkEntry(
  { entry, body, code }: ReadEntry,
  context: CheckContext,
  ask: Ask,
): Conclude<CheckedEntry> {
  const scannedAtMs = body?.kind === 'redemption' ? body.value.scannedAtMs : 0;
  const seal = checkSealOf(entry, context, ask);
  const grant = code === null ? null : checkGrant(code, scannedAtMs, context, ask);
  return (holds) => ({ entry, seal: seal(holds), body, grant: grant?.(holds) ?? null });
}

function checkSealOf(entry: Entry, context: CheckContext, ask: Ask): Conclude<CheckedEntry['seal']> {
  const publicKey = context.epochKeys.get(entry.epoch);
  if (publicKey === undefined) return () => 'unknown-epoch';
  if (hashEntry(entry) !== entry.hash) return () => 'hash-wrong';
  const asked = ask({
    algorithm: 'ed25519',
    publicKey,
    message: entrySignedBytes(entry.hash),
    signature: Buffer.from(entry.signature, 'base64url'),
  });
  return (holds) => (holds(asked) ? 'whole' : 'signature-wrong');
}

/** What verifyVoucherCode says, with the signatures handed to the context's checker. */
function checkGrant(
  code: VoucherCode,
  atMs: number,
  context: CheckContext,
  ask: Ask,
): Conclude<CheckedGrant> {
  const answer = (signatures: Facts['signatures'], issuerRevoked = false): CheckedGrant => ({
    voucher: voucherOf(code),
    bytes: Buffer.from(code.grant).toString('base64url'),
    signatures,
    issuerRevoked,
  });
  const issuer = context.ring.keys.get(code.fields.issuerKeyNumber);
  if (issuer === undefined) return () => answer('unknown-issuer');
  const { data, key } = issuer;
  if (atMs < data.validFromMs || atMs >= data.validUntilMs) return () => answer('unknown-issuer');
  const asked = [
    ask({
      algorithm: code.fields.holderAlgorithm,
      publicKey: code.fields.holderPublicKey,
      message: showMessage(code.grant, code.issuerSignature, code.shownAtS),
      signature: code.holderSignature,
    }),
  ];
  if (!context.issuedHere(code))
    asked.push(
      ask({
        algorithm: key.algorithm,
        publicKey: key.raw,
        message: grantMessage(code.grant),
        signature: code.issuerSignature,
      }),
    );
  return (holds) =>
    asked.every(holds)
      ? answer('valid', data.revokedAtMs !== null && atMs >= data.revokedAtMs)
      : answer('invalid');
}
