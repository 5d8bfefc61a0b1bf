import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { classify, MAX_SCAN_CHARS } from '../../../src/codes/classify.ts';
import { writeCpm } from '../../../src/codes/cpm.ts';
import { base64, hex, someText } from '../../support/codes.ts';

const digits = (head: string, length: number) => head.padEnd(length, '7');
const family = (text: string) => classify(text).family;
const CPM_HEAD = '85 05 4350563031';

describe('UnionPay’s payment code: 19 digits starting 62', () => {
  test('is UnionPay’s', () => {
    expect(classify('6212345678901234567')).toEqual({
      family: 'unionpay-c2b',
      wallet: 'unionpay',
      digits: '6212345678901234567',
    });
  });
  test.each([18, 20])('with %d digits it is not', (length) => {
    expect(family(digits('62', length))).toBe('unknown');
  });
  test.each(['61', '63'])('starting %s it is not', (head) => {
    expect(family(digits(head, 19))).toBe('unknown');
  });
});

describe('Alipay’s: 16 to 24 digits starting 25 to 30', () => {
  const lengths = [16, 17, 18, 19, 20, 21, 22, 23, 24];
  for (const head of ['25', '26', '27', '28', '29', '30'])
    test.each(lengths)(`%d digits starting ${head}`, (length) => {
      expect(classify(digits(head, length))).toEqual({ family: 'alipay', wallet: 'alipay' });
    });
  test.each([15, 25])('with %d digits it is not', (length) => {
    expect(family(digits('28', length))).toBe('unknown');
  });
  test.each(['24', '31'])('starting %s it is not', (head) => {
    for (const length of lengths) expect(family(digits(head, length))).toBe('unknown');
  });
});

describe('WeChat’s: 18 digits starting 10 to 15', () => {
  test.each(['10', '11', '12', '13', '14', '15'])('starting %s', (head) => {
    expect(classify(digits(head, 18))).toEqual({ family: 'wechat', wallet: 'wechat' });
  });
  test.each(['09', '16'])('starting %s it is not', (head) => {
    expect(family(digits(head, 18))).toBe('unknown');
  });
  test.each([17, 19])('with %d digits it is not', (length) => {
    expect(family(digits('13', length))).toBe('unknown');
    expect(family(`99${digits('13', 18)}`)).toBe('unknown');
  });
});

