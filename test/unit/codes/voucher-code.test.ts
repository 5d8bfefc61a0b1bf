import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toHex } from '../../../src/codes/bytes.ts';
import { classify } from '../../../src/codes/classify.ts';
import { writeCpm } from '../../../src/codes/cpm.ts';
import { encodeGrant } from '../../../src/codes/grant.ts';
import { codeAgeMs, verifyVoucherCode, voucherOf } from '../../../src/codes/key-ring.ts';
import { writeTlv } from '../../../src/codes/tlv.ts';
import {
  encodeVoucherCode,
  grantMessage,
  readVoucher,
  showMessage,
  VOUCHER_AID,
  voucherCode,
} from '../../../src/codes/voucher-code.ts';
import {
  aGrant,
  ALGORITHMS,
  aRing,
  base64,
  hex,
  SHOWN_AT_MS,
  SHOWN_AT_S,
  someParts,
  someText,
} from '../../support/codes.ts';

const RING = aRing();
const PAIRS = ALGORITHMS.flatMap((issuer) => ALGORITHMS.map((holder) => [issuer, holder] as const));

describe.each(PAIRS)('a code of an %s issuer and an %s holder', (issuer, holder) => {
  const parts = someParts(issuer, holder);
  const text = encodeVoucherCode(parts);

  test('is read and verified as what went in', () => {
    const scan = classify(text);
    expect(scan).toEqual({
      family: 'voucher',
      aid: VOUCHER_AID,
      code: { ...parts, fields: aGrant(issuer, holder) },
    });
    expect(scan.family === 'voucher' && verifyVoucherCode(scan.code, RING, SHOWN_AT_MS)).toBe('valid');
  });
  test('fits a QR code that a phone shows well: version 14 at level M holds 362 characters', () => {
    expect(text.length).toBeLessThanOrEqual(362);
  });
  test('with one byte changed is refused, whichever byte it is', () => {
    const bytes = Buffer.from(text, 'base64');
    // Each byte once, by another mask each time; the fuzz run takes all masks.
    for (let index = 0; index < bytes.length; index += 1) {
      const changed = Buffer.from(bytes);
      changed[index] = (changed[index] ?? 0) ^ (1 << (index % 8));
      const scan = classify(base64(changed));
      const verdict =
        scan.family === 'voucher' ? verifyVoucherCode(scan.code, RING, SHOWN_AT_MS) : 'no voucher';
      expect(verdict, `byte ${String(index)}`).not.toBe('valid');
    }
  });
});

