import { expect, test } from 'vitest';
import type { AppState } from '../../../src/contract/terminal/state.ts';
import { mayUpdate, noteUpdate, updatesSchema } from '../../../src/terminal/updates.ts';
import { shown } from '../../support/scenes.ts';

type Asked = Pick<AppState, 'phase' | 'shift' | 'user' | 'training'>;
const QUIET: Asked = { phase: 'sign-in', shift: null, user: null, training: false };
const USER: AppState['user'] = { id: 'u1', name: '王店长', role: 'manager' };
const READY = shown({ step: 'ready', amountFen: null, receiptNumber: '' });

test('the program may be replaced only outside a shift, a purchase and a training', () => {
  expect(mayUpdate(QUIET, READY, false)).toBe(true);
  const shift = { number: 1, openedAtMs: 0 };
  for (const closing of [false, true]) {
    expect(mayUpdate({ ...QUIET, shift }, READY, closing)).toBe(false);
    expect(mayUpdate({ ...QUIET, training: true }, READY, closing)).toBe(false);
    expect(mayUpdate(QUIET, shown({ step: 'ready', amountFen: 10_000, receiptNumber: '' }), closing)).toBe(
      false,
    );
  }
});

test('it is not replaced under the hands of somebody who is signed in or sets the PC up, unless they close it', () => {
  expect(mayUpdate({ ...QUIET, user: USER }, READY, false)).toBe(false);
  expect(mayUpdate({ ...QUIET, user: USER }, READY, true)).toBe(true);
  expect(mayUpdate({ ...QUIET, phase: 'activation' }, READY, false)).toBe(false);
  expect(mayUpdate({ ...QUIET, phase: 'activation' }, READY, true)).toBe(true);
});

test('updates come over https alone, except from this PC itself', () => {
  const accepted = (url: string): boolean => updatesSchema.safeParse({ url }).success;
  for (const url of ['https://updates.city.example/pos/', 'http://127.0.0.1:8080/', 'http://localhost/'])
    expect(accepted(url), url).toBe(true);
  for (const url of [
    'http://updates.city.example/',
    'http://127.0.0.1.city.example/',
    'https://name:word@updates.city.example/',
    'file:///tmp/feed',
    'no address',
    '',
  ])
    expect(accepted(url), url).toBe(false);
});

test('a version that was given up is written into the journal once, and what is everyday is not', () => {
  const written: unknown[] = [];
  const settings = new Map<string, string>();
  const journal = {
    append: (_nowMs: number, make: () => unknown) => written.push(make()),
    setting: (name: string) => settings.get(name) ?? null,
    setSetting: (name: string, value: string) => settings.set(name, value),
  } as unknown as Parameters<typeof noteUpdate>[0];
  noteUpdate(journal, { version: '2.0.0', reason: 'waiting', why: null }, 1);
  noteUpdate(journal, { version: '2.0.0', reason: 'refused', why: null }, 1);
  expect(written).toEqual([]);
  for (let start = 0; start < 3; start += 1)
    noteUpdate(journal, { version: '2.0.0', reason: 'rolled-back', why: null }, 2);
  noteUpdate(journal, { version: '3.0.0', reason: 'no-way-back', why: 'nothing-kept' }, 3);
  expect(written).toEqual([
    { kind: 'alarm', body: { code: 'update-rolled-back', details: { version: '2.0.0' } } },
    {
      kind: 'alarm',
      body: { code: 'update-no-way-back', details: { version: '3.0.0', why: 'nothing-kept' } },
    },
  ]);
});
