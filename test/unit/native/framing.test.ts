import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MAX_CODE_BYTES, type Frame } from '../../../native/framing/frame.ts';
import { createHidPosFramer } from '../../../native/framing/hid-pos-framer.ts';
import { createLineFramer, type LineFramer } from '../../../native/framing/line-framer.ts';
import { SUFFIXES } from '../../../src/contract/terminal/device-settings.ts';
import { hidPosReports } from '../../support/hid-pos.ts';

const texts = (frames: readonly Frame[]): readonly string[] =>
  frames.flatMap((frame) => (frame.type === 'scan' ? [frame.text] : []));
const code = fc.stringMatching(/^[A-Za-z0-9+/=]{1,400}$/);
const suffixOf = { cr: '\r', lf: '\n', crlf: '\r\n', tab: '\t' } as const;

/** Feeds bytes in pieces cut at the given places. */
function pushInPieces(framer: LineFramer, bytes: Uint8Array, cuts: readonly number[]): readonly Frame[] {
  const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return places.flatMap((from, index) => framer.push(bytes.subarray(from, places[index + 1] ?? from)));
}

describe('bytes of a serial line', () => {
  test('give the same codes however they are split', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 2000 }),
        fc.array(fc.nat()),
        fc.constantFrom(...SUFFIXES),
        (bytes, cuts, suffix) => {
          const whole = createLineFramer({ suffix }).push(bytes);
          expect(pushInPieces(createLineFramer({ suffix }), bytes, cuts)).toEqual(whole);
        },
      ),
    );
  });

  test.each(['cr', 'lf', 'crlf', 'tab'] as const)('end at %s, set or found out', (suffix) => {
    fc.assert(
      fc.property(fc.array(code, { minLength: 1, maxLength: 5 }), (codes) => {
        const bytes = Buffer.from(codes.map((text) => text + suffixOf[suffix]).join(''));
        for (const setting of [suffix, 'auto'] as const) {
          const framer = createLineFramer({ suffix: setting });
          expect(texts(framer.push(bytes))).toEqual(codes);
          expect(framer.detectedSuffix()).toBe(suffix);
        }
      }),
    );
  });

  test('end at nothing but the suffix that is set: half of it, or another, is part of the code', () => {
    const others = { cr: '\n\t', lf: '\r\t', crlf: '\n\r\t', tab: '\r\n' } as const;
    for (const suffix of ['cr', 'lf', 'crlf', 'tab'] as const)
      for (const other of others[suffix]) {
        const framer = createLineFramer({ suffix });
        expect(framer.push(Buffer.from(`ONE${other}TWO`)), suffix).toEqual([]);
        expect(framer.push(Buffer.from(suffixOf[suffix])), suffix).toHaveLength(1);
      }
  });

  test('end at silence where the scanner sends no suffix', () => {
    const framer = createLineFramer({ suffix: 'auto' });
    expect(framer.push(Buffer.from('NO-SUFFIX'))).toEqual([]);
    expect(texts(framer.silence())).toEqual(['NO-SUFFIX']);
  });

  test('that break off are dropped, never glued to the next code', () => {
    fc.assert(
      fc.property(code, code, fc.boolean(), (half, whole, unplugged) => {
        const framer = createLineFramer({ suffix: 'cr' });
        framer.push(Buffer.from(half));
        const dropped = unplugged ? framer.reset() : framer.silence();
        expect(dropped).toEqual([{ type: 'dropped', reason: 'incomplete', byteCount: half.length }]);
        expect(texts(framer.push(Buffer.from(`${whole}\r`)))).toEqual([whole]);
      }),
    );
  });

  test('that never end are bounded, and the next code is read', () => {
    const framer = createLineFramer({ suffix: 'auto' });
    for (let turn = 0; turn < 50; turn += 1) expect(framer.push(Buffer.alloc(10_000, 0x41))).toEqual([]);
    expect(framer.push(Buffer.from('\r'))).toEqual([
      { type: 'dropped', reason: 'too-long', byteCount: 500_000 },
    ]);
    expect(texts(framer.push(Buffer.from('NEXT\r')))).toEqual(['NEXT']);
    expect(texts(framer.push(Buffer.from(`${'B'.repeat(MAX_CODE_BYTES)}\r`)))).toHaveLength(1);
  });

  test('lose prefixes of control characters and the AIM identifier, which is told', () => {
    const [frame] = createLineFramer({ suffix: 'auto' }).push(Buffer.from('\u0002]Q1ABC\u0003\r'));
    expect(frame).toEqual({ type: 'scan', text: 'ABC', aim: ']Q1' });
  });

  test('in GB18030 are read as Chinese, and noise of a wrong baud rate is called garbled', () => {
    const framer = createLineFramer({ suffix: 'cr' });
    expect(texts(framer.push(Buffer.from([0xcf, 0xfb, 0xb7, 0xd1, 0x0d])))).toEqual(['消费']);
    expect(framer.push(Buffer.from([0x31, 0x07, 0x32, 0x0d]))).toMatchObject([{ reason: 'garbled' }]);
    expect(framer.push(Buffer.from([0xff, 0x80, 0x0d]))).toMatchObject([{ reason: 'garbled' }]);
  });
});

