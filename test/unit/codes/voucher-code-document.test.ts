import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { classify } from '../../../src/codes/classify.ts';
import type { KeyAlgorithm } from '../../../src/codes/grant.ts';
import { buildKeyRing, verifyVoucherCode } from '../../../src/codes/key-ring.ts';
import { rawPublicKey, signingKey } from '../../../src/codes/signatures.ts';
import { encodeVoucherCode, signGrant, signShow } from '../../../src/codes/voucher-code.ts';
import { hex, toBase64Url } from '../../support/codes.ts';

const DOCUMENT = readFileSync(new URL('../../../docs/voucher-code.md', import.meta.url), 'utf8');
const VECTORS = [...DOCUMENT.matchAll(/```text\n(issuer-algorithm[^`]*)```/g)].map(([, block = '']) =>
  Object.fromEntries(
    block
      .trim()
      .split('\n')
      .map((line) => line.split(/\s+/) as [string, string]),
  ),
);
const algorithm = (text: string | undefined): KeyAlgorithm => (text === 'sm2' ? 'sm2' : 'ed25519');

describe('the test vectors of docs/voucher-code.md', () => {
  test('are three', () => {
    expect(VECTORS).toHaveLength(3);
  });
  test.each(VECTORS)('hold: $issuer-algorithm issuer, $holder-algorithm holder', (vector) => {
    const bytes = (name: string) => hex(vector[name] ?? '');
    const issuer = signingKey(algorithm(vector['issuer-algorithm']), bytes('issuer-secret'));
    const holder = signingKey(algorithm(vector['holder-algorithm']), bytes('holder-secret'));
    expect(rawPublicKey(issuer)).toEqual(bytes('issuer-public'));
    expect(rawPublicKey(holder)).toEqual(bytes('holder-public'));
    const parts = {
      grant: bytes('grant'),
      issuerSignature: bytes('issuer-signature'),
      shownAtS: Number(vector['shown-at']),
      holderSignature: bytes('holder-signature'),
    };
    expect(encodeVoucherCode(parts)).toBe(vector['text']);
    const scan = classify(vector['text'] ?? '');
    if (scan.family !== 'voucher') throw new Error(scan.family);
    expect(scan.code).toMatchObject(parts);
    const ring = buildKeyRing({
      version: 1,
      expiresAtMs: 4e12,
      keys: [
        {
          number: scan.code.fields.issuerKeyNumber,
          algorithm: issuer.algorithm,
          publicKey: toBase64Url(bytes('issuer-public')),
          validFromMs: 0,
          validUntilMs: 4e12,
          revokedAtMs: null,
        },
      ],
    });
    expect(ring.ok && verifyVoucherCode(scan.code, ring.ring, parts.shownAtS * 1000)).toBe('valid');
    // Ed25519 signs the same message the same way each time.
    const { grant, issuerSignature, shownAtS, holderSignature } = parts;
    if (issuer.algorithm === 'ed25519') expect(signGrant(grant, issuer)).toEqual(issuerSignature);
    if (holder.algorithm === 'ed25519')
      expect(signShow(grant, issuerSignature, shownAtS, holder)).toEqual(holderSignature);
  });
});
