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
      fc.property(codes, fc.integer({ min: 51, max: 2000 }), (code, gapMs) => {
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

describe('two codes', () => {
  test('are never glued: a pause or a reset ends the first', () => {
    const wedge = createWedge();
    for (const [index, digit] of Array.from('111111').entries()) wedge.keydown(keyFor(digit, index));
    expect(typed(wedge, '222222', 5, 100)).toMatchObject({ text: '222222' });
    for (const [index, digit] of Array.from('333333').entries()) wedge.keydown(keyFor(digit, 200 + index));
    wedge.reset();
    expect(typed(wedge, '444444', 5, 210)).toMatchObject({ text: '444444' });
  });

  test('a burst longer than any code is no scan', () => {
    expect(typed(createWedge(), '7'.repeat(5000), 1)).toEqual({ type: 'pass' });
  });
});
