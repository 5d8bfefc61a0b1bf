import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { renderEscPos, renderPreview } from '../../../../native/printers/render.ts';
import type { SlipDocument } from '../../../../native/printers/document.ts';
import { redemptionSlip, reversalSlip, shiftSlip, testSlip } from '../../../../src/terminal/devices/slips.ts';
import { decodeEscPos, textOfSvg } from '../../../support/escpos-decoder.ts';
import { sampleOrigin, sampleRedemption } from '../../../support/sample-slips.ts';

const reversal = {
  of: sampleRedemption,
  epoch: 1,
  seq: 43,
  atMs: sampleRedemption.atMs + 60_000,
  byName: '镕喆',
  approvedByName: '王店长',
  reason: '顾客退货',
};
const shift = {
  type: 'Z' as const,
  number: 7,
  openedAtMs: sampleRedemption.atMs,
  openedByName: '镕喆',
  closedAtMs: sampleRedemption.atMs + 8 * 3_600_000,
  closedByName: '镕喆',
  kinds: [{ nameZh: '商超20元券', count: 12, discountFen: 24_000 }],
  count: 12,
  discountFen: 24_000,
  reversedCount: 1,
  unsentCount: 3,
  unsentDiscountFen: 6000,
};
const slips: Readonly<Record<string, SlipDocument>> = {
  redemption: redemptionSlip(sampleRedemption, sampleOrigin),
  reprint: redemptionSlip(sampleRedemption, { ...sampleOrigin, reprint: true }),
  training: redemptionSlip(sampleRedemption, { ...sampleOrigin, training: true }),
  reversal: reversalSlip(reversal, sampleOrigin),
  shift: shiftSlip(shift, sampleOrigin),
  'shift so far': shiftSlip({ ...shift, type: 'X', closedAtMs: null, closedByName: null }, sampleOrigin),
  test: testSlip(sampleOrigin, sampleRedemption.atMs),
};
const blanks = /\s/g;
const printed = (slip: SlipDocument, columns: 32 | 48 = 32): string =>
  decodeEscPos(renderEscPos(slip, columns)).lines.join('\n');

describe.each(Object.entries(slips))('the %s slip', (_name, slip) => {
  test.each([32, 48] as const)(
    'says the same on %d-column paper as in the preview, and is cut',
    (columns) => {
      const { lines, cut } = decodeEscPos(renderEscPos(slip, columns));
      const text = lines.filter((line) => !/^-+$/.test(line)).join('');
      expect(text.replace(blanks, '')).toBe(textOfSvg(renderPreview(slip, columns)).replace(blanks, ''));
      expect(cut).toBe(true);
      expect(lines.join('').replace(blanks, '').length).toBeGreaterThan(50);
    },
  );

  test('has a preview without script, style or link', () => {
    expect(renderPreview(slip, 32)).not.toMatch(/<script|<style|<a |href|style=|<image|<foreignObject/i);
  });
});

describe('what slips say', () => {
  test('amounts, entry, Shanghai time and Chinese names', () => {
    const text = printed(slips['redemption'] ?? { lines: [] }).replace(blanks, '');
    for (const part of [
      '消费券核销凭证',
      '商超20元券',
      '128.50',
      '-20.00',
      '108.50',
      '2023-06-1012:00:00',
      '1-42',
      '镕喆',
      '离线核销',
    ])
      expect(text).toContain(part);
    expect(text).not.toContain('重打');
  });

  test('a reprint is marked 重打, training 无效', () => {
    expect(printed(slips['reprint'] ?? { lines: [] })).toContain('重打');
    expect(printed(slips['training'] ?? { lines: [] })).toContain('无效');
  });

  test('a reversal names the entry that it takes back, a shift what is unsent', () => {
    expect(printed(slips['reversal'] ?? { lines: [] })).toContain('1-42');
    expect(printed(slips['shift'] ?? { lines: [] })).toContain('60.00');
  });

  test('text from outside is never a command to the printer and never lost', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (reason) => {
        const slip = reversalSlip({ ...reversal, reason }, sampleOrigin);
        const bytes = renderEscPos(slip, 32);
        // The decoder throws for every command that no slip has.
        expect(decodeEscPos(bytes).cut).toBe(true);
      }),
      { numRuns: 100 },
    );
    for (const reason of [
      '{code:1;option:qrcode}',
      '|a|b|',
      '^^^x',
      '~',
      '-',
      '=',
      '"_`\\',
      '\u001bp0\u0000',
      '\u001d(L',
    ])
      expect(printed(reversalSlip({ ...reversal, reason }, sampleOrigin)).length).toBeGreaterThan(100);
    expect(printed(reversalSlip({ ...reversal, reason: 'a{b}|c^d"e`f\\g~h_i' }, sampleOrigin), 48)).toContain(
      'a{b}|c^d"e`f\\g~h_i',
    );
  });
});