describe('EMV consumer-presented codes', () => {
  test('UnionPay’s application: its wallet is known, it is not a voucher', () => {
    const text = writeCpm('A000000333010101', hex('00'.repeat(0)));
    expect(classify(text)).toEqual({ family: 'emv-cpm', aid: 'A000000333010101', wallet: 'unionpay', text });
    expect(classify(writeCpm('A000000333', hex('')))).toMatchObject({ wallet: 'unionpay' });
  });
  test('any other application: its wallet is not known', () => {
    const text = writeCpm('A0000000031010', hex(''));
    expect(classify(text)).toEqual({ family: 'emv-cpm', aid: 'A0000000031010', wallet: null, text });
  });
  test('the first application counts', () => {
    const first = '61 09 4F 07 A0000000041010';
    const second = '61 09 4F 07 A0000003330101';
    expect(classify(base64(hex(`${CPM_HEAD} ${first} ${second}`)))).toMatchObject({ aid: 'A0000000041010' });
    expect(classify(base64(hex(`${CPM_HEAD} 62 00 ${second} ${first}`)))).toMatchObject({
      aid: 'A0000003330101',
    });
  });
  test('application identifiers have 5 to 16 bytes', () => {
    const withAid = (length: number) => classify(writeCpm('A1'.repeat(length), hex('')));
    expect(withAid(5)).toMatchObject({ family: 'emv-cpm', aid: 'A1'.repeat(5) });
    expect(withAid(16)).toMatchObject({ family: 'emv-cpm' });
    expect(withAid(4)).toEqual({ family: 'unknown', reason: 'cpm-aid' });
    expect(withAid(17)).toEqual({ family: 'unknown', reason: 'cpm-aid' });
  });
  test.each([
    ['no application', CPM_HEAD, 'cpm-no-application'],
    ['an application without identifier', `${CPM_HEAD} 61 02 50 00`, 'cpm-aid'],
    ['two identifiers', `${CPM_HEAD} 61 0E 4F 05 A000000333 4F 05 A000000334`, 'cpm-repeated'],
    ['two templates 63', `${CPM_HEAD} 61 0B 4F 05 A000000333 63 00 63 00`, 'cpm-repeated'],
    ['another format version', '85 05 4350563032 61 07 4F 05 A000000333', 'cpm-format'],
    ['a longer format', '85 06 435056303100 61 07 4F 05 A000000333', 'cpm-format'],
    ['a shorter format', '85 04 43505630 61 07 4F 05 A000000333', 'cpm-format'],
    ['a length beyond its end', `${CPM_HEAD} 61 7F 4F 05 A000000333`, 'tlv-cut-short'],
    ['a length beyond its end inside', `${CPM_HEAD} 61 07 4F 06 A000000333`, 'tlv-cut-short'],
    ['an indefinite length', `${CPM_HEAD} 61 80 4F 05 A000000333 00 00`, 'tlv-length'],
  ])('with %s is broken', (_what, bytes, reason) => {
    expect(classify(base64(hex(bytes)))).toEqual({ family: 'unknown', reason });
  });
  test('the format must come first', () => {
    expect(classify(base64(hex(`61 07 4F 05 A000000333 ${CPM_HEAD}`)))).toEqual({
      family: 'unknown',
      reason: 'not-recognised',
    });
  });
  test('broken Base64 is named as such where the head is a code’s', () => {
    const text = writeCpm('A0000000031010', hex(''));
    expect(classify(text.slice(0, -1))).toEqual({ family: 'unknown', reason: 'cpm-base64' });
    expect(classify(`${text.slice(0, -3)}!==`)).toEqual({ family: 'unknown', reason: 'cpm-base64' });
    expect(classify('####')).toEqual({ family: 'unknown', reason: 'not-recognised' });
  });
  test('Base64 with other bits in its last character is not the same code', () => {
    const text = base64(hex(`${CPM_HEAD} 61 08 4F 06 A00000033301`));
    expect(family(text)).toBe('emv-cpm');
    expect(text.endsWith('E=')).toBe(true);
    expect(family(text.replace(/E=$/, 'F='))).toBe('unknown');
  });
});

describe('goods barcodes', () => {
  test.each([
    ['6901234567892', 'EAN-13'],
    ['4006381333931', 'EAN-13'],
    ['96385074', 'EAN-8'],
    ['036000291452', 'UPC-A'],
    ['04252614', 'UPC-E'],
  ])('%s is %s', (text, symbology) => {
    expect(classify(text)).toEqual({ family: 'goods-barcode', symbology, digits: text });
  });
  test.each(['6901234567893', '96385075', '036000291453', '04252615', '690123456789', '1234567'])(
    '%s has a wrong check digit or length',
    (text) => {
      expect(classify(text)).toEqual({ family: 'unknown', reason: 'not-recognised' });
    },
  );
});

describe('web addresses and the like', () => {
  test.each([
    ['https://qr.95516.com/00010000/62', 'https'],
    ['HTTP://EXAMPLE.COM', 'http'],
    ['weixin://wxpay/bizpayurl?pr=x', 'weixin'],
    ['wxp://f2f0abc', 'wxp'],
    ['mailto:a@example.com', 'mailto'],
    ['tel:+8639612345', 'tel'],
  ])('%s', (text, scheme) => {
    expect(classify(text)).toEqual({ family: 'url', scheme });
  });
  test.each(['example.com', '://x', '1http://x', 'http:/x', 'WIFI:T:WPA;S:shop;;', 'Note: x', 'atel:1'])(
    '%s is none',
    (text) => {
      expect(classify(text)).toEqual({ family: 'unknown', reason: 'not-recognised' });
    },
  );
});

