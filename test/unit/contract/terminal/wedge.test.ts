import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  createWedge,
  type Wedge,
  type WedgeAnswer,
  type WedgeKey,
} from '../../../../src/contract/terminal/wedge.ts';

const plain = { shiftKey: false, ctrlKey: false, altKey: false, metaKey: false, repeat: false };
const SHIFTED = ')!@#$%^&*(';
const OTHERS: Readonly<Record<string, readonly [string, boolean]>> = {
  '+': ['Equal', true],
  '/': ['Slash', false],
  '=': ['Equal', false],
  '-': ['Minus', false],
  ']': ['BracketRight', false],
  ':': ['Semicolon', true],
};

/** The key that a scanner presses for a character on the US layout. */
function keyFor(character: string, timeStamp: number, key = character): WedgeKey {
  const base = { ...plain, key, timeStamp };
  if (/[a-zA-Z]/.test(character))
    return { ...base, code: `Key${character.toUpperCase()}`, shiftKey: /[A-Z]/.test(character) };
  if (/\d/.test(character)) return { ...base, code: `Digit${character}` };
  if (SHIFTED.includes(character))
    return { ...base, code: `Digit${SHIFTED.indexOf(character)}`, shiftKey: true };
  const [code, shiftKey] = OTHERS[character] ?? ['', false];
  return { ...base, code, shiftKey };
}

function typed(wedge: Wedge, text: string, gapMs: number, startMs = 0, key?: string): WedgeAnswer {
  let timeStamp = startMs;
  for (const character of text) {
    if (/[A-Z]/.test(character))
      wedge.keydown({ ...plain, code: 'ShiftLeft', key: 'Shift', timeStamp, shiftKey: true });
    wedge.keydown(keyFor(character, timeStamp, key));
    timeStamp += gapMs;
  }
  return wedge.keydown({ ...plain, code: 'Enter', key: 'Enter', timeStamp });
}

const codes = fc.stringMatching(/^[A-Za-z0-9+/=]{6,300}$/);

describe('a scanner in keyboard mode', () => {
  test('is read exactly, whatever it types', () => {
    fc.assert(
      fc.property(codes, fc.integer({ min: 0, max: 50 }), (code, gapMs) => {
        expect(typed(createWedge(), code, gapMs)).toMatchObject({ type: 'scan', text: code });
      }),
    );
  });

  test('is read while a Chinese input method hides the keys, and with caps lock on', () => {
    expect(typed(createWedge(), 'aBc123XyZ=', 3, 0, 'Process')).toMatchObject({ text: 'aBc123XyZ=' });
    const wedge = createWedge();
    for (const [index, character] of Array.from('AbCdEf').entries())
      wedge.keydown({
        ...keyFor(character, index),
        key: /[A-Z]/.test(character) ? character.toLowerCase() : character.toUpperCase(),
      });
    expect(wedge.keydown({ ...plain, code: 'Tab', key: 'Tab', timeStamp: 9 })).toMatchObject({
      text: 'AbCdEf',
    });
  });

  test('has its AIM identifier taken off', () => {
    expect(typed(createWedge(), ']Q1ABCDEF', 5)).toMatchObject({ type: 'scan', text: 'ABCDEF' });
  });

  test('keeps its keys from the page once it is recognised, and says how many got through', () => {
    const wedge = createWedge();
    const answers = Array.from('1234567').map((digit, index) => wedge.keydown(keyFor(digit, index * 5)).type);
    expect(answers).toEqual(['pass', 'pass', 'pass', 'swallow', 'swallow', 'swallow', 'swallow']);
    expect(wedge.keydown({ ...plain, code: 'Enter', key: 'Enter', timeStamp: 40 })).toMatchObject({
      leaked: 3,
    });
  });
});

describe('a person', () => {
  test('who types is never taken for a scanner', () => {
    fc.assert(
      fc.property(codes, fc.integer({ min: 90, max: 2000 }), (code, gapMs) => {
        const wedge = createWedge();
        const answers = Array.from(code).map((character, index) =>
          wedge.keydown(keyFor(character, index * gapMs)),
        );
        expect(answers.every(({ type }) => type === 'pass')).toBe(true);
        expect(typed(createWedge(), code, gapMs)).toEqual({ type: 'pass' });
      }),
    );
  });

  test('who holds a key or uses a shortcut is never taken for a scanner', () => {
    const wedge = createWedge();
    for (let at = 0; at < 300; at += 30) wedge.keydown({ ...keyFor('7', at), repeat: at > 0 });
    expect(wedge.keydown({ ...plain, code: 'Enter', key: 'Enter', timeStamp: 310 })).toEqual({
      type: 'pass',
    });
    for (let at = 400; at < 500; at += 10) wedge.keydown({ ...keyFor('v', at), ctrlKey: true });
    expect(wedge.keydown({ ...plain, code: 'Enter', key: 'Enter', timeStamp: 500 })).toEqual({
      type: 'pass',
    });
  });
});

