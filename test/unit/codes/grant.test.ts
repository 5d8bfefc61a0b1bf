import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toHex } from '../../../src/codes/bytes.ts';
import { encodeGrant, parseGrant, PUBLIC_KEY_BYTES, type Grant } from '../../../src/codes/grant.ts';
import { aGrant, ALGORITHMS } from '../../support/codes.ts';

const uint16 = fc.integer({ min: 0, max: 0xffff });
const uint32 = fc.integer({ min: 0, max: 0xffff_ffff });
export const anyGrant: fc.Arbitrary<Grant> = fc.constantFrom(...ALGORITHMS).chain((holderAlgorithm) =>
  fc.record({
    campaignNumber: uint16,
    kindNumber: uint16,
    serial: fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }),
    holderReference: fc.uint8Array({ minLength: 16, maxLength: 16 }),
    notBeforeS: uint32,
    notAfterS: uint32,
    issuerKeyNumber: uint16,
    holderAlgorithm: fc.constant(holderAlgorithm),
    holderPublicKey: fc.uint8Array({
      minLength: PUBLIC_KEY_BYTES[holderAlgorithm],
      maxLength: PUBLIC_KEY_BYTES[holderAlgorithm],
    }),
  }),
);

describe('a grant', () => {
  test('has each field at its offset, big-endian', () => {
    const grant = aGrant('ed25519', 'ed25519', {
      campaignNumber: 0x0102,
      kindNumber: 0x0304,
      serial: 0x05060708090a0b0cn,
      holderReference: new Uint8Array(16).fill(0xaa),
      notBeforeS: 0x0d0e0f10,
      notAfterS: 0xf1121314,
      issuerKeyNumber: 0x1516,
      holderPublicKey: new Uint8Array(32).fill(0xbb),
    });
    expect(toHex(encodeGrant(grant))).toBe(
      `01010203040506 0708090A0B0C ${'AA'.repeat(16)} 0D0E0F10 F1121314 1516 01 ${'BB'.repeat(32)}`.replaceAll(
        ' ',
        '',
      ),
    );
  });
  test('is 72 bytes with an Ed25519 holder, 73 with SM2', () => {
    expect(encodeGrant(aGrant('ed25519', 'ed25519'))).toHaveLength(72);
    const sm2 = encodeGrant(aGrant('ed25519', 'sm2'));
    expect(sm2).toHaveLength(73);
    expect(sm2[39]).toBe(2);
  });
  test('comes back as it went in', () => {
    fc.assert(
      fc.property(anyGrant, (grant) => {
        expect(parseGrant(encodeGrant(grant))).toEqual({ ok: true, grant });
      }),
    );
  });
  test('is read from the middle of a buffer, and keeps nothing of it', () => {
    const bytes = encodeGrant(aGrant('sm2', 'sm2'));
    const buffer = new Uint8Array(200);
    buffer.set(bytes, 50);
    const read = parseGrant(buffer.subarray(50, 50 + bytes.length));
    expect(read).toEqual(parseGrant(bytes));
    expect(read.ok && read.grant.holderPublicKey.buffer).not.toBe(buffer.buffer);
  });
});

describe('a grant that is none', () => {
  const valid = encodeGrant(aGrant('ed25519', 'ed25519'));
  const changed = (offset: number, value: number) => {
    const bytes = valid.slice();
    bytes[offset] = value;
    return parseGrant(bytes);
  };
  test.each([0, 1, 39, 40, 71])('of %d bytes is too short', (length) => {
    expect(parseGrant(valid.subarray(0, length))).toEqual({ ok: false, fault: 'grant-length' });
  });
  test('is too long, by its key’s algorithm', () => {
    const longer = new Uint8Array(73);
    longer.set(valid);
    expect(parseGrant(longer)).toEqual({ ok: false, fault: 'grant-length' });
    expect(changed(39, 2)).toEqual({ ok: false, fault: 'grant-length' });
  });
  test('has another version', () => {
    expect(changed(0, 0)).toEqual({ ok: false, fault: 'grant-version' });
    expect(changed(0, 2)).toEqual({ ok: false, fault: 'grant-version' });
  });
  test('has another algorithm', () => {
    expect(changed(39, 0)).toEqual({ ok: false, fault: 'grant-algorithm' });
    expect(changed(39, 3)).toEqual({ ok: false, fault: 'grant-algorithm' });
  });
});

describe('a field that does not fit its bytes is refused when a grant is written', () => {
  const write = (changes: Partial<Grant>) => () => encodeGrant(aGrant('ed25519', 'ed25519', changes));
  test.each([
    ['campaignNumber', 'campaign number', 0xffff],
    ['kindNumber', 'kind number', 0xffff],
    ['issuerKeyNumber', 'issuer key number', 0xffff],
    ['notBeforeS', 'not before', 0xffff_ffff],
    ['notAfterS', 'not after', 0xffff_ffff],
  ] as const)('%s', (field, name, max) => {
    expect(write({ [field]: max })).not.toThrow();
    expect(write({ [field]: 0 })).not.toThrow();
    for (const value of [-1, max + 1, 0.5, Number.NaN]) {
      const message = `${name}: not a whole number from 0 to ${String(max)}: ${String(value)}`;
      expect(write({ [field]: value })).toThrow(new RangeError(message));
    }
  });
  test('serial', () => {
    expect(write({ serial: 0n })).not.toThrow();
    expect(write({ serial: (1n << 64n) - 1n })).not.toThrow();
    expect(write({ serial: 1n << 64n })).toThrow(new RangeError('serial: not 64 bits'));
    expect(write({ serial: -1n })).toThrow(RangeError);
  });
  test('holder reference and public key', () => {
    expect(write({ holderReference: new Uint8Array(15) })).toThrow(
      new RangeError('holder reference: 15 bytes instead of 16'),
    );
    expect(write({ holderPublicKey: new Uint8Array(33) })).toThrow(
      new RangeError('holder public key: 33 bytes instead of 32'),
    );
  });
});
