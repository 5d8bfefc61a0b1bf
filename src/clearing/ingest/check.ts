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

export interface CheckContext {
  /** The terminal's keys by epoch. */
  readonly epochKeys: ReadonlyMap<number, KeyObject>;
  readonly ring: KeyRing;
  readonly checkSignature: CheckSignature;
}

/** Looks at everything of an entry that needs no database: seal, body, both signatures of the voucher. */
export async function checkEntry(entry: Entry, context: CheckContext): Promise<CheckedEntry> {
  const body = parseBody(entry);
  const [seal, grant] = await Promise.all([checkSealOf(entry, context), checkGrantOf(body, context)]);
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

async function checkGrantOf(body: ParsedBody | null, context: CheckContext): Promise<CheckedGrant | null> {
  if (body?.kind !== 'redemption' || body.value.evidence.type !== 'voucher-code') return null;
  const { evidence, scannedAtMs } = body.value;
  const read = voucherCode({
    grant: Buffer.from(evidence.grant, 'base64url'),
    issuerSignature: Buffer.from(evidence.issuerSignature, 'base64url'),
    shownAtS: evidence.shownAtS,
    holderSignature: Buffer.from(evidence.holderSignature, 'base64url'),
  });
  if (!read.ok) return null;
  const { code } = read;
  const checked = await checkCode(code, scannedAtMs, context);
  return { voucher: voucherOf(code), bytes: Buffer.from(code.grant).toString('base64url'), ...checked };
}

type CodeCheck = Pick<Facts, 'signatures'> & { readonly issuerRevoked: boolean };

/** What verifyVoucherCode says, with the two Ed25519 checks handed to the context's checker. */
async function checkCode(code: VoucherCode, atMs: number, context: CheckContext): Promise<CodeCheck> {
  const issuer = context.ring.keys.get(code.fields.issuerKeyNumber);
  const holder = publicKey(code.fields.holderAlgorithm, code.fields.holderPublicKey);
  if (issuer?.key.algorithm !== 'ed25519' || holder?.algorithm !== 'ed25519') {
    const verification = verifyVoucherCode(code, context.ring, atMs);
    if (verification === 'issuer-revoked') return { signatures: 'valid', issuerRevoked: true };
    return { signatures: verification, issuerRevoked: false };
  }
  const { data, key } = issuer;
  if (atMs < data.validFromMs || atMs >= data.validUntilMs)
    return { signatures: 'unknown-issuer', issuerRevoked: false };
  const [byIssuer, byHolder] = await Promise.all([
    context.checkSignature({
      key: key.key,
      message: grantMessage(code.grant),
      signature: code.issuerSignature,
    }),
    context.checkSignature({
      key: holder.key,
      message: showMessage(code.grant, code.issuerSignature, code.shownAtS),
      signature: code.holderSignature,
    }),
  ]);
  const issuerRevoked = data.revokedAtMs !== null && atMs >= data.revokedAtMs;
  return { signatures: byIssuer && byHolder ? 'valid' : 'invalid', issuerRevoked };
}