describe('what scanners and keyboards do to a code does not matter', () => {
  const VOUCHER = someText('ed25519', 'ed25519');
  const PAYMENT = '6212345678901234567';
  const EAN = '6901234567892';
  const URL_TEXT = 'https://example.com/a b';
  const codes = [VOUCHER, PAYMENT, EAN, URL_TEXT];
  const same = (text: string, changed: string) => {
    expect(classify(changed)).toEqual(classify(text));
  };

  test.each(['\r\n', '\r', '\n', '\t', ' ', '\u0003', '\u0004', '\r\n\r\n', '\u0000'])(
    'behind it: %j',
    (suffix) => {
      for (const code of codes) same(code, `${code}${suffix}`);
    },
  );
  test.each(['\u0002', ' ', '\t', '\uFEFF', '\u200B', '\u3000', '\u001D'])('before it: %j', (prefix) => {
    for (const code of codes) same(code, `${prefix}${code}`);
  });
  test.each([']Q3', ']Q1', ']E0', ']C1', ']d2', ']e0', '\u0002]Q3', ']Q3 '])(
    'an AIM identifier before it: %j',
    (prefix) => {
      for (const code of codes) same(code, `${prefix}${code}`);
    },
  );
  test.each(['s', 'Q', 'QR', 'QR:', '#', 'd'])('a scanner’s own prefix: %j', (prefix) => {
    for (const code of [VOUCHER, PAYMENT, EAN]) same(code, `${prefix}${code}`);
  });
  test('a prefix of four characters before digits, or nine before a code, is no prefix any more', () => {
    expect(family(`ABC${PAYMENT}`)).toBe('unionpay-c2b');
    expect(family(`ABCD${PAYMENT}`)).toBe('unknown');
    expect(family(`12345678${VOUCHER}`)).toBe('voucher');
    expect(family(`123456789${VOUCHER}`)).toBe('unknown');
  });
  test('an AIM identifier counts at the beginning only', () => {
    expect(family(`ab]Q3${PAYMENT}`)).toBe('unknown');
  });
  test('digits inside a prefix are the code’s own', () => {
    expect(family(`9${PAYMENT}`)).toBe('unknown');
  });
  test('full-width characters of an input method', () => {
    const wide = (text: string) =>
      text.replace(/[!-~]/g, (char) => String.fromCharCode(char.charCodeAt(0) + 0xfee0));
    for (const code of codes) same(code, wide(code));
  });
  test('blanks inside, as long numbers are shown, and line breaks in a long code', () => {
    same(PAYMENT, '6212 3456 7890 1234 567');
    same(EAN, '6 901234 567892');
    same(VOUCHER, VOUCHER.replace(/(.{40})/g, '$1\r\n'));
    same(VOUCHER, VOUCHER.replace(/(.{10})/g, '$1 '));
  });
  test('blanks inside an address stay what they are: part of something that is an address', () => {
    expect(classify(URL_TEXT)).toEqual({ family: 'url', scheme: 'https' });
  });
});

describe('nothing, and too much', () => {
  test.each(['', ' ', '\r\n', '\u0000', ']Q3', '\u3000\u200B'])('%j is empty', (text) => {
    expect(classify(text)).toEqual({ family: 'unknown', reason: 'empty' });
  });
  test('more than a QR code holds is not looked at', () => {
    expect(classify(`https://${'a'.repeat(MAX_SCAN_CHARS - 8)}`).family).toBe('url');
    expect(classify(`https://${'a'.repeat(MAX_SCAN_CHARS - 7)}`)).toEqual({
      family: 'unknown',
      reason: 'too-long',
    });
  });
});

describe('whatever a scanner produces', () => {
  test('is named without a throw', () => {
    const text = fc.oneof(
      fc.string({ maxLength: 400 }),
      fc.string({ unit: 'binary', maxLength: 400 }),
      fc.uint8Array({ maxLength: 300 }).map((bytes) => base64(bytes)),
      fc
        .uint8Array({ maxLength: 300 })
        .map((bytes) => base64(hex(CPM_HEAD + Buffer.from(bytes).toString('hex')))),
    );
    fc.assert(
      fc.property(text, (scanned) => {
        expect(typeof classify(scanned).family).toBe('string');
      }),
      { numRuns: 3_000 },
    );
  });
});
