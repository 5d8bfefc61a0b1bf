import { setTimeout as sleep } from 'node:timers/promises';
import { ROUTES } from '../../contract/clearing/protocol.ts';
import type { EntryName } from '../../contract/journal/entry.ts';
import type { Fault } from '../../contract/terminal/errors.ts';
import type { SyncState } from '../../contract/terminal/state.ts';
import { backoffMs } from '../../domain/backoff.ts';
import { faultOf } from '../fault-error.ts';
import type { AckOutcome } from '../journal/types.ts';
import { createClearingClient, type ClearingAnswer } from './clearing-client.ts';
import { feedRequest, nextBatch, takeAcknowledgement, takeFeed } from './exchange.ts';
import { createHttpClient } from './http-client.ts';
import { offlineLeft } from '../../domain/offline-limits.ts';
import type { Sync, SyncOptions } from './types.ts';

/** How old the spent set gets while clearing is reachable. */
const FEED_INTERVAL_MS = 8000;
const FEED_TIMEOUT_MS = 4000;
const BATCH_TIMEOUT_MS = 15_000;
/** Work of one turn; what is left goes on in the next, so that a stop or a feed never waits long. */
const MAX_BATCHES_A_TURN = 25;
const MAX_FEEDS_A_TURN = 25;
const MAX_BATCH = 200;
/** While a customer is being served: a batch of 200 keeps the core from a scan for some 30 ms, one of 40 for 6. */
const SMALL_BATCH = 40;
/** A Retry-After is followed, but whoever answers so isn't known: not for longer than a queue would bear. */
const LONGEST_ASKED_MS = 5 * 60_000;
/** Between failed turns. */
const RETRIES = { firstMs: 500, longestMs: 30_000 };

type Turn =
  | { readonly result: 'done'; readonly more: boolean }
  | {
      readonly result: 'failed';
      readonly answer: 'unknown' | 'refused';
      readonly fault: Fault;
      readonly retryAfterMs?: number | null;
    };

const describe = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message) : String(error);

/** `entry`: that which was refused. */
function failed(answer: Exclude<ClearingAnswer, { readonly kind: 'ok' }>, entry?: EntryName): Turn {
  const retryAfterMs = answer.kind === 'unknown' ? answer.retryAfterMs : null;
  const { code, params } = answer.fault;
  const at = entry === undefined || !isOfContents(answer.fault) ? {} : { epoch: entry.epoch, seq: entry.seq };
  return {
    result: 'failed',
    answer: answer.kind,
    fault: { code, params: { ...params, ...at } },
    retryAfterMs,
  };
}

/**
 * A whole batch refused for what is in it hides which entry it was: it is halved until that is alone. Nothing is sent
 * past it, since clearing would hold all that follows; the refusal isn't signed, so it may be anybody's, and the same
 * goes again later.
 */
function isOfContents({ params }: Fault): boolean {
  return params['error'] === 'bad-request' || params['error'] === 'too-large';
}

/** An answer of 200 that can't be trusted is no answer: the same entries go again. */
function distrusted(fault: Fault): Turn {
  return { result: 'failed', answer: 'refused', fault };
}

/** Tells whoever waits that a turn has ended. */
function turnBell() {
  let waiting: (() => void)[] = [];
  return {
    next: (): Promise<void> => new Promise((resolve) => waiting.push(resolve)),
    ended: (): void => {
      const all = waiting;
      waiting = [];
      for (const resolve of all) resolve();
    },
  };
}

/** A wait that a wake ends early; a wake while nobody waits ends the next wait at once. */
function createAlarmClock() {
  let pendingWake = false;
  let ring: (() => void) | null = null;
  return {
    wake: () => {
      if (ring === null) pendingWake = true;
      else ring();
    },
    wait: (ms: number): Promise<void> =>
      new Promise((resolve) => {
        const done = (): void => {
          clearTimeout(timer);
          ring = null;
          pendingWake = false;
          resolve();
        };
        const timer = setTimeout(done, pendingWake ? 0 : ms);
        ring = done;
      }),
  };
}

