import fc from 'fast-check';
import { sm3 } from 'sm-crypto-v2';
import { describe, expect, test, vi } from 'vitest';
import { fromHex, toHex } from '../../../src/codes/bytes.ts';
import {
  isSignedBy,
  publicKey,
  rawPublicKey,
  signingKey,
  signMessage,
  warmUp,
} from '../../../src/codes/signatures.ts';
import { ALGORITHMS, hex, HOLDERS, ISSUERS } from '../../support/codes.ts';

const MESSAGE = new TextEncoder().encode('message');
const ready = (algorithm: (typeof ALGORITHMS)[number], often = false) => {
  const key = publicKey(algorithm, rawPublicKey(ISSUERS[algorithm]), often);
  if (key === null) throw new Error('no key');
  return key;
};

test('warming a key makes the table that its first signature would wait for', () => {
  const key = ready('sm2', true);
  if (key.algorithm !== 'sm2') throw new Error('not an SM2 key');
  const multiplyUnsafe = vi.fn();
  warmUp({ ...key, point: { multiplyUnsafe } as unknown as typeof key.point });
  expect(multiplyUnsafe).toHaveBeenCalledOnce();
});

describe.each(ALGORITHMS)('%s', (algorithm) => {
  test('a signature has 64 bytes and holds for its message and key alone', () => {
    const signature = signMessage(ISSUERS[algorithm], MESSAGE);
    expect(signature).toHaveLength(64);
    expect(isSignedBy(ready(algorithm), MESSAGE, signature)).toBe(true);
    expect(isSignedBy(ready(algorithm, true), MESSAGE, signature)).toBe(true);
    expect(isSignedBy(ready(algorithm), MESSAGE.subarray(1), signature)).toBe(false);
    const other = publicKey(algorithm, rawPublicKey(HOLDERS[algorithm]));
    expect(other !== null && isSignedBy(other, MESSAGE, signature)).toBe(false);
  });
  test('a warmed key judges as a cold one', () => {
    const key = ready(algorithm, true);
    warmUp(key);
    const signature = signMessage(ISSUERS[algorithm], MESSAGE);
    expect(isSignedBy(key, MESSAGE, signature)).toBe(true);
    expect(isSignedBy(key, MESSAGE.subarray(1), signature)).toBe(false);
  });
  test('a changed bit anywhere in the signature is refused', () => {
    const signature = signMessage(ISSUERS[algorithm], MESSAGE);
    for (let index = 0; index < signature.length; index += 1) {
      const changed = signature.slice();
      changed[index] = (changed[index] ?? 0) ^ (1 << (index % 8));
      expect(isSignedBy(ready(algorithm), MESSAGE, changed), `byte ${String(index)}`).toBe(false);
    }
  });
  test.each([0, 63, 65, 128])('a signature of %d bytes is refused', (length) => {
    expect(isSignedBy(ready(algorithm), MESSAGE, new Uint8Array(length).fill(1))).toBe(false);
  });
  test.each([0x00, 0xff])('a signature all of %d is refused without a throw', (byte) => {
    expect(isSignedBy(ready(algorithm), MESSAGE, new Uint8Array(64).fill(byte))).toBe(false);
  });
  test('bytes of another length are no key', () => {
    expect(publicKey(algorithm, new Uint8Array(31))).toBeNull();
    expect(publicKey(algorithm, new Uint8Array(34))).toBeNull();
    expect(publicKey(algorithm, new Uint8Array(0))).toBeNull();
  });
  test('whatever the bytes of key and signature, the answer is no, without a throw', () => {
    const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
    fc.assert(
      fc.property(bytes(algorithm === 'sm2' ? 33 : 32), bytes(64), bytes(20), (raw, signature, message) => {
        const key = publicKey(algorithm, raw);
        expect(key !== null && isSignedBy(key, message, signature)).toBe(false);
      }),
      { numRuns: 200 },
    );
  });
  test('a secret key has 32 bytes', () => {
    expect(() => signingKey(algorithm, new Uint8Array(31))).toThrow(
      new RangeError('a secret key has 32 bytes'),
    );
  });
});

