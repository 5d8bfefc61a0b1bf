import type { Params } from '../../contract/terminal/errors.ts';
import { backoffMs } from '../../domain/backoff.ts';
import { DECISION_LIFE_MS } from '../../domain/durations.ts';
import type { OpenAuthorisation } from '../journal/authorisations.ts';
import type { Journal } from '../journal/types.ts';
import type { Authoriser, AuthorisationOutcome } from '../sync/authoriser.ts';

/** Between attempts to tell clearing how authorisations ended; well within the 5 minutes for which it holds one. */
const RETRIES = { firstMs: 1000, longestMs: 15_000 };

export interface FinisherOptions {
  readonly journal: Journal;
  readonly authoriser: Authoriser;
  readonly nowMs: () => number;
  readonly log: (line: string) => void;
  /** Clearing didn't take a capture: the entry's own verdict decides, but somebody should know. */
  readonly onAlarm: (code: string, details: Params) => void;
}

/** Tells clearing how authorisations ended, as often as it takes. */
export interface Finisher {
  /** Something was given up or booked: try now. */
  now(): void;
  /** Resolves when nothing is given up any more that clearing hasn't heard of, or at the first failure. */
  settled(): Promise<void>;
  stop(): Promise<void>;
}

/** Whether clearing knows; else it is told again. */
function isOver(
  { state: step, createdAtMs }: OpenAuthorisation,
  outcome: AuthorisationOutcome,
  nowMs: number,
): boolean {
  // A refusal by HTTP isn't signed: it may be a proxy's. Once every hold has ended by itself it may be right.
  if (outcome.kind !== 'answer')
    return outcome.kind === 'refused' && nowMs > createdAtMs + 2 * DECISION_LIFE_MS;
  const { status } = outcome.value;
  return step === 'capturing' ? status !== 'reserved' : status !== 'reserved' && status !== 'captured';
}

export function createFinisher({ journal, authoriser, nowMs, log, onAlarm }: FinisherOptions): Finisher {
  const book = journal.authorisations;
  let stopped = false;
  let failures = 0;
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | null = null;

  async function finish(open: OpenAuthorisation): Promise<boolean> {
    const { id, state, confirmedAtMs } = open;
    const outcome =
      state === 'capturing'
        ? await authoriser.capture(id, confirmedAtMs ?? open.createdAtMs)
        : await authoriser.release(id, 'given up');
    if (stopped || !isOver(open, outcome, nowMs())) return false;
    if (state === 'capturing') tellUncaptured(id, outcome);
    book.finish(id);
    return true;
  }

  function tellUncaptured(id: string, outcome: AuthorisationOutcome): void {
    if (outcome.kind === 'unknown') return;
    const status = outcome.kind === 'answer' ? outcome.value.status : 'refused';
    if (status === 'captured' || status === 'settled') return;
    const reason = outcome.kind === 'answer' ? outcome.value.reason : String(outcome.fault.params['error']);
    log(`authorisation ${id} was not captured: ${status} ${reason ?? ''}`);
    onAlarm('capture-refused', { authorisationId: id, status, reason });
  }

  const isOwed = ({ state }: OpenAuthorisation): boolean => state === 'capturing' || state === 'releasing';

  /** One after the other until nothing is owed, or the first that clearing couldn't be told. */
  async function round(): Promise<void> {
    let done = true;
    for (let next = book.open().find(isOwed); done && next !== undefined; next = book.open().find(isOwed))
      done = await finish(next);
    if (done) failures = 0;
    else later();
  }

  function later(): void {
    clearTimeout(timer);
    failures += 1;
    if (!stopped) timer = setTimeout(now, backoffMs(failures, RETRIES, Math.random()));
  }

  function now(): void {
    if (stopped) return;
    running ??= round()
      .catch((error: unknown) => {
        log(`authorisations could not be finished: ${String(error)}`);
        later();
      })
      .finally(() => {
        running = null;
      });
  }

  return {
    now,
    settled: async () => {
      now();
      await running;
    },
    stop: async () => {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}
