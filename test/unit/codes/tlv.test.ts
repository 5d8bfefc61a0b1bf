import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromHex, toHex } from '../../../src/codes/bytes.ts';
import { MAX_ELEMENTS, readTlv, writeTlv } from '../../../src/codes/tlv.ts';
import { hex } from '../../support/codes.ts';

const elements = (text: string) => {
  const read = readTlv(hex(text));
  return read.ok ? read.elements.map(({ tag, value }) => [tag.toString(16), toHex(value)]) : read.fault;
};

describe('BER-TLV is read to the last byte', () => {
  test('nothing is no element', () => {
    expect(elements('')).toEqual([]);
  });
  test('elements follow each other, empty ones too', () => {
    expect(elements('4F 02 AABB 50 00 C1 01 FF')).toEqual([
      ['4f', 'AABB'],
      ['50', ''],
      ['c1', 'FF'],
    ]);
  });
  test('tags of two and of three bytes', () => {
    expect(elements('9F25 01 AA 5F 50 00 DF 81 01 01 BB')).toEqual([
      ['9f25', 'AA'],
      ['5f50', ''],
      ['df8101', 'BB'],
    ]);
  });
  test('lengths of one and of two more bytes', () => {
    expect(elements(`C1 81 80 ${'00'.repeat(128)}`)).toEqual([['c1', '00'.repeat(128)]]);
    expect(elements(`C1 82 0100 ${'01'.repeat(256)}`)).toEqual([['c1', '01'.repeat(256)]]);
    expect(elements('C1 81 01 05')).toEqual([['c1', '05']]);
  });
  test('values are views: nothing is copied', () => {
    const input = hex('4F 02 AABB');
    const read = readTlv(input);
    expect(read.ok && read.elements[0]?.value.buffer).toBe(input.buffer);
  });
});

describe('hostile BER-TLV is refused', () => {
  test.each([
    ['4F', 'tlv-cut-short'],
    ['4F 01', 'tlv-cut-short'],
    ['4F 03 AABB', 'tlv-cut-short'],
    ['4F 7F', 'tlv-cut-short'],
    ['4F 82 FFFF 00', 'tlv-cut-short'],
    ['4F 81', 'tlv-cut-short'],
    ['4F 82 01', 'tlv-cut-short'],
    ['5F', 'tlv-cut-short'],
    ['9F 81', 'tlv-cut-short'],
    ['9F 81 81 01 00', 'tlv-tag'],
    ['00 01 AA', 'tlv-tag'],
    ['FF 01 AA', 'tlv-tag'],
    ['4F 01 AA 00', 'tlv-tag'],
    ['4F 80 AA 00 00', 'tlv-length'],
    ['4F 83 000001 AA', 'tlv-length'],
    ['4F 84 00000001 AA', 'tlv-length'],
    ['4F FF AA', 'tlv-length'],
  ])('%s: %s', (text, fault) => {
    expect(elements(text)).toBe(fault);
  });
  test('more elements than a code has', () => {
    expect(elements('4F 00'.repeat(MAX_ELEMENTS))).toHaveLength(MAX_ELEMENTS);
    expect(elements('4F 00'.repeat(MAX_ELEMENTS + 1))).toBe('tlv-too-many');
  });
  test('whatever the bytes, reading ends without a throw and inside the input', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (input) => {
        const read = readTlv(input);
        if (!read.ok) return;
        const size = read.elements.reduce((sum, { value }) => sum + value.length, 0);
        expect(size).toBeLessThanOrEqual(input.length);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('BER-TLV is written with the shortest length', () => {
  test.each([
    [0x4f, 0, '4F00'],
    [0x4f, 127, '4F7F'],
    [0x4f, 128, '4F8180'],
    [0x4f, 255, '4F81FF'],
    [0x4f, 256, '4F820100'],
    [0x9f25, 1, '9F2501'],
    [0xff, 1, 'FF01'],
    [0x100, 1, '010001'],
  ])('tag %s with %s bytes starts %s', (tag, length, head) => {
    const written = writeTlv(tag, new Uint8Array(length).fill(7));
    expect(toHex(written)).toBe(`${head}${'07'.repeat(length)}`);
  });
  test('parts of a value are joined', () => {
    expect(toHex(writeTlv(0x61, hex('0102'), hex('03')))).toBe('6103010203');
  });
  test('a value that no code could hold is refused', () => {
    expect(writeTlv(0x61, new Uint8Array(65_535))).toHaveLength(65_539);
    expect(() => writeTlv(0x61, new Uint8Array(65_536))).toThrow(
      new RangeError('too long for a code: 65536 bytes'),
    );
  });
  test('what was written is read again', () => {
    const tag = fc.constantFrom(0x4f, 0x61, 0xc1, 0x9f25);
    fc.assert(
      fc.property(fc.array(fc.tuple(tag, fc.uint8Array({ maxLength: 400 })), { maxLength: 8 }), (parts) => {
        const text = parts.map(([name, value]) => toHex(writeTlv(name, value))).join('');
        expect(elements(text)).toEqual(parts.map(([name, value]) => [name.toString(16), toHex(value)]));
      }),
    );
  });
});

describe('hexadecimal', () => {
  test('is read in either case and written in capitals', () => {
    expect(toHex(fromHex('00aAfF'))).toBe('00AAFF');
    expect(fromHex('')).toEqual(new Uint8Array());
  });
  test.each(['0', '0g', 'zz', ' 00', '00 ', '0x00'])('%j is none', (text) => {
    expect(() => fromHex(text)).toThrow(new TypeError('not hexadecimal'));
  });
});
