import type { Done, Happening, Redemption, Sale, Shown } from './checkout-model.ts';

/** What every cashier may rely on, whatever happens in which order. Each promise reads what was seen, not the model. */

/** A state as it was seen. */
export interface Stand {
  /** `judging` too, which no screen shows. */
  readonly step: string;
  readonly shown: Shown;
  /** The decision that may be confirmed or is being written. */
  readonly decisionId: string | null;
  /** What of clearing's the state stands on: what was asked, or is reserved. */
  readonly standsOn: string | null;
  /** The judging that is awaited. */
  readonly judgeId: string | null;
}

/** What the pretend world has written down. */
export interface Recorded extends Sale {
  readonly decisionId: string;
  readonly redemption: Redemption;
  /** Its second copy is there too. */
  readonly confirmed: boolean;
}

/** What is true outside of the program. */
export interface Truth {
  readonly journal: readonly Recorded[];
  /** Authorisations that clearing holds, or may hold since nobody knows its answer. */
  readonly mayHold: readonly string[];
}

export interface Instant {
  readonly before: Stand;
  readonly event: Happening;
  readonly cashierId: string | null;
  /** The till of what is typed. */
  readonly counter: string;
  readonly after: Stand;
  /** False: the state is the very same as before. */
  readonly changed: boolean;
  readonly effects: readonly Done[];
  readonly taken: boolean;
  readonly truth: Truth;
  /** The state to which Esc would have led now. */
  readonly escaped: Stand;
  /** A till would have opened a purchase now, somebody being signed in; and nobody. */
  readonly tillOpens: { readonly signedIn: boolean; readonly nobody: boolean };
}

interface Standing {
  readonly amountFen: number | null;
  /** The code that waits: for an amount, a verdict, clearing or the cashier. */
  readonly code: string | null;
  /** The till's purchase at hand. */
  readonly ofTill: Sale | null;
  /** What ends it by itself. */
  readonly timer: string | null;
}

const NOTHING: Standing = { amountFen: null, code: null, ofTill: null, timer: null };

/** What was set, scanned, written and shown so far. */
interface Ledger {
  before: Standing;
  now: Standing;
  /** What a judging that changes nothing leads back to. */
  settled: Standing;
  readonly booked: Set<string>;
  readonly shown: Set<string>;
}

const nameOf = ({ epoch, seq }: Redemption): string => `${epoch}-${seq}`;
const isOver = ({ step }: Stand): boolean => step === 'accepted' || step === 'recorded-not-confirmed';
const text = (value: unknown): string => JSON.stringify(value);

/** Out of every state but the one that is being written, Esc leads to an empty counter at once. */
function thereIsAWayOut({ after, escaped }: Instant): string | null {
  if (after.step === 'confirming') return null;
  const { step, shown } = escaped;
  return step === 'ready' && shown.amountFen === null ? null : `Esc leads from ${after.step} to ${step}`;
}

/** What a state waits for ends the wait, failure or not. */
function answersEndTheWait({ before, event, after }: Instant): string | null {
  const still = (awaited: string | null, now: string | null): string | null =>
    awaited !== null && 'id' in event && event.id === awaited && now === awaited
      ? `${after.step} still waits after ${event.type}`
      : null;
  const asked = ({ step, standsOn }: Stand): string | null =>
    step === 'asking' || step === 'unknown' ? standsOn : null;
  const written = ({ step, decisionId }: Stand): string | null => (step === 'confirming' ? decisionId : null);
  const unknown = event.type === 'authorisation-unknown';
  return (
    still(before.judgeId, after.judgeId) ??
    (unknown ? null : still(asked(before), asked(after))) ??
    still(written(before), written(after))
  );
}

/** What is being written stays on the screen, whatever else happens, until the write answers. */
function writingStays({ before, event, after }: Instant): string | null {
  const answers =
    event.type === 'booked' || event.type === 'booking-refused' || event.type === 'booking-failed';
  if (before.step !== 'confirming' || (answers && event.id === before.decisionId)) return null;
  return after.step === 'confirming' && after.decisionId === before.decisionId
    ? null
    : `${event.type} ended what was being written`;
}

/** An amount that was set is the amount on the screen, until something that the page names takes it away. */
function amountStays({ after }: Instant, { now }: Ledger): string | null {
  const { step, shown } = after;
  if (step === 'judging' || step === 'amount-needed' || isOver(after)) return null;
  return shown.amountFen === now.amountFen
    ? null
    : `${text(now.amountFen)} was set, ${step} shows ${text(shown.amountFen)}`;
}

/** A code that waits is kept and judged again, until something that the page names takes it away. */
function codeStays({ event, after, effects }: Instant, { now }: Ledger): string | null {
  if (now.code === null) return null;
  if (after.step !== 'judging')
    return after.shown.can.keepsCode ? null : `${now.code} is lost in ${after.step}`;
  const judged = effects.find((each) => each.type === 'judge');
  if (judged === undefined || judged.basis.shown?.text === now.code) return null;
  return `${event.type}: ${text(judged.basis.shown?.text)} is judged, and ${now.code} waited`;
}

