import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createPoleReader, type PoleReader } from '../../../native/framing/pole-display.ts';
import { poleSettingsSchema } from '../../../src/contract/terminal/device-settings.ts';

const settings = poleSettingsSchema.parse({ path: '/dev/null' });
const reader = (format: 'led8n' | 'text', totalWords = settings.totalWords): PoleReader =>
  createPoleReader({ format, totalWords });
const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');
function shown(format: 'led8n' | 'text', sent: string | Uint8Array): number | null {
  const pole = reader(format);
  pole.push(typeof sent === 'string' ? bytes(sent) : sent);
  return pole.totalFen();
}

describe('a display of figures (LED8N)', () => {
  test('shows the total under its own light, whichever comes first', () => {
    expect(shown('led8n', '\u001bQA128.50\r\u001bs2')).toBe(12_850);
    expect(shown('led8n', '\u001bs2\u001bQA128.50\r')).toBe(12_850);
    expect(shown('led8n', '\u001b@\f\u001bs2\u001bQA     7.9\r')).toBe(790);
  });

  test.each([
    ['a price', '\u001bQA5.00\r\u001bs1'],
    ['what the customer gave', '\u001bQA200.00\r\u001bs3'],
    ['the change', '\u001bQA71.50\r\u001bs4'],
    ['nothing lit', '\u001bQA128.50\r\u001bs0'],
    ['cleared', '\u001bs2\u001bQA128.50\r\f'],
    ['started anew', '\u001bs2\u001bQA128.50\r\u001b@'],
    ['zero', '\u001bs2\u001bQA0.00\r'],
    ['three decimals', '\u001bs2\u001bQA1.000\r'],
    ['beyond any sale', '\u001bs2\u001bQA123456789.00\r'],
  ])('%s is no total', (_name, sent) => {
    expect(shown('led8n', sent)).toBeNull();
  });
});

describe('a display of text', () => {
  test.each([
    ['Epson and CD5220 line commands', '\u001bQATOTAL         128.50\r\u001bQBCASH\r', 12_850],
    ['plain lines', '\fTOTAL:    1,128.50\r\nTHANK YOU', 112_850],
    ['a cursor position', '\f\u001f$\u0001\u0001TOTAL\u001f$\u0001\u0002     128.50', 12_850],
    ['a CD5220 cursor', '\f\u001bl\u0001\u0001AMOUNT DUE\u001bl\u0005\u0002128.5', 12_850],
    ['wrapping at 20 characters', `\fTOTAL${' '.repeat(15)}$ 128.50`, 12_850],
    ['the last figure behind the word', '\fTOTAL 3 PCS    12.00', 1200],
  ])('gives its total: %s', (_name, sent, expected) => {
    expect(shown('text', sent)).toBe(expected);
  });

  test('in GB18030 gives its total, with words that were set', () => {
    const heji = Buffer.from([0x0c, 0xba, 0xcf, 0xbc, 0xc6, 0x3a]);
    expect(shown('text', Buffer.concat([heji, bytes(' 128.50')]))).toBe(12_850);
    const pole = reader('text', ['ZU ZAHLEN']);
    pole.push(bytes('\fZU ZAHLEN  99.99'));
    expect(pole.totalFen()).toBe(9999);
  });

  test.each([
    ['a greeting', '\fWELCOME TO OUR SHOP 24'],
    ['an article', '\fMILK 1L        12.50'],
    ['a subtotal', '\fSUBTOTAL       50.00'],
    ['a total without figure and the cash below', '\fTOTAL\r\nCASH 200.00'],
  ])('%s is no total', (_name, sent) => {
    expect(shown('text', sent)).toBeNull();
  });
});

describe('any bytes', () => {
  const formats = fc.constantFrom('led8n' as const, 'text' as const);
  test('give the same display however they are split', () => {
    fc.assert(
      fc.property(formats, fc.uint8Array({ maxLength: 300 }), fc.array(fc.nat()), (format, all, cuts) => {
        const whole = reader(format);
        whole.push(all);
        const split = reader(format);
        const places = [0, ...cuts.map((cut) => cut % (all.length + 1)).sort((a, b) => a - b), all.length];
        places.forEach((from, index) => split.push(all.subarray(from, places[index + 1] ?? all.length)));
        expect([split.lines(), split.totalFen()]).toEqual([whole.lines(), whole.totalFen()]);
      }),
    );
  });

  test('crash nothing, never grow the display, and give no amount beyond any sale', () => {
    const noise = fc.array(
      fc.oneof(
        fc.nat(255),
        fc.constantFrom(0x1b, 0x1f, 0x0c, 0x0d, 0x51, 0x41, 0x42, 0x73, 0x32, 0x30, 0x39, 0x2e, 0x2c),
      ),
      { maxLength: 2000 },
    );
    fc.assert(
      fc.property(formats, noise, (format, sent) => {
        const pole = reader(format);
        pole.push(Uint8Array.from(sent));
        for (const line of pole.lines()) expect(line.length).toBeLessThanOrEqual(20);
        const total = pole.totalFen();
        if (total !== null) {
          expect(Number.isInteger(total) && total >= 1 && total <= 999_999_999).toBe(true);
        }
      }),
    );
  });

  test('after which a lost line is forgotten, and a new total is read', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 100 }),
        fc.integer({ min: 1, max: 9_999_999 }),
        (noise, amountFen) => {
          const pole = reader('led8n');
          pole.push(noise);
          pole.reset();
          expect(pole.totalFen()).toBeNull();
          pole.push(bytes(`\u001bs2\u001bQA${(amountFen / 100).toFixed(2)}\r`));
          expect(pole.totalFen()).toBe(amountFen);
        },
      ),
    );
  });
});
