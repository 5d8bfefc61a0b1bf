import { expect, test } from 'vitest';
import { EVENTS, STEPS, type State, type Step } from '../../../../src/terminal/checkout/machine-types.ts';
import { step } from '../../../../src/terminal/checkout/machine.ts';
import { shownState } from '../../../../src/terminal/checkout/view.ts';
import { MAY, NEXT } from '../../../support/checkout-page.ts';
import { eventSamples, MOMENT, stateName, stateSamples } from '../../../support/checkout-samples.ts';

/** An hour on, when every decision has ended. */
const LATE = { ...MOMENT, nowMs: MOMENT.nowMs + 3_600_000 };
const states = Object.entries(stateSamples());
const pairs = states.flatMap(([name, state]) =>
  Object.entries(eventSamples(state)).map(([event, sample]) => [name, state, event, sample] as const),
);

test('the page knows every state and every event of the program, and no others', () => {
  const base = (name: string): string => name.split(',')[0] ?? '';
  expect(new Set([...MAY.keys()].map(base))).toEqual(new Set(STEPS.filter((each) => each !== 'judging')));
  expect(new Set(states.map(([name]) => base(name)))).toEqual(new Set(STEPS));
  expect(new Set(pairs.map(([, , event]) => base(event)))).toEqual(new Set(EVENTS));
  const known = new Set(pairs.map(([name, , event]) => `${name} × ${event}`));
  expect([...NEXT.keys()].filter((pair) => !known.has(pair))).toEqual([]);
});

test.each([...MAY])('%s: digits, Enter and Esc do what the page says', (name, can) => {
  expect(shownState(stateNamed(name)).can).toEqual(can);
});

test('each pair of state and event leads where the page says, and any other leaves the state as it is', () => {
  const differing = pairs.flatMap(([name, state, event, sample]) => {
    const after = stateName(step(state, sample.event, sample.late === true ? LATE : MOMENT).state);
    const expected = NEXT.get(`${name} × ${event}`) ?? name;
    return after === expected ? [] : [`${name} × ${event}: ${expected} on the page, ${after} in the program`];
  });
  expect(differing).toEqual([]);
});

/** The step that the sample of an event makes. */
function stepBy(state: State, name: string): Step {
  const sample = eventSamples(state)[name];
  if (sample === undefined) throw new Error(`no sample of ${name}`);
  return step(state, sample.event, MOMENT);
}

function stateNamed(name: string): State {
  const state = stateSamples()[name];
  if (state === undefined) throw new Error(`no sample of ${name}`);
  return state;
}

test('a till opens nothing while what was scanned at an idle counter is judged', () => {
  const judging = stepBy(stateNamed('ready'), 'scanned, code').state;
  const { state, answer } = stepBy(judging, 'till-opened');
  expect({ state, answer }).toEqual({ state: judging, answer: { type: 'ignored', why: 'busy' } });
});

test('a wrong amount that leads back to where nothing is held gives back what clearing holds', () => {
  const judging = stepBy(stateNamed('confirming, reserved'), 'booking-refused, changed').state;
  expect(stepBy(judging, 'judged, amount-differs').effects).toEqual([{ type: 'give-up', id: 'auth-1' }]);
});