/**
 * Keeps journal and clearing in step until stopped. Sends what waits, takes in verdicts and feeds, and tells
 * honestly how it stands. Never throws, and ends by `stop()` alone: a turn that fails is shown, and tried again.
 */
export function startSync(options: SyncOptions): Sync {
  const { journal, clock, trustedKeys, openPack } = options;
  const http =
    options.http === undefined ? createHttpClient() : { send: options.http, close: () => undefined };
  const abort = new AbortController();
  const client = createClearingClient({ ...options, http: http.send, signal: abort.signal });
  const alarm = createAlarmClock();
  const turns = turnBell();
  const state = {
    connection: 'connecting' as SyncState['connection'],
    lastContactAtMs: journal.feedState().lastFeedServerTimeMs,
    lastError: null as Fault | null,
  };
  let failures = 0;
  let feedWanted = true;
  let lastFeedMs = 0;
  let batchLimit = MAX_BATCH;
  let lastShown = '';

  const currentState = (): SyncState => {
    const pending = journal.pending();
    const policy = options.offlinePolicy?.() ?? null;
    const { lastFeedServerTimeMs } = journal.feedState();
    return {
      ...state,
      pendingCount: pending.count,
      pendingDiscountFen: pending.discountFen,
      oldestPendingAtMs: pending.oldestAtMs,
      clock: clock.trust(),
      offlineLeft:
        policy === null ? null : offlineLeft(policy, { nowMs: clock.nowMs(), lastFeedServerTimeMs, pending }),
    };
  };
  /** Whoever draws it may fail; that stops nothing. */
  const show = (): void => {
    try {
      const now = currentState();
      // What is left of the age limit changes with every millisecond: not a reason to repaint.
      const text = JSON.stringify({
        ...now,
        offlineLeft: now.offlineLeft && { ...now.offlineLeft, ageMs: 0 },
      });
      if (text === lastShown) return;
      lastShown = text;
      options.onState(now);
    } catch (error) {
      options.log?.(`the sync's state could not be shown: ${describe(error)}`);
    }
  };
  const contact = (serverTimeMs: number, roundTripMs: number): void => {
    // Sending goes on, but what may be an old answer shown again makes nobody online.
    const isBelieved = clock.onSignedTime(serverTimeMs, roundTripMs);
    state.connection = isBelieved ? 'online' : 'refused';
    state.lastError = isBelieved ? null : { code: 'clock-contested', params: {} };
    if (isBelieved) state.lastContactAtMs = clock.nowMs();
    failures = 0;
  };
  const announce = (outcome: AckOutcome): Turn | null => {
    if (outcome.changed.length > 0) options.onRedemptionsChanged(outcome.changed);
    if (outcome.behind !== null) {
      const { epoch, seq } = outcome.behind;
      options.onBehind?.({ epoch, seq });
      return distrusted({ code: 'journal-behind', params: { epoch, seq, by: 'clearing' } });
    }
    const contradiction = outcome.contradictions[0];
    if (contradiction === undefined) return null;
    const { epoch, seq, verdict } = contradiction;
    return distrusted({
      code: 'clearing-not-trusted',
      params: { reason: 'contradiction', epoch, seq, verdict },
    });
  };
  const context = () => ({ journal, trustedKeys, openPack, nowMs: clock.nowMs() });

  const feedOnce = async (): Promise<Turn> => {
    const answer = await client.post(ROUTES.feed, feedRequest(journal), { timeoutMs: FEED_TIMEOUT_MS });
    if (answer.kind !== 'ok') return failed(answer);
    const taken = takeFeed(context(), answer.body);
    if (!taken.ok) return distrusted(taken.fault);
    contact(taken.serverTimeMs, answer.roundTripMs);
    options.onFeed(taken.value);
    return announce(taken.outcome) ?? { result: 'done', more: taken.value.moreChanges };
  };

  const sendBatch = async (): Promise<Turn> => {
    const most = options.someoneWaits?.() === true ? SMALL_BATCH : MAX_BATCH;
    const batch = nextBatch(journal, Math.min(batchLimit, most));
    if (batch === null) return { result: 'done', more: false };
    const answer = await client.post(ROUTES.entries, batch.body, { timeoutMs: BATCH_TIMEOUT_MS });
    if (answer.kind === 'refused') {
      const { length } = batch.entries;
      if (length === 1 || !isOfContents(answer.fault)) return failed(answer, batch.entries[0]);
      batchLimit = Math.floor(length / 2);
      return { result: 'done', more: true };
    }
    if (answer.kind === 'unknown') return failed(answer);
    const taken = takeAcknowledgement(context(), answer.body);
    if (!taken.ok) return distrusted(taken.fault);
    contact(taken.serverTimeMs, answer.roundTripMs);
    batchLimit = Math.min(MAX_BATCH, batchLimit * 2);
    const trouble = announce(taken.outcome);
    if (trouble !== null) return trouble;
    const [first] = batch.entries;
    if (first !== undefined && journal.verdictOf(first) === null)
      return distrusted({ code: 'clearing-not-trusted', params: { reason: 'no-verdict', seq: first.seq } });
    return { result: 'done', more: true };
  };

  const repeat = async (step: () => Promise<Turn>, most: number): Promise<Turn> => {
    let turn: Turn = { result: 'done', more: true };
    for (
      let round = 0;
      round < most && !abort.signal.aborted && turn.result === 'done' && turn.more;
      round += 1
    ) {
      turn = await step();
      show();
    }
    return turn;
  };

  const turn = async (): Promise<Turn> => {
    const due = performance.now() - lastFeedMs >= FEED_INTERVAL_MS;
    if (feedWanted || due || state.connection !== 'online') {
      const fed = await repeat(feedOnce, MAX_FEEDS_A_TURN);
      if (fed.result === 'failed') return fed;
      feedWanted = fed.more;
      lastFeedMs = performance.now();
    }
    const sent = await repeat(sendBatch, MAX_BATCHES_A_TURN);
    return sent.result === 'failed' ? sent : { result: 'done', more: sent.more || feedWanted };
  };

  /** Whatever fails here or in a listener ends this turn, never the loop: without it nothing would be sent again. */
  const orFault = (error: unknown): Turn => {
    options.log?.(`a turn of the sync failed: ${describe(error)}`);
    return { result: 'failed', answer: 'refused', fault: faultOf(error) };
  };

  const run = async (): Promise<void> => {
    await alarm.wait(options.firstContactMs ?? 0);
    while (!abort.signal.aborted) {
      const ended = await turn().catch(orFault);
      let delayMs = FEED_INTERVAL_MS * (0.8 + Math.random() * 0.4);
      if (ended.result === 'failed') {
        state.connection = ended.answer === 'unknown' ? 'offline' : 'refused';
        state.lastError = ended.fault;
        failures += 1;
        const askedMs = Math.min(ended.retryAfterMs ?? 0, LONGEST_ASKED_MS);
        delayMs = Math.max(askedMs, backoffMs(failures, RETRIES, Math.random()));
      } else if (ended.more) delayMs = 0;
      if (ended.result === 'failed' || !ended.more) turns.ended();
      show();
      await alarm.wait(delayMs);
    }
  };

  const now = (): void => {
    feedWanted = true;
    failures = 0;
    alarm.wake();
  };
  const notifyAppended = (): void => {
    show();
    if (state.connection === 'online') alarm.wake();
  };
  const stopListening = journal.onAppended(notifyAppended);
  show();
  const running = run();

  return {
    now,
    flush: async (atMostMs) => {
      if (journal.pending().count === 0) return;
      // The turn under way may have read what waits before the newest entry was in: so two ends of turns.
      const ended = turns.next().then(() => (journal.pending().count === 0 ? undefined : turns.next()));
      now();
      await Promise.race([ended, sleep(atMostMs, undefined, { ref: false, signal: abort.signal })]).catch(
        () => undefined,
      );
    },
    notifyAppended,
    state: currentState,
    stop: async () => {
      stopListening();
      abort.abort();
      alarm.wake();
      await running;
      http.close();
    },
  };
}