describe('a code changed in transit', () => {
  const text = someText('ed25519', 'ed25519');
  test('is refused for any other byte anywhere', () => {
    const bytes = Buffer.from(text, 'base64');
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (index, mask) => {
        const changed = Buffer.from(bytes);
        changed[index] = (changed[index] ?? 0) ^ mask;
        const scan = classify(base64(changed));
        expect(scan.family === 'voucher' && verifyVoucherCode(scan.code, RING, SHOWN_AT_MS) === 'valid').toBe(
          false,
        );
      }),
      { numRuns: 1_000 },
    );
  });
  test('is refused for any other visible character anywhere', () => {
    const visible = fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code));
    fc.assert(
      fc.property(fc.nat(text.length - 1), visible, (index, char) => {
        fc.pre(text[index] !== char);
        const scan = classify(`${text.slice(0, index)}${char}${text.slice(index + 1)}`);
        expect(scan.family === 'voucher' && verifyVoucherCode(scan.code, RING, SHOWN_AT_MS) === 'valid').toBe(
          false,
        );
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('what is signed', () => {
  test('the issuer signs its prefix and the grant', () => {
    expect(toHex(grantMessage(hex('0102')))).toBe(`${toHex(new TextEncoder().encode('ZMDV1 grant'))}0102`);
  });
  test('the holder signs its prefix, the hash of grant and issuer signature, and the time', () => {
    // SHA-256 of 616263 ("abc"), FIPS 180-4.
    expect(toHex(showMessage(hex('61'), hex('6263'), 0x01020304))).toBe(
      toHex(new TextEncoder().encode('ZMDV1 show')) +
        'BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD01020304',
    );
  });
});

describe('template 63 of a voucher', () => {
  const { grant, issuerSignature, holderSignature } = someParts('ed25519', 'ed25519');
  const c1 = writeTlv(0xc1, grant);
  const c2 = writeTlv(0xc2, issuerSignature);
  const c3 = writeTlv(0xc3, hex('64844800'));
  const c4 = writeTlv(0xc4, holderSignature);
  const read = (...elements: readonly Uint8Array[]) => readVoucher(Buffer.concat(elements));
  const fault = (...elements: readonly Uint8Array[]) => {
    const result = read(...elements);
    return result.ok ? null : result.fault;
  };

  test('may have its parts in any order, and others between them', () => {
    expect(fault(c1, c2, c3, c4)).toBeNull();
    expect(fault(c4, writeTlv(0xc9, hex('00')), c3, c2, c1)).toBeNull();
    const result = read(c1, c2, c3, c4);
    expect(result.ok && result.code.shownAtS).toBe(0x64844800);
  });
  test('lacks a part', () => {
    expect(readVoucher(null)).toEqual({ ok: false, fault: 'voucher-empty' });
    const parts = [c1, c2, c3, c4];
    for (const missing of parts)
      expect(fault(...parts.filter((part) => part !== missing))).toBe('voucher-part-missing');
  });
  test('has a part twice', () => {
    const parts = [c1, c2, c3, c4];
    for (const twice of parts) expect(fault(...parts, twice)).toBe('voucher-part-repeated');
  });
  test('has a part of a wrong length', () => {
    expect(fault(c1, writeTlv(0xc2, new Uint8Array(63)), c3, c4)).toBe('voucher-part-length');
    expect(fault(c1, writeTlv(0xc2, new Uint8Array(65)), c3, c4)).toBe('voucher-part-length');
    expect(fault(c1, c2, writeTlv(0xc3, new Uint8Array(3)), c4)).toBe('voucher-part-length');
    expect(fault(c1, c2, writeTlv(0xc3, new Uint8Array(5)), c4)).toBe('voucher-part-length');
    expect(fault(c1, c2, c3, writeTlv(0xc4, new Uint8Array(63)))).toBe('voucher-part-length');
  });
  test('has a grant that is none, or is cut short', () => {
    expect(fault(writeTlv(0xc1, grant.subarray(1)), c2, c3, c4)).toBe('grant-version');
    expect(fault(writeTlv(0xc1, grant.subarray(0, 71)), c2, c3, c4)).toBe('grant-length');
    expect(fault(c1, c2, c3, c4.subarray(0, 20))).toBe('tlv-cut-short');
  });
  test('an unbroken code with a broken voucher inside is unknown, with the reason', () => {
    const scan = classify(writeCpm(VOUCHER_AID, Buffer.concat([c1, c2, c3])));
    expect(scan).toEqual({ family: 'unknown', reason: 'voucher-part-missing' });
  });
});

describe('a code from its parts, as a journal entry keeps them', () => {
  const parts = someParts('ed25519', 'sm2');
  test('is the code that was scanned', () => {
    const scan = classify(encodeVoucherCode(parts));
    const code = voucherCode(parts);
    expect(scan.family === 'voucher' && code.ok && code.code).toEqual(
      scan.family === 'voucher' ? scan.code : null,
    );
  });
  test('is refused where a part is none', () => {
    const short = new Uint8Array(63);
    expect(voucherCode({ ...parts, issuerSignature: short })).toEqual({
      ok: false,
      fault: 'voucher-part-length',
    });
    expect(voucherCode({ ...parts, holderSignature: short })).toEqual({
      ok: false,
      fault: 'voucher-part-length',
    });
    expect(voucherCode({ ...parts, grant: short })).toEqual({ ok: false, fault: 'grant-version' });
  });
});

describe('a code that can not be written', () => {
  const parts = someParts('ed25519', 'ed25519');
  test('a signature of a wrong length', () => {
    expect(() => encodeVoucherCode({ ...parts, issuerSignature: new Uint8Array(63) })).toThrow(
      new RangeError('issuer signature: 63 bytes instead of 64'),
    );
    expect(() => encodeVoucherCode({ ...parts, holderSignature: new Uint8Array(65) })).toThrow(
      new RangeError('holder signature: 65 bytes instead of 64'),
    );
  });
  test('a time outside 32 bits', () => {
    expect(() => encodeVoucherCode({ ...parts, shownAtS: -1 })).toThrow(
      new RangeError('shown at: not a whole number from 0 to 4294967295: -1'),
    );
    expect(() => encodeVoucherCode({ ...parts, shownAtS: 0x1_0000_0000 })).toThrow(RangeError);
    expect(() => encodeVoucherCode({ ...parts, shownAtS: 0xffff_ffff })).not.toThrow();
  });
});

describe('what decide is told of a code', () => {
  const code = voucherCode(someParts('ed25519', 'ed25519', { serial: (1n << 63n) + 5n }));
  if (!code.ok) throw new Error(code.fault);

  test('its voucher, in milliseconds', () => {
    expect(voucherOf(code.code)).toEqual({
      campaignNumber: 1,
      kindNumber: 1,
      serial: (1n << 63n) + 5n,
      notBeforeMs: (SHOWN_AT_S - 100_000) * 1000,
      notAfterMs: (SHOWN_AT_S + 100_000) * 1000,
    });
  });
  test('its age, negative when it comes from the future', () => {
    expect(codeAgeMs(code.code, SHOWN_AT_MS + 1)).toBe(1);
    expect(codeAgeMs(code.code, SHOWN_AT_MS - 1)).toBe(-1);
  });
  test('its length does not depend on what it says', () => {
    expect(encodeGrant(code.code.fields)).toEqual(code.code.grant);
  });
});
