import type { Fault } from '../../contract/terminal/errors.ts';
import type { Refuse } from '../../domain/decision.ts';
import { faultOf } from '../fault-error.ts';
import { createAsker } from './authorisation.ts';
import type { CheckoutOptions } from './checkout.ts';
import { judgeAgain, judgePurchase } from './judging.ts';
import type { Decision, Effect, Event } from './machine-types.ts';
import { bookedRow, redemptionBody } from './redemption-body.ts';
import { proven, voucherIn } from './proof.ts';

/**
 * Does what a step wants done, in the world of disk, clearing and printer, and gives back what is answered at once.
 * Never throws: a failure is an event like any other, so that no state waits for what will not come.
 */
export function effects(
  options: CheckoutOptions,
  onAnswer: (event: Event) => void,
): (effect: Effect) => readonly Event[] {
  const { journal, book, circumstances, finisher, log } = options;
  const asker = createAsker({
    book: journal.authorisations,
    campaigns: book,
    authoriser: options.authoriser,
    finisher,
    nowMs: options.nowMs,
    onAnswer,
    log,
  });
  /** Given up while the disk failed: tried again with the next effect. */
  const owed = new Set<string>();

  /** What nobody waits for an answer to: the log is told, and the counter goes on. */
  function attempt(what: string, work: () => void): readonly Event[] {
    try {
      work();
    } catch (error) {
      log(`${what} failed: ${String(error)}`);
    }
    return [];
  }

  function giveUpOwed(): void {
    for (const id of owed) {
      asker.giveUp(id);
      owed.delete(id);
    }
  }

  return (effect) => {
    if (owed.size > 0) attempt('giving up an authorisation', giveUpOwed);
    switch (effect.type) {
      case 'judge': {
        const { id, purchase, basis } = effect;
        try {
          const grounds = { journal, book, around: circumstances() };
          return [{ type: 'judged', id, verdict: judgePurchase(grounds, purchase, basis) }];
        } catch (error) {
          return [{ type: 'judging-failed', id, fault: told('judging', error) }];
        }
      }
      case 'ask':
        try {
          asker.ask(effect.id, effect.wish, effect.again);
          return [];
        } catch (error) {
          return [{ type: 'asking-failed', id: effect.id, fault: told('asking clearing', error) }];
        }
      case 'give-up':
        owed.add(effect.id);
        return attempt('giving up an authorisation', giveUpOwed);
      case 'book':
        try {
          return [write(options, effect.decision, effect.cashierId)];
        } catch (error) {
          return [{ type: 'booking-failed', id: effect.decision.id, fault: told('booking', error) }];
        }
      case 'announce':
        return attempt('telling of a redemption', () => {
          options.onRedeemed(effect.redemption);
          // Where clearing reserved it, it waits for the capture.
          finisher.now();
        });
      case 'seen':
        return attempt('marking as seen', () => journal.acceptNotConfirmed(effect.redemption));
      case 'timer':
        return attempt('a timer', () =>
          options.later(() => onAnswer({ type: 'time-up', timer: effect.timer }), effect.afterMs),
        );
    }
  };

  function told(what: string, error: unknown): Fault {
    const fault = faultOf(error);
    log(`${what} failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    return fault;
  }
}

/** The one place where a redemption is written: decided again inside the transaction that writes it. */
function write(
  { journal, book, circumstances, view }: CheckoutOptions,
  decision: Decision,
  cashierId: string,
): Event {
  const { id, proof, sale, accept } = decision;
  const around = circumstances();
  const facts = { redemptionId: id, sale, accept, cashierId, ...proven(proof, around) };
  const body = redemptionBody(book, facts);
  const appended = journal.append<'redemption', Refuse | 'changed'>(around.nowMs, (reader) => {
    const again = judgeAgain({ journal: reader, book, around }, decision);
    if (again.verdict === 'refuse') return { abort: again };
    return again.payableFen === accept.payableFen ? { kind: 'redemption', body } : { abort: 'changed' };
  });
  if ('aborted' in appended) return { type: 'booking-refused', id, refusal: appended.aborted };
  const confirmed = appended.durability === 'confirmed';
  // Made of what was written, not read back: whatever the disk does now, it is in the journal.
  const redemption = view(bookedRow(appended.entry, body, voucherIn(proof), !confirmed));
  return { type: 'booked', id, redemption, confirmed };
}
