import { encodeGrant, type Grant, type KeyAlgorithm } from '../../src/codes/grant.ts';
import { buildKeyRing, type IssuerKeyData, type KeyRing } from '../../src/codes/key-ring.ts';
import { rawPublicKey, signingKey, type SigningKey } from '../../src/codes/signatures.ts';
import {
  encodeVoucherCode,
  signGrant,
  signShow,
  type VoucherCodeParts,
} from '../../src/codes/voucher-code.ts';

/** Keys and codes that are the same in every run, for tests of codes. */

export const ALGORITHMS: readonly KeyAlgorithm[] = ['ed25519', 'sm2'];
export const ISSUERS: Readonly<Record<KeyAlgorithm, SigningKey>> = {
  ed25519: signingKey('ed25519', new Uint8Array(32).fill(0x11)),
  sm2: signingKey('sm2', new Uint8Array(32).fill(0x12)),
};
export const HOLDERS: Readonly<Record<KeyAlgorithm, SigningKey>> = {
  ed25519: signingKey('ed25519', new Uint8Array(32).fill(0x21)),
  sm2: signingKey('sm2', new Uint8Array(32).fill(0x22)),
};
export const ISSUER_NUMBERS = { ed25519: 1, sm2: 2 } as const;
export const SHOWN_AT_S = 1_686_369_600;
export const SHOWN_AT_MS = SHOWN_AT_S * 1000;

export function toBase64Url(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64url');
}

export function anIssuerKey(algorithm: KeyAlgorithm, changes: Partial<IssuerKeyData> = {}): IssuerKeyData {
  return {
    number: ISSUER_NUMBERS[algorithm],
    algorithm,
    publicKey: toBase64Url(rawPublicKey(ISSUERS[algorithm])),
    validFromMs: 0,
    validUntilMs: SHOWN_AT_MS * 2,
    revokedAtMs: null,
    ...changes,
  };
}

/** A ring of exactly these keys; by default one Ed25519 and one SM2 issuer. */
export function aRing(
  keys: readonly IssuerKeyData[] = ALGORITHMS.map((algorithm) => anIssuerKey(algorithm)),
): KeyRing {
  const built = buildKeyRing({ version: 1, expiresAtMs: SHOWN_AT_MS * 2, keys });
  if (!built.ok) throw new Error(`${built.path}: ${built.message}`);
  return built.ring;
}

export function aGrant(issuer: KeyAlgorithm, holder: KeyAlgorithm, changes: Partial<Grant> = {}): Grant {
  return {
    campaignNumber: 1,
    kindNumber: 1,
    serial: 42n,
    holderReference: Uint8Array.from({ length: 16 }, (_, index) => index),
    notBeforeS: SHOWN_AT_S - 100_000,
    notAfterS: SHOWN_AT_S + 100_000,
    issuerKeyNumber: ISSUER_NUMBERS[issuer],
    holderAlgorithm: holder,
    holderPublicKey: rawPublicKey(HOLDERS[holder]),
    ...changes,
  };
}

/** A voucher code, signed by both. */
export function someParts(
  issuer: KeyAlgorithm,
  holder: KeyAlgorithm,
  changes: Partial<Grant> = {},
  shownAtS = SHOWN_AT_S,
): VoucherCodeParts {
  const grant = encodeGrant(aGrant(issuer, holder, changes));
  const issuerSignature = signGrant(grant, ISSUERS[issuer]);
  const holderSignature = signShow(grant, issuerSignature, shownAtS, HOLDERS[holder]);
  return { grant, issuerSignature, shownAtS, holderSignature };
}

export function someText(issuer: KeyAlgorithm, holder: KeyAlgorithm, changes: Partial<Grant> = {}): string {
  return encodeVoucherCode(someParts(issuer, holder, changes));
}

/** Hexadecimal, blanks allowed, as bytes. */
export function hex(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text.replace(/\s/g, ''), 'hex'));
}

export function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}
