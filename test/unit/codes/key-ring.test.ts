import { describe, expect, test } from 'vitest';
import {
  type IssuerKeyData,
  buildKeyRing,
  verificationFacts,
  verifyVoucherCode,
} from '../../../src/codes/key-ring.ts';
import { rawPublicKey, signingKey } from '../../../src/codes/signatures.ts';
import { encodeGrant, signGrant, signShow, voucherCode } from '../../../src/codes/voucher-code.ts';
import {
  aGrant,
  ALGORITHMS,
  anIssuerKey,
  aRing,
  HOLDERS,
  ISSUERS,
  SHOWN_AT_MS,
  SHOWN_AT_S,
  someParts,
  toBase64Url,
} from '../../support/codes.ts';

function aCode(parts = someParts('ed25519', 'ed25519')) {
  const code = voucherCode(parts);
  if (!code.ok) throw new Error(code.fault);
  return code.code;
}
const CODE = aCode();
const verifyWith = (changes: Partial<IssuerKeyData>, atMs = SHOWN_AT_MS) =>
  verifyVoucherCode(CODE, aRing([anIssuerKey('ed25519', changes)]), atMs);

describe('whose signatures hold', () => {
  test('a code under a key of the ring is valid', () => {
    expect(verifyWith({})).toBe('valid');
  });
  test('a key with another number is unknown, even where it is the same key', () => {
    expect(verifyWith({ number: 9 })).toBe('unknown-issuer');
    expect(verifyVoucherCode(CODE, aRing([]), SHOWN_AT_MS)).toBe('unknown-issuer');
  });
  test('another key under the same number did not sign it', () => {
    const other = toBase64Url(rawPublicKey(HOLDERS.ed25519));
    expect(verifyWith({ publicKey: other })).toBe('invalid');
  });
  test('a key of the other algorithm under the same number did not sign it', () => {
    expect(verifyWith({ ...anIssuerKey('sm2'), number: 1 })).toBe('invalid');
  });
  test('a key counts from its first millisecond until just before its last', () => {
    expect(verifyWith({ validFromMs: SHOWN_AT_MS })).toBe('valid');
    expect(verifyWith({ validFromMs: SHOWN_AT_MS + 1 })).toBe('unknown-issuer');
    expect(verifyWith({ validUntilMs: SHOWN_AT_MS + 1 })).toBe('valid');
    expect(verifyWith({ validUntilMs: SHOWN_AT_MS })).toBe('unknown-issuer');
  });
  test('a revoked key ends all its grants from that moment on', () => {
    expect(verifyWith({ revokedAtMs: SHOWN_AT_MS + 1 })).toBe('valid');
    expect(verifyWith({ revokedAtMs: SHOWN_AT_MS })).toBe('issuer-revoked');
  });
  test('under a revoked key a wrong signature is still a wrong signature', () => {
    const other = toBase64Url(rawPublicKey(HOLDERS.ed25519));
    expect(verifyWith({ publicKey: other, revokedAtMs: 0 })).toBe('invalid');
  });
  test('an expired ring knows nobody, to the millisecond', () => {
    const until = (expiresAtMs: number) => {
      const built = buildKeyRing({ version: 1, expiresAtMs, keys: [anIssuerKey('ed25519')] });
      return built.ok && verifyVoucherCode(CODE, built.ring, SHOWN_AT_MS);
    };
    expect(until(SHOWN_AT_MS + 1)).toBe('valid');
    expect(until(SHOWN_AT_MS)).toBe('unknown-issuer');
  });
  test('several keys stand side by side: each signs for itself', () => {
    const ring = aRing();
    for (const issuer of ALGORITHMS)
      for (const holder of ALGORITHMS)
        expect(verifyVoucherCode(aCode(someParts(issuer, holder)), ring, SHOWN_AT_MS)).toBe('valid');
  });
});

describe('what the holder must have signed', () => {
  const parts = someParts('ed25519', 'ed25519');
  const verify = (changes: Partial<typeof parts>) =>
    verifyVoucherCode(aCode({ ...parts, ...changes }), aRing(), SHOWN_AT_MS);

  test('this second and no other: a forwarded code can not be dated anew', () => {
    expect(verify({ shownAtS: SHOWN_AT_S + 1 })).toBe('invalid');
  });
  test('with the key that the issuer named', () => {
    const thief = signingKey('ed25519', new Uint8Array(32).fill(0x77));
    const holderSignature = signShow(parts.grant, parts.issuerSignature, parts.shownAtS, thief);
    expect(verify({ holderSignature })).toBe('invalid');
  });
  test('under the issuer’s signature: a grant of one’s own making is none', () => {
    const grant = encodeGrant(aGrant('ed25519', 'ed25519', { serial: 43n }));
    const issuerSignature = signGrant(grant, HOLDERS.ed25519);
    const holderSignature = signShow(grant, issuerSignature, SHOWN_AT_S, HOLDERS.ed25519);
    expect(verify({ grant, issuerSignature, holderSignature })).toBe('invalid');
  });
  test('with a key that is one: a grant for a point off the curve is refused', () => {
    const holderPublicKey = new Uint8Array(33).fill(0xff);
    const grant = encodeGrant(aGrant('ed25519', 'sm2', { holderPublicKey }));
    const issuerSignature = signGrant(grant, ISSUERS.ed25519);
    expect(verify({ grant, issuerSignature })).toBe('invalid');
  });
});

describe('a ring is refused whole', () => {
  const build = (...keys: readonly IssuerKeyData[]) => buildKeyRing({ version: 7, expiresAtMs: 1_000, keys });

  test('when two keys have one number', () => {
    expect(build(anIssuerKey('ed25519'), anIssuerKey('sm2', { number: 1 }))).toEqual({
      ok: false,
      path: 'keys.1.number',
      message: 'key number 1 occurs twice',
    });
  });
  test('when a key is none for its algorithm', () => {
    const { publicKey } = anIssuerKey('sm2');
    expect(build(anIssuerKey('sm2'), anIssuerKey('ed25519', { publicKey }))).toEqual({
      ok: false,
      path: 'keys.1.publicKey',
      message: 'not a public key for ed25519',
    });
    expect(build(anIssuerKey('sm2', { publicKey: '' }))).toMatchObject({ path: 'keys.0.publicKey' });
  });
  test('otherwise it keeps version and expiry', () => {
    const built = build(anIssuerKey('ed25519'));
    expect(built.ok && { version: built.ring.version, expiresAtMs: built.ring.expiresAtMs }).toEqual({
      version: 7,
      expiresAtMs: 1_000,
    });
    expect(built.ok && built.ring.keys.size).toBe(1);
  });
});

describe('a verification as facts of a decision', () => {
  test.each([
    ['valid', { signatures: 'valid', revoked: false }],
    ['unknown-issuer', { signatures: 'unknown-issuer', revoked: false }],
    ['invalid', { signatures: 'invalid', revoked: false }],
    ['issuer-revoked', { signatures: 'valid', revoked: true }],
  ] as const)('%s', (verification, facts) => {
    expect(verificationFacts(verification)).toEqual(facts);
  });
});