/** What is written was confirmed by somebody, at that moment, for exactly what the screen showed; each decision once. */
function confirmedOnce({ before, event, cashierId, effects }: Instant, { booked }: Ledger): string | null {
  const books = effects.filter((each) => each.type === 'book');
  for (const effect of books) {
    const { id, sale } = effect.decision;
    const { shown } = before;
    const asked = event.type === 'confirmed' && event.decisionId === id && shown.decisionId === id;
    const same = shown.amountFen === sale.amountFen && shown.receiptNumber === sale.receiptNumber;
    if (!asked || cashierId === null || effect.cashierId !== cashierId || before.step !== 'decided' || !same)
      return `${id} is written after ${event.type} in ${before.step}`;
    if (booked.has(id) || books.length > 1) return `${id} is written twice`;
  }
  return null;
}

/** Green and amber are shown for what is in the journal alone, and green only with its second copy. */
function shownIsRecorded({ after, truth }: Instant): string | null {
  if (!isOver(after)) return null;
  const { redemption } = after.shown;
  const record = truth.journal.find(
    (each) => redemption !== undefined && nameOf(each.redemption) === nameOf(redemption),
  );
  if (record === undefined) return `${after.step}: ${text(redemption)} is in no journal`;
  return record.confirmed === (after.step === 'accepted')
    ? null
    : `${after.step}: confirmed ${record.confirmed}`;
}

/** What is in the journal is shown before anything else: never a refusal, a fault or an empty counter instead. */
function recordedIsShown({ after, truth }: Instant, { shown }: Ledger): string | null {
  if (after.step === 'confirming') return null;
  const missed = truth.journal.find(({ redemption }) => !shown.has(nameOf(redemption)));
  return missed === undefined ? null : `${nameOf(missed.redemption)} is recorded, ${after.step} is shown`;
}

/** At rest there is no amount, no code, nothing at clearing and nothing being written; then, and only then, the till opens. */
function restIsRest({ after, tillOpens, truth }: Instant, { now }: Ledger): string | null {
  const { step, shown, standsOn } = after;
  const atRest = step !== 'judging' && shown.can.atRest;
  if (tillOpens.signedIn !== atRest)
    return `${step}: at rest ${atRest}, a till's purchase opens ${tillOpens.signedIn}`;
  if (step === 'judging') return null;
  const idle = now.amountFen === null && now.code === null;
  const free = standsOn === null && truth.mayHold.length === 0;
  const rests = ['ready', 'refused', 'accepted'].includes(step) && idle && free;
  return atRest === rests ? null : `${step}: at rest ${atRest}, with ${text(now)} and ${text(truth.mayHold)}`;
}

/** What clearing may hold is on the screen, booked or given up: nobody would ever ask it back. */
function nothingIsHeldUnasked({ after, truth }: Instant): string | null {
  if (after.step === 'judging') return null;
  const left = truth.mayHold.filter((id) => id !== after.standsOn);
  return left.length === 0 ? null : `${left.join()} may be held, and ${after.step} doesn't stand on it`;
}

/** What may be confirmed on clearing's word stands on what clearing holds: not on what was given back. */
function clearingHoldsIt({ after, truth }: Instant): string | null {
  if (after.step !== 'decided' || after.standsOn === null || truth.mayHold.includes(after.standsOn))
    return null;
  return `${after.decisionId ?? ''} may be confirmed on ${after.standsOn}, which was given back`;
}

/** A till's purchase is written with the till's amount and number, and nothing else under a till's name. */
function tillSaleIsTheTills({ counter, effects }: Instant, { now }: Ledger): string | null {
  const effect = effects.find((each) => each.type === 'book');
  if (effect === undefined) return null;
  const { till, receiptNumber, amountFen } = effect.decision.sale;
  const same =
    now.ofTill === null
      ? till === counter
      : now.ofTill.till === till &&
        now.ofTill.receiptNumber === receiptNumber &&
        now.ofTill.amountFen === amountFen;
  return same ? null : `the till gave ${text(now.ofTill)}, written is ${text(effect.decision.sale)}`;
}

/** With nobody signed in nothing is scanned, opened for a till or confirmed. */
function nobodySellsNothing({ event, cashierId, effects, taken, tillOpens }: Instant): string | null {
  if (tillOpens.nobody) return "a till's purchase opens with nobody there";
  if (cashierId !== null) return null;
  const sells = event.type === 'scanned' || event.type === 'till-opened' || event.type === 'confirmed';
  return sells && (taken || effects.length > 0) ? `${event.type} with nobody there` : null;
}