/** Types with a pause of its own before each key, the last one before Enter. */
function typedWithPauses(wedge: Wedge, text: string, gapsMs: readonly number[]): readonly WedgeAnswer[] {
  let timeStamp = 10_000;
  const answers = Array.from(text).map((character, index) => {
    timeStamp += gapsMs[index] ?? 0;
    return wedge.keydown(keyFor(character, timeStamp));
  });
  timeStamp += gapsMs[text.length] ?? 0;
  return [...answers, wedge.keydown({ ...plain, code: 'Enter', key: 'Enter', timeStamp })];
}

describe('a code that a busy PC tears apart', () => {
  const voucher = 'hQVDUFYwMWFJTwbwWk1EVjFjP8E=';

  test('is still read where it stalls for a moment, wherever that is', () => {
    for (let at = 1; at <= voucher.length; at += 1) {
      const gaps = Array.from({ length: voucher.length + 1 }, (_, index) => (index === at ? 300 : 3));
      expect(typedWithPauses(createWedge(), voucher, gaps).at(-1)).toMatchObject({ text: voucher });
    }
    const often = Array.from({ length: voucher.length + 1 }, (_, index) => (index % 4 === 3 ? 120 : 3));
    expect(typedWithPauses(createWedge(), voucher, often).at(-1)).toMatchObject({ text: voucher });
  });

  test('never becomes another code: it is read whole, asked for again, or not taken at all', () => {
    const codeAndGaps = fc.stringMatching(/^[A-Za-z0-9+/=]{12,60}$/).chain((code) =>
      fc.tuple(
        fc.constant(code),
        fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 61, maxLength: 61 }),
        // From 90 ms on a lone digit before a code is a person's, and the code without it would be whole.
        fc.option(fc.tuple(fc.nat(5), fc.integer({ min: 51, max: 89 }))),
        fc.uniqueArray(
          fc.tuple(fc.integer({ min: 6, max: code.length }), fc.integer({ min: 51, max: 330 })),
          { maxLength: 3, selector: ([at]) => at },
        ),
      ),
    );
    fc.assert(
      fc.property(codeAndGaps, ([code, gaps, early, stalls]) => {
        const pauses = [...gaps];
        for (const [at, ms] of early === null ? stalls : [early, ...stalls]) pauses[at] = ms;
        for (const answer of typedWithPauses(createWedge(), code, pauses))
          if (answer.type === 'scan') expect(answer.text).toBe(code);
      }),
      { numRuns: 3000 },
    );
  });

  test('is no key press of the cashier: the Enter behind its rest confirms nothing', () => {
    const gaps = Array.from({ length: voucher.length + 1 }, (_, index) => (index === 25 ? 400 : 3));
    expect(typedWithPauses(createWedge(), voucher, gaps).at(-1)).toMatchObject({ type: 'broken' });
    const late = Array.from({ length: voucher.length + 1 }, (_, index) =>
      index === voucher.length ? 600 : 3,
    );
    expect(typedWithPauses(createWedge(), voucher, late).at(-1)).toMatchObject({ type: 'broken' });
  });

  test('does not hold up the person who types afterwards', () => {
    const wedge = createWedge();
    for (const [index, character] of Array.from(voucher).entries())
      wedge.keydown(keyFor(character, index * 3));
    expect(typedWithPauses(wedge, '12850', [0, 120, 120, 120, 120, 120]).at(-1)).toEqual({ type: 'pass' });
  });
});

describe('two codes', () => {
  test('are never glued: what follows a code without an end is asked for again, after a second it is a new one', () => {
    const wedge = createWedge();
    const begin = (startMs: number): void => {
      for (const [index, digit] of Array.from('111111').entries())
        wedge.keydown(keyFor(digit, startMs + index));
    };
    begin(0);
    expect(typed(wedge, '222222', 5, 400)).toEqual({ type: 'broken', leaked: 3 });
    begin(5000);
    expect(typed(wedge, '222222', 5, 6100)).toMatchObject({ text: '222222' });
    begin(10_000);
    wedge.reset();
    expect(typed(wedge, '444444', 5, 10_010)).toMatchObject({ text: '444444' });
  });

  test('a burst longer than any code is asked for again', () => {
    expect(typed(createWedge(), '7'.repeat(5000), 1)).toMatchObject({ type: 'broken' });
  });
});
