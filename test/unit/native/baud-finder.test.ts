import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BAUD_RATES, createBaudFinder, isText } from '../../../native/framing/baud-finder.ts';
import { uartReceive } from '../../support/uart.ts';

const code = fc.stringMatching(/^[A-Za-z0-9+/=]{8,400}$/);
/** Enough scans to try every speed twice. */
const MAX_SCANS = 2 * BAUD_RATES.length;

/** A voucher code's worth of characters, another one for each customer. */
function customerCode(seed: number): string {
  return createHash('sha512').update(String(seed)).digest('base64').repeat(2) + String(seed);
}

/** Customers' codes are scanned until the finder is sure; answers how many scans that took. */
function scansUntilSure(finder: ReturnType<typeof createBaudFinder>, seed: number, sentBaud: number): number {
  for (let scan = 1; scan <= MAX_SCANS; scan += 1) {
    const sent = Buffer.from(`${customerCode(seed + scan)}\r\n`);
    finder.burst(uartReceive(sent, sentBaud, finder.rate()));
    if (finder.sure() && finder.rate() === sentBaud) return scan;
  }
  return Number.POSITIVE_INFINITY;
}

describe('the speed of a line', () => {
  test.each(BAUD_RATES)('of %d baud is found within a few scans', (sentBaud) => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        expect(scansUntilSure(createBaudFinder(), seed, sentBaud)).toBeLessThanOrEqual(MAX_SCANS);
      }),
      { numRuns: 20, seed: 1 },
    );
  });

  test('is right at the first scan when it was learned', () => {
    fc.assert(
      fc.property(code, fc.constantFrom(...BAUD_RATES), (text, sentBaud) => {
        const finder = createBaudFinder(sentBaud);
        expect(finder.burst(uartReceive(Buffer.from(`${text}\r`), sentBaud, finder.rate()))).toBeNull();
        expect(finder.sure()).toBe(true);
      }),
    );
  });

  test('is not given up for a single bad read, but for two in a row', () => {
    const finder = createBaudFinder();
    expect(finder.burst(Buffer.from('GOOD-CODE\r'))).toBeNull();
    expect(finder.burst(Buffer.from([0, 0x80, 0]))).toBeNull();
    expect(finder.burst(Buffer.from('GOOD-CODE\r'))).toBeNull();
    expect(finder.burst(Buffer.from([0, 0x80, 0]))).toBeNull();
    expect(finder.burst(Buffer.from([0, 0x80, 0]))).toBe(115_200);
    expect(finder.sure()).toBe(false);
  });

  test('is not believed for a byte or two that happen to be letters', () => {
    const finder = createBaudFinder();
    expect(finder.burst(Buffer.from('ab'))).toBe(115_200);
  });

  test('is not given up for a short code, but for two in a row that prove nothing', () => {
    const finder = createBaudFinder();
    expect(finder.burst(Buffer.from('12345\r'))).toBeNull();
    expect(finder.burst(Buffer.from('12345\r'))).toBe(115_200);
  });

  test('is found after any noise', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 600 }), { maxLength: 30 }), fc.nat(), (noise, seed) => {
        const finder = createBaudFinder();
        for (const burst of noise) finder.burst(burst);
        for (const sentBaud of [9600, 115_200])
          expect(scansUntilSure(finder, seed, sentBaud)).toBeLessThanOrEqual(MAX_SCANS);
      }),
      { numRuns: 30, seed: 1 },
    );
  });
});

test('text is told from noise: codes, Chinese in either encoding, control characters', () => {
  expect(isText(Buffer.from('ABC\r\nDEF\t'))).toBe(true);
  expect(isText(Buffer.from('消费券\r'))).toBe(true);
  expect(isText(Buffer.from([0xcf, 0xfb, 0xb7, 0xd1, 0x0d]))).toBe(true);
  expect(isText(Buffer.from([0x41, 0x07, 0x41]))).toBe(false);
  expect(isText(Buffer.from([0x00]))).toBe(false);
});