describe('Ed25519', () => {
  test('RFC 8032 section 7.1, test 2', () => {
    const key = signingKey(
      'ed25519',
      fromHex('4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb'),
    );
    expect(toHex(rawPublicKey(key))).toBe('3D4017C3E843895A92B70AA74D1B7EBC9C982CCF2EC4968CC0CD55F12AF4660C');
    expect(toHex(signMessage(key, hex('72')))).toBe(
      '92A009A9F0D4CAB8720E820B5F642540A2B27B5416503F8FB3762223EBDB69DA' +
        '085AC1E43E15996E458F3613D0F11D8C387B2EAEB4302AEEB00D291612BB0C00',
    );
  });
});

describe('SM2 with SM3', () => {
  test('SM3 of GB/T 32905, appendix A.1', () => {
    expect(sm3('abc')).toBe('66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0');
  });
  test('a private key gives its public key of GB/T 32918.5, appendix A.2', () => {
    const key = signingKey(
      'sm2',
      fromHex('3945208F7B2144B13F36E38AC6D39F95889393692860B51A42FB81EF4DF7C5B8'),
    );
    expect(toHex(rawPublicKey(key))).toBe(
      '0309F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020',
    );
  });
  test('the signature of GB/T 32918.5, appendix A.2, holds', () => {
    const raw = fromHex('0309F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020');
    const key = publicKey('sm2', raw);
    const signature = fromHex(
      'F5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3' +
        'B1B6AA29DF212FD8763182BC0D421CA1BB9038FD1F7F42D4840B69C485BBC1AA',
    );
    const message = new TextEncoder().encode('message digest');
    expect(key !== null && isSignedBy(key, message, signature)).toBe(true);
  });
  test('a signature that OpenSSL made over the same message with the same key holds', () => {
    // openssl pkeyutl -sign -rawin -digest sm3 -pkeyopt distid:1234567812345678, OpenSSL 3.0.19
    const signature = fromHex(
      'B7C9BFC3D79CE93B4804C9A82F850B29EE451454CEAE42B60437EF125DCB7314' +
        '3B77DCBB596FE7FB92B31335BAD22DCAB48DCCB185E11FA0ABDD3736928DD795',
    );
    expect(isSignedBy(ready('sm2'), MESSAGE, signature)).toBe(true);
  });
  test('a key judges alike with its table and without, whatever it signs', () => {
    const secrets = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((secret) => secret.fill(1, 0, 1));
    fc.assert(
      fc.property(secrets, fc.uint8Array({ maxLength: 40 }), fc.boolean(), (secret, message, spoil) => {
        const own = signingKey('sm2', secret);
        const signature = signMessage(own, message);
        if (spoil) signature[63] = (signature[63] ?? 0) ^ 1;
        for (const often of [false, true]) {
          const key = publicKey('sm2', rawPublicKey(own), often);
          expect(key !== null && isSignedBy(key, message, signature)).toBe(!spoil);
        }
      }),
      { numRuns: 12 },
    );
  });
  test('r and s outside 1 … n − 1, and r + s = n, are refused', () => {
    const order = 0xfffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123n;
    const pair = (r: bigint, s: bigint) =>
      fromHex(r.toString(16).padStart(64, '0') + s.toString(16).padStart(64, '0'));
    const signature = signMessage(ISSUERS.sm2, MESSAGE);
    const r = BigInt(`0x${toHex(signature.subarray(0, 32))}`);
    const s = BigInt(`0x${toHex(signature.subarray(32))}`);
    expect(isSignedBy(ready('sm2'), MESSAGE, pair(r, s))).toBe(true);
    const bad: [bigint, bigint][] = [
      [0n, s],
      [r, 0n],
      [order, s],
      [r, order],
      [order - 1n, 1n],
      [r, order - r],
    ];
    for (const [left, right] of bad) expect(isSignedBy(ready('sm2'), MESSAGE, pair(left, right))).toBe(false);
  });
  test('a point that is not on the curve is no key', () => {
    expect(publicKey('sm2', new Uint8Array(33).fill(0xff))).toBeNull();
    expect(publicKey('sm2', new Uint8Array(33))).toBeNull();
    expect(publicKey('sm2', new Uint8Array(33).fill(0xff), true)).toBeNull();
  });
});
