import { randomUUID } from 'node:crypto';
import type { CheckoutState } from '../../contract/terminal/state.ts';
import type { CheckoutOptions } from './checkout.ts';
import { effects } from './effects.ts';
import { firstState, step } from './machine.ts';
import type { Answer, Event, Moment, State } from './machine-types.ts';
import { shownState } from './view.ts';

export interface Runner {
  /** What happened, and all that follows from it at once; the answer is for whoever caused it. */
  dispatch(event: Event): Answer;
  state(): State;
  /** The state as the screens get it. */
  shown(): CheckoutState;
}

/** Runs the machine: does its effects in order and hands it what they answer. What is decided is decided there. */
export function createRunner(options: CheckoutOptions): Runner {
  const { journal, log } = options;
  const run = effects(options, (event) => void dispatch(event));
  const waiting: Event[] = [];
  let running = false;
  let lastReceipt = '';
  const [unseen] = journal.notConfirmed();
  let state = firstState(unseen === undefined ? null : options.view(unseen), moment());
  let shown = shownState(state);

  function moment(): Moment {
    return {
      nowMs: options.nowMs(),
      cashierId: options.cashierId(),
      counter: options.till,
      nextReceipt: nextReceipt(),
      newId: randomUUID(),
    };
  }

  /** One for each place in the journal, so it never comes twice. */
  function nextReceipt(): string {
    try {
      lastReceipt = `${journal.epoch}-${(journal.head()?.seq ?? 0) + 1}`;
    } catch (error) {
      // A disk that can't be read is told when the purchase is judged.
      log(`the journal's head could not be read: ${String(error)}`);
    }
    return lastReceipt;
  }

  function dispatch(event: Event): Answer {
    waiting.push(event);
    let told: Answer = { type: 'done' };
    // Whoever is told of a state may act on it: that comes after what is under way.
    if (running) return told;
    running = true;
    try {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        const after = step(state, next, moment());
        if (told.type === 'done') told = after.answer;
        become(after.state);
        for (const effect of after.effects) waiting.push(...run(effect));
      }
    } finally {
      running = false;
      waiting.length = 0;
    }
    return told;
  }

  function become(after: State): void {
    if (after === state) return;
    state = after;
    if (after.step === 'judging') return;
    shown = shownState(after);
    try {
      options.onState(shown);
    } catch (error) {
      log(`a listener of the checkout failed: ${String(error)}`);
    }
  }

  return { dispatch, state: () => state, shown: () => shown };
}