describe('reports of a HID POS scanner', () => {
  test('give the code back in both layouts, however long it is', () => {
    fc.assert(
      fc.property(
        code,
        fc.constantFrom('aim-first' as const, 'data-first' as const),
        fc.integer({ min: 0, max: 255 }),
        (text, layout, reportId) => {
          const framer = createHidPosFramer();
          const frames = hidPosReports(text, { layout, reportId }).flatMap((report) => framer.push(report));
          expect(frames).toEqual([{ type: 'scan', text, aim: layout === 'aim-first' ? ']Q1' : null }]);
          expect(framer.layout()).toBe(layout);
        },
      ),
    );
  });

  test('of either layout are told apart from one code to the next', () => {
    const framer = createHidPosFramer();
    const layouts = ['data-first', 'aim-first', 'data-first', 'aim-first'] as const;
    const frames = layouts.flatMap((layout, index) =>
      hidPosReports(`CODE-${index}`, { layout }).flatMap((report) => framer.push(report)),
    );
    expect(texts(frames)).toEqual(['CODE-0', 'CODE-1', 'CODE-2', 'CODE-3']);
  });

  test('with the AIM identifier in front of the data lose it too', () => {
    const framer = createHidPosFramer();
    const [report] = hidPosReports(']Q1ABC', { layout: 'data-first' });
    expect(framer.push(report ?? Buffer.alloc(0))).toEqual([{ type: 'scan', text: 'ABC', aim: ']Q1' }]);
  });

  test('that break off are dropped, never glued to the next code', () => {
    const framer = createHidPosFramer();
    const [first] = hidPosReports('H'.repeat(100), { layout: 'aim-first' });
    framer.push(first ?? Buffer.alloc(0));
    expect(framer.hasPartial()).toBe(true);
    expect(framer.reset()).toMatchObject([{ reason: 'incomplete' }]);
    const [whole] = hidPosReports('WHOLE', { layout: 'aim-first' });
    expect(texts(framer.push(whole ?? Buffer.alloc(0)))).toEqual(['WHOLE']);
  });

  test('that stall and go on are dropped to their end: a tail is no code', () => {
    const [first, second, third] = hidPosReports('T'.repeat(150), { layout: 'aim-first' });
    const [whole] = hidPosReports('WHOLE', { layout: 'aim-first' });
    const push = (framer: ReturnType<typeof createHidPosFramer>, report: Uint8Array | undefined) =>
      framer.push(report ?? Buffer.alloc(0));

    const framer = createHidPosFramer();
    push(framer, first);
    expect(framer.silence()).toMatchObject([{ reason: 'incomplete' }]);
    expect([...push(framer, second), ...push(framer, third)]).toEqual([]);
    expect(texts(push(framer, whole))).toEqual(['WHOLE']);

    push(framer, first);
    framer.silence();
    // Nothing came of the tail: what comes after a second silence is the next customer's.
    expect(framer.silence()).toEqual([]);
    expect(texts(push(framer, whole))).toEqual(['WHOLE']);
  });

  test('of any content crash nothing and grow nothing', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 70 }), { maxLength: 50 }), (reports) => {
        const framer = createHidPosFramer();
        for (const frame of reports.flatMap((report) => framer.push(report)))
          if (frame.type === 'scan') expect(frame.text.length).toBeLessThanOrEqual(MAX_CODE_BYTES);
      }),
    );
    const framer = createHidPosFramer();
    const endless = Buffer.alloc(64, 0x41);
    endless.set([1, 56], 0);
    endless[63] = 1;
    for (let turn = 0; turn < 10_000; turn += 1) framer.push(endless);
    endless[63] = 0;
    expect(framer.push(endless)).toEqual([{ type: 'dropped', reason: 'too-long', byteCount: 56 * 10_001 }]);
  });
});
