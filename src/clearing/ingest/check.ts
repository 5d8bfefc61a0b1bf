import { type KeyObject } from 'node:crypto';
import { type KeyRing, verifyVoucherCode, voucherOf } from '../../codes/key-ring.ts';
import { publicKey } from '../../codes/signatures.ts';
import { grantMessage, showMessage, voucherCode, type VoucherCode } from '../../codes/voucher-code.ts';
import { type Entry } from '../../contract/journal/entry.ts';
import { entrySignedBytes, hashEntry } from '../../contract/journal/seal.ts';
import { type Facts } from '../../domain/decision.ts';
import { parseBody, type ParsedBody } from './bodies.ts';
import { type CheckedEntry, type CheckedGrant } from './facts.ts';
import { type CheckSignature } from './signatures.ts';

/** An entry taken apart; nothing is proven yet. */
export interface ReadEntry {
  readonly entry: Entry;
  readonly body: ParsedBody | null;
  /** Of a redemption by voucher code. */
  readonly code: VoucherCode | null;
}

export interface CheckContext {
  /** The terminal's keys by epoch. */
  readonly epochKeys: ReadonlyMap<number, KeyObject>;
  readonly ring: KeyRing;
  readonly checkSignature: CheckSignature;
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

/** Checks all of an entry that can be checked alone: seal, and both signatures of the voucher. */
export async function checkEntry(
  { entry, body, code }: ReadEntry,
  context: CheckContext,
): Promise<CheckedEntry> {
  const scannedAtMs = body?.kind === 'redemption' ? body.value.scannedAtMs : 0;
  const [seal, grant] = await Promise.all([
    checkSealOf(entry, context),
    code === null ? null : checkGrant(code, scannedAtMs, context),
  ]);
  return { entry, seal, body, grant };
}

async function checkSealOf(entry: Entry, context: CheckContext): Promise<CheckedEntry['seal']> {
  const key = context.epochKeys.get(entry.epoch);
  if (key === undefined) return 'unknown-epoch';
  if (hashEntry(entry) !== entry.hash) return 'hash-wrong';
  const holds = await context.checkSignature({
    key,
    message: entrySignedBytes(entry.hash),
    signature: Buffer.from(entry.signature, 'base64url'),
  });
  return holds ? 'whole' : 'signature-wrong';
}

/** What verifyVoucherCode says, with the Ed25519 checks handed to the context's checker. */
async function checkGrant(code: VoucherCode, atMs: number, context: CheckContext): Promise<CheckedGrant> {
  const answer = (signatures: Facts['signatures'], issuerRevoked = false): CheckedGrant => ({
    voucher: voucherOf(code),
    bytes: Buffer.from(code.grant).toString('base64url'),
    signatures,
    issuerRevoked,
  });
  const issuer = context.ring.keys.get(code.fields.issuerKeyNumber);
  const holder = publicKey(code.fields.holderAlgorithm, code.fields.holderPublicKey);
  if (issuer?.key.algorithm !== 'ed25519' || holder?.algorithm !== 'ed25519') {
    const verification = verifyVoucherCode(code, context.ring, atMs);
    return verification === 'issuer-revoked' ? answer('valid', true) : answer(verification);
  }
  const { data, key } = issuer;
  if (atMs < data.validFromMs || atMs >= data.validUntilMs) return answer('unknown-issuer');
  const { checkSignature } = context;
  const message = showMessage(code.grant, code.issuerSignature, code.shownAtS);
  const [byIssuer, byHolder] = await Promise.all([
    context.issuedHere(code) ||
      checkSignature({
        key: key.key,
        message: grantMessage(code.grant),
        signature: code.issuerSignature,
      }),
    checkSignature({ key: holder.key, message, signature: code.holderSignature }),
  ]);
  if (!byIssuer || !byHolder) return answer('invalid');
  return answer('valid', data.revokedAtMs !== null && atMs >= data.revokedAtMs);
}
