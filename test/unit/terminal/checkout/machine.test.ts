import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { EVENTS, STEPS } from '../../../../src/terminal/checkout/machine-types.ts';
import { step } from '../../../../src/terminal/checkout/machine.ts';
import { shownState } from '../../../../src/terminal/checkout/view.ts';
import { eventSamples, MOMENT, stateName, stateSamples } from '../../../support/checkout-samples.ts';

/** The page that a person wrote: what is in its tables is what must happen. */
const page = readFileSync(new URL('../../../../docs/checkout.md', import.meta.url), 'utf8');
const rows = page
  .split('\n')
  .filter((line) => line.startsWith('| `'))
  .map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim().replaceAll('`', '')),
  );
/** state, what it is, digits, Enter, Esc, keeps the code, at rest */
const MAY = rows.filter((cells) => cells.length === 7);
/** state, event, next, what is seen */
const NEXT = new Map(
  rows.filter((cells) => cells.length === 4).map(([state, event, next]) => [`${state} × ${event}`, next]),
);

/** An hour on, when every decision has ended. */
const LATE = { ...MOMENT, nowMs: MOMENT.nowMs + 3_600_000 };
const states = Object.entries(stateSamples());
const pairs = states.flatMap(([name, state]) =>
  Object.entries(eventSamples(state)).map(([event, sample]) => [name, state, event, sample] as const),
);

test('the page knows every state and every event of the program, and no others', () => {
  const base = (name: string | undefined): string => name?.split(',')[0] ?? '';
  expect(new Set(MAY.map(([state]) => base(state)))).toEqual(
    new Set(STEPS.filter((each) => each !== 'judging')),
  );
  expect(new Set(states.map(([name]) => base(name)))).toEqual(new Set(STEPS));
  expect(new Set(pairs.map(([, , event]) => base(event)))).toEqual(new Set(EVENTS));
  const known = new Set(pairs.map(([name, , event]) => `${name} × ${event}`));
  expect([...NEXT.keys()].filter((pair) => !known.has(pair))).toEqual([]);
});

test.each(MAY)(
  '%s: digits, Enter and Esc do what the page says',
  (name, _what, digits, enter, escape, keeps, rest) => {
    const state = stateSamples()[name];
    if (state === undefined) throw new Error(`no sample of ${name}`);
    expect(shownState(state).can).toEqual({
      digits,
      enter,
      escape,
      keepsCode: keeps === 'yes',
      atRest: rest === 'yes',
    });
  },
);

test('each pair of state and event leads where the page says, and any other leaves the state as it is', () => {
  const differing = pairs.flatMap(([name, state, event, sample]) => {
    const after = stateName(step(state, sample.event, sample.late === true ? LATE : MOMENT).state);
    const expected = NEXT.get(`${name} × ${event}`) ?? name;
    return after === expected ? [] : [`${name} × ${event}: ${expected} on the page, ${after} in the program`];
  });
  expect(differing).toEqual([]);
});