/** Time ends only the state that it was set for, and that one surely. */
function timeEndsItsOwn({ before, event, changed }: Instant, ledger: Ledger): string | null {
  if (event.type !== 'time-up') return null;
  const due = before.step !== 'judging' && ledger.before.timer === event.timer;
  return changed === due ? null : `${event.timer} ${changed ? 'ended' : 'did not end'} ${before.step}`;
}

type Check = (instant: Instant, ledger: Ledger) => string | null;
const CHECKS = {
  thereIsAWayOut,
  answersEndTheWait,
  writingStays,
  amountStays,
  codeStays,
  confirmedOnce,
  shownIsRecorded,
  recordedIsShown,
  restIsRest,
  nothingIsHeldUnasked,
  clearingHoldsIt,
  tillSaleIsTheTills,
  nobodySellsNothing,
  timeEndsItsOwn,
} as const satisfies Readonly<Record<string, Check>>;
export const PROMISES: readonly string[] = Object.keys(CHECKS);

const NO_OTHER_VOUCHER = ['one-voucher-per-purchase', 'store-suspended'];
const CODE_WAITS = ['below-threshold', 'amount-missing'];

/** What stands after this, by what the page says that it takes away. */
function standing({ before, event, taken }: Instant, now: Standing): Standing {
  const { step, shown, standsOn } = before;
  const refused: Standing = { ...now, code: null };
  switch (event.type) {
    case 'scanned':
      return taken ? { ...now, code: 'text' in event.code ? event.code.text : null } : now;
    case 'amount-set':
      return taken && now.ofTill === null ? { ...now, amountFen: event.amountFen } : now;
    case 'vehicle-set':
      return taken && now.ofTill === null ? { ...now, amountFen: event.vehicle?.priceFen ?? null } : now;
    case 'till-opened': {
      const { till, receiptNumber, amountFen } = event.purchase;
      const ofTill = { till, receiptNumber, amountFen: amountFen ?? 0 };
      return taken ? { ...NOTHING, amountFen, ofTill } : now;
    }
    case 'cancelled':
      return step === 'confirming' ? now : NOTHING;
    case 'left':
      return step === 'confirming' || step === 'recorded-not-confirmed' ? now : NOTHING;
    case 'time-up':
      return step !== 'judging' && now.timer === event.timer ? NOTHING : now;
    case 'acknowledged':
      if (step !== 'refused') return now;
      return NO_OTHER_VOUCHER.includes(shown.code ?? '') || now.amountFen === null ? NOTHING : refused;
    case 'judged':
      if (before.judgeId !== event.id || event.verdict.type !== 'refuse') return now;
      return CODE_WAITS.includes(event.verdict.refusal.code) ? now : refused;
    case 'authorisation-refused':
      return event.id === standsOn && (step === 'asking' || step === 'unknown') ? refused : now;
    case 'booked':
      return event.id === before.decisionId && step === 'confirming' ? NOTHING : now;
    case 'booking-refused':
      return event.id === before.decisionId && step === 'confirming' && event.refusal !== 'changed'
        ? refused
        : now;
    default:
      return now;
  }
}

/** What the states that wait for an answer leave where a judging leads back: the purchase without its code. */
const WAITS = ['asking', 'unknown', 'confirming'];

function taken(ledger: Ledger, instant: Instant): void {
  const { before, event, after, effects, changed } = instant;
  ledger.before = ledger.now;
  const back =
    event.type === 'judged' && event.id === before.judgeId && event.verdict.type === 'amount-differs';
  const judged = effects.find((each) => each.type === 'judge');
  const timer = effects.find((each) => each.type === 'timer')?.timer;
  if (back) ledger.now = ledger.settled;
  else {
    const now = standing(instant, ledger.now);
    // A refused code may be tried again with another receipt number or the car's papers.
    const code = now.code ?? judged?.basis.shown?.text ?? null;
    const kept = changed && event.type !== 'redemption-changed' ? null : now.timer;
    ledger.now = { ...now, code, timer: timer ?? kept };
  }
  if (after.step !== 'judging') ledger.settled = ledger.now;
  else if (WAITS.includes(before.step)) ledger.settled = { ...ledger.now, code: null };
}

/** A witness from the first state on: takes down what happens, and gives every promise that is broken by it. */
export function witness(first: Stand): (instant: Instant) => readonly (readonly [string, string])[] {
  const ledger: Ledger = {
    before: NOTHING,
    now: NOTHING,
    settled: NOTHING,
    booked: new Set(),
    shown: new Set(),
  };
  const seen = (stand: Stand): void => {
    if (isOver(stand) && stand.shown.redemption !== undefined)
      ledger.shown.add(nameOf(stand.shown.redemption));
  };
  seen(first);
  return (instant) => {
    taken(ledger, instant);
    seen(instant.after);
    const found = Object.entries<Check>(CHECKS).flatMap(([name, check]) => {
      const detail = check(instant, ledger);
      return detail === null ? [] : [[name, detail] as const];
    });
    for (const each of instant.effects) if (each.type === 'book') ledger.booked.add(each.decision.id);
    return found;
  };
}
