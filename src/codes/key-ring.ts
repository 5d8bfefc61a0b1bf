import type { Facts, Voucher } from '../domain/decision.ts';
import type { KeyAlgorithm } from './grant.ts';
import { isSignedBy, publicKey, type PublicKey } from './signatures.ts';
import { grantMessage, showMessage, type VoucherCode } from './voucher-code.ts';

/** An issuer key as clearing publishes it. All times epoch milliseconds. */
export interface IssuerKeyData {
  readonly number: number;
  readonly algorithm: KeyAlgorithm;
  /** base64url: Ed25519 raw (32 bytes) or SM2 compressed (33 bytes). */
  readonly publicKey: string;
  readonly validFromMs: number;
  readonly validUntilMs: number;
  readonly revokedAtMs: number | null;
}

export interface KeyRingData {
  readonly version: number;
  readonly expiresAtMs: number;
  readonly keys: readonly IssuerKeyData[];
}

interface IssuerKey {
  readonly data: IssuerKeyData;
  readonly key: PublicKey;
}

/** Issuer keys ready for use. Holds no secret. */
export interface KeyRing {
  readonly version: number;
  readonly expiresAtMs: number;
  readonly keys: ReadonlyMap<number, IssuerKey>;
}

export type KeyRingBuild =
  | { readonly ok: true; readonly ring: KeyRing }
  /** `path` names the key in the data, such as `keys.2.publicKey`. */
  | { readonly ok: false; readonly path: string; readonly message: string };

/** Makes a ring ready: refused whole if one number occurs twice or one key is none. */
export function buildKeyRing(data: KeyRingData): KeyRingBuild {
  const keys = new Map<number, IssuerKey>();
  for (const [index, keyData] of data.keys.entries()) {
    const path = `keys.${String(index)}`;
    if (keys.has(keyData.number))
      return {
        ok: false,
        path: `${path}.number`,
        message: `key number ${String(keyData.number)} occurs twice`,
      };
    const key = publicKey(keyData.algorithm, Buffer.from(keyData.publicKey, 'base64url'), true);
    if (key === null)
      return { ok: false, path: `${path}.publicKey`, message: `not a public key for ${keyData.algorithm}` };
    keys.set(keyData.number, { data: keyData, key });
  }
  return { ok: true, ring: { version: data.version, expiresAtMs: data.expiresAtMs, keys } };
}

/** `issuer-revoked`: both signatures hold, but clearing has ended all grants under this key. */
export type Verification = 'valid' | 'unknown-issuer' | 'invalid' | 'issuer-revoked';

/**
 * Checks both signatures of a voucher code against the ring at a time (epoch ms). An issuer is unknown where
 * the ring has no such key, the key isn't valid at that time, or the ring itself has expired. Says nothing
 * about the voucher's dates or the code's freshness: that is decide's part. Never throws.
 */
export function verifyVoucherCode(code: VoucherCode, ring: KeyRing, atMs: number): Verification {
  const issuer = ring.keys.get(code.fields.issuerKeyNumber);
  if (issuer === undefined || atMs >= ring.expiresAtMs) return 'unknown-issuer';
  const { data, key } = issuer;
  if (atMs < data.validFromMs || atMs >= data.validUntilMs) return 'unknown-issuer';
  if (!isSignedBy(key, grantMessage(code.grant), code.issuerSignature)) return 'invalid';
  const holder = publicKey(code.fields.holderAlgorithm, code.fields.holderPublicKey);
  if (holder === null) return 'invalid';
  const shown = showMessage(code.grant, code.issuerSignature, code.shownAtS);
  if (!isSignedBy(holder, shown, code.holderSignature)) return 'invalid';
  return data.revokedAtMs !== null && atMs >= data.revokedAtMs ? 'issuer-revoked' : 'valid';
}

/** A verification as decide's facts; a revoked issuer ends its vouchers like a revocation of each. */
export function verificationFacts(verification: Verification): Pick<Facts, 'signatures' | 'revoked'> {
  if (verification === 'issuer-revoked') return { signatures: 'valid', revoked: true };
  return { signatures: verification, revoked: false };
}

/** The voucher of a code as decide sees it. */
export function voucherOf(code: VoucherCode): Voucher {
  const { campaignNumber, kindNumber, serial, notBeforeS, notAfterS } = code.fields;
  return { campaignNumber, kindNumber, serial, notBeforeMs: notBeforeS * 1000, notAfterMs: notAfterS * 1000 };
}

/** How old a code is at a time, milliseconds; negative: from the future. */
export function codeAgeMs({ shownAtS }: Pick<VoucherCode, 'shownAtS'>, atMs: number): number {
  return atMs - shownAtS * 1000;
}
