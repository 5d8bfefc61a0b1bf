/**
 * A second opinion on the checkout, written from docs/checkout.md. It imports nothing of the program: it follows what
 * happens at the counter, and says what a cashier must see then and what else must be done.
 */

/** What may be done, as the page's first table has it. */
export interface Can {
  readonly digits: string;
  readonly enter: string;
  readonly escape: string;
  readonly keepsCode: boolean;
  readonly atRest: boolean;
}
/** The page's first table, by the name of the state. */
export type May = ReadonlyMap<string, Can>;

export interface Purchase {
  readonly byTill: boolean;
  readonly till: string;
  readonly receiptNumber: string;
  readonly amountFen: number | null;
  readonly vehicle: { readonly priceFen: number } | null;
}
export interface Sale {
  readonly till: string;
  readonly receiptNumber: string;
  readonly amountFen: number;
}
export interface Redemption {
  readonly epoch: number;
  readonly seq: number;
  readonly state: string;
}
interface Refusal {
  readonly code: string;
}
interface Code {
  readonly text: string;
}

type Verdict =
  | { readonly type: 'nothing' | 'amount-needed' | 'ask' | 'amount-differs' }
  | { readonly type: 'accept'; readonly decision: { readonly expiresAtMs: number } }
  | { readonly type: 'refuse'; readonly refusal: Refusal };

/** What people and devices do, and what effects answer. */
export type Happening =
  | { readonly type: 'scanned'; readonly code: Code | Refusal }
  | { readonly type: 'amount-set'; readonly amountFen: number | null }
  | { readonly type: 'receipt-set'; readonly receiptNumber: string }
  | { readonly type: 'vehicle-set'; readonly vehicle: { readonly priceFen: number } | null }
  | { readonly type: 'till-opened'; readonly purchase: Omit<Purchase, 'byTill' | 'vehicle'> }
  | { readonly type: 'confirmed'; readonly decisionId: string }
  | { readonly type: 'queried'; readonly authorisationId: string }
  | { readonly type: 'acknowledged' | 'cancelled' | 'left' | 'came-online' }
  | { readonly type: 'redemption-changed'; readonly redemption: Redemption }
  | { readonly type: 'time-up'; readonly timer: string }
  | { readonly type: 'judged'; readonly id: string; readonly verdict: Verdict }
  | { readonly type: 'authorisation-refused'; readonly id: string; readonly refusal: Refusal }
  | { readonly type: 'judging-failed'; readonly id: string }
  | { readonly type: 'booking-failed'; readonly id: string; readonly fault: { readonly code: string } }
  | { readonly type: 'reserved' | 'authorisation-unknown' | 'asking-failed'; readonly id: string }
  | {
      readonly type: 'booked';
      readonly id: string;
      readonly redemption: Redemption;
      readonly confirmed: boolean;
    }
  | { readonly type: 'booking-refused'; readonly id: string; readonly refusal: Refusal | 'changed' };

/** What a step had done. */
export type Done =
  | {
      readonly type: 'judge';
      readonly id: string;
      readonly purchase: Purchase;
      readonly basis: { readonly shown: Code | null; readonly reserved: { readonly id: string } | null };
    }
  | {
      readonly type: 'ask';
      readonly id: string;
      readonly wish: { readonly code: string; readonly sale: Sale };
      readonly again: boolean;
    }
  | { readonly type: 'give-up'; readonly id: string }
  | {
      readonly type: 'book';
      readonly decision: { readonly id: string; readonly sale: Sale };
      readonly cashierId: string;
    }
  | { readonly type: 'announce' | 'seen'; readonly redemption: Redemption }
  | { readonly type: 'timer'; readonly timer: string; readonly afterMs: number };

export interface Moment {
  readonly nowMs: number;
  readonly cashierId: string | null;
  readonly counter: string;
  readonly nextReceipt: string;
}

/** What the counter's screen shows. */
export interface Shown {
  readonly step: string;
  readonly amountFen?: number | null;
  readonly receiptNumber?: string;
  readonly decisionId?: string;
  readonly authorisationId?: string;
  /** Of a refusal. */
  readonly code?: string;
  readonly redemption?: Redemption;
  readonly can: Can;
}

/** What a step was seen to do. */
export interface Seen {
  readonly judging: boolean;
  readonly shown: Shown;
  readonly effects: readonly Done[];
  /** What whoever caused it was told: `done`, a fault, or why it was ignored. */
  readonly told: string;
}

interface Screen {
  readonly step: string;
  /** Null: it is over. */
  readonly purchase: Purchase | null;
  /** The code that was scanned for it. */
  readonly code: string | null;
  readonly refusal: string | null;
  /** What clearing was asked, or holds, for what is on the screen. */
  readonly heldId: string | null;
  readonly decision: { readonly id: string; readonly expiresAtMs: number } | null;
  readonly timer: string | null;
  readonly redemption: Redemption | null;
}

interface Judging {
  readonly id: string;
  readonly purchase: Purchase;
  readonly code: string | null;
  readonly reservedId: string | null;
}

export interface Model {
  /** While it is judged: where a wrong amount for a redeemed receipt leads back to. */
  readonly screen: Screen;
  readonly judging: Judging | null;
  /** What clearing was asked and may hold, and nobody has given up. */
  readonly mayHold: readonly string[];
}

/** What the page has happen next. Unless it says otherwise, whoever caused it is told that it is done. */
type Next = { readonly told?: string; readonly also?: readonly string[] } & (
  | { readonly to: 'stay' }
  | {
      readonly to: 'judging';
      readonly purchase: Purchase;
      /** More than one: the page doesn't say which. */
      readonly codes: readonly (string | null)[];
      readonly reservedId: string | null;
    }
  | {
      readonly to: 'screen';
      readonly screen: Screen;
      /** What clearing surely doesn't hold any more, or holds for what is booked. */
      readonly ended?: string | null;
    }
);

/** “After 6 s ready by itself”, “after 20 s”, “a scan is good for ten minutes”. */
const ACCEPTED_MS = 6_000;
const STRAY_MS = 20_000;
const SCAN_MS = 600_000;

const STAY: Next = { to: 'stay' };
const not = (told: string): Next => ({ to: 'stay', told });
const BUSY = not('busy');
const NOBODY = not('nobody');
const OF_TILL = not('amount-from-till');
/** A fresh id, whatever it is called. */
const FRESH = '?';

const EMPTY: Omit<Screen, 'step' | 'purchase'> = {
  code: null,
  refusal: null,
  heldId: null,
  decision: null,
  timer: null,
  redemption: null,
};

const newPurchase = ({ counter, nextReceipt }: Moment): Purchase => ({
  byTill: false,
  till: counter,
  receiptNumber: nextReceipt,
  amountFen: null,
  vehicle: null,
});

/** The counter at its start; `unseen`: what the last stop left to be seen first. */
export function firstModel(unseen: Redemption | null, moment: Moment): Model {
  const screen: Screen =
    unseen === null
      ? { ...EMPTY, step: 'ready', purchase: newPurchase(moment) }
      : { ...EMPTY, step: 'recorded-not-confirmed', purchase: null, redemption: unseen };
  return { screen, judging: null, mayHold: [] };
}

/** What could make the refused purchase good, in the page's words. */
function mends(code: string | null): 'no amount' | 'amount' | 'nothing' | 'voucher' {
  if (code === 'amount-missing') return 'no amount';
  if (code === 'below-threshold') return 'amount';
  return code === 'one-voucher-per-purchase' || code === 'store-suspended' ? 'nothing' : 'voucher';
}

function rowOfRefusal({ purchase, refusal }: Screen): string {
  const mended = mends(refusal);
  const idle = purchase?.amountFen === null && (mended === 'voucher' || mended === 'nothing');
  return idle ? 'refused, stray' : `refused, ${mended}`;
}

/** The page's name of what the counter is at. */
export function rowOf({ screen, judging }: Model): string {
  if (judging !== null) return 'judging';
  const { step, purchase, heldId } = screen;
  const byTill = purchase?.byTill === true;
  switch (step) {
    case 'ready':
      if (byTill) return 'ready, till';
      return purchase?.amountFen === null ? 'ready' : 'ready, amount';
    case 'decided':
    case 'confirming':
      if (byTill && step === 'decided') return 'decided, till';
      return heldId === null ? step : `${step}, reserved`;
    case 'refused':
      return byTill ? 'refused, till' : rowOfRefusal(screen);
    default:
      return step;
  }
}

function mayOf(may: May, row: string): Can {
  const can = may.get(row);
  if (can === undefined) throw new Error(`the page has no ${row}`);
  return can;
}

/** What may be done with it. For a till's purchase that no other voucher mends, the page has a row for each half. */
function canOf(may: May, screen: Screen): Can {
  const row = rowOf({ screen, judging: null, mayHold: [] });
  if (row === 'amount-needed' && screen.purchase?.byTill === true)
    return { ...mayOf(may, row), digits: 'locked' };
  if (row !== 'refused, till' || mends(screen.refusal) === 'voucher') return mayOf(may, row);
  return { ...mayOf(may, rowOfRefusal(screen)), digits: 'locked' };
}

/** What must be on the screen, but for ids that nobody can foresee. */
function mustShow(may: May, screen: Screen): Omit<Shown, 'decisionId' | 'authorisationId'> {
  const { step, purchase, refusal, redemption } = screen;
  const can = canOf(may, screen);
  if (purchase === null) return { step, can, ...(redemption === null ? {} : { redemption }) };
  const { receiptNumber, amountFen } = purchase;
  if (step === 'amount-needed') return { step, can, receiptNumber };
  return { step, can, receiptNumber, amountFen, ...(refusal === null ? {} : { code: refusal }) };
}

/** Asked of clearing or written: nobody changes it. */
const isBusy = (row: string): boolean => /^(?:asking|unknown|confirming)/.test(row);

const atHand = ({ screen, judging }: Model, moment: Moment): Purchase =>
  judging?.purchase ?? screen.purchase ?? newPurchase(moment);

const judge = (
  purchase: Purchase,
  codes: readonly (string | null)[],
  { reservedId = null, told = 'done' }: { readonly reservedId?: string | null; readonly told?: string } = {},
): Next => ({ to: 'judging', purchase, codes, reservedId, told });

function refused(
  purchase: Purchase,
  code: string | null,
  refusal: string,
  ended: string | null = null,
): Next {
  const screen: Screen = { ...EMPTY, step: 'refused', purchase, code, refusal };
  if (purchase.amountFen !== null) return { to: 'screen', screen, ended };
  const also = [`timer ${mends(refusal) === 'no amount' ? SCAN_MS : STRAY_MS}`];
  return { to: 'screen', screen, ended, also };
}

const ready = (purchase: Purchase): Next => ({
  to: 'screen',
  screen: { ...EMPTY, step: 'ready', purchase },
});

/** The code that something typed is judged with: what the page keeps is there, and what it takes off isn't. */
function codesFor(
  may: May,
  { screen, judging }: Model,
  event: Happening['type'],
): readonly (string | null)[] {
  if (judging !== null) return [judging.code];
  if (canOf(may, screen).keepsCode) return [screen.code];
  if (event === 'amount-set' && mends(screen.refusal) === 'voucher') return [null];
  return [null, screen.code];
}

/** What is typed: amount, receipt number, a car's papers. */
function typed(
  may: May,
  model: Model,
  event: Extract<Happening, { type: 'amount-set' | 'receipt-set' | 'vehicle-set' }>,
  moment: Moment,
): Next {
  if (isBusy(rowOf(model))) return BUSY;
  const purchase = atHand(model, moment);
  const codes = codesFor(may, model, event.type);
  switch (event.type) {
    case 'amount-set':
      if (purchase.byTill) return event.amountFen === purchase.amountFen ? STAY : OF_TILL;
      return judge({ ...purchase, amountFen: event.amountFen, vehicle: null }, codes);
    case 'receipt-set':
      if (purchase.byTill) return event.receiptNumber === purchase.receiptNumber ? STAY : OF_TILL;
      return judge({ ...purchase, receiptNumber: event.receiptNumber }, codes);
    case 'vehicle-set': {
      const { vehicle } = event;
      const amountFen = vehicle?.priceFen ?? null;
      if (!purchase.byTill) return judge({ ...purchase, vehicle, amountFen }, codes);
      if (amountFen !== null && amountFen !== purchase.amountFen) return OF_TILL;
      return judge({ ...purchase, vehicle }, codes);
    }
  }
}

/** Enter on something that is over or was refused. */
function acknowledged(model: Model, moment: Moment): Next {
  const { screen, judging } = model;
  const { step, purchase, code, refusal } = screen;
  if (judging !== null) return STAY;
  if (step === 'accepted' || step === 'recorded-not-confirmed') return over(moment);
  if (purchase === null) return STAY;
  if (step === 'failed') return judge(purchase, [code]);
  if (step !== 'refused') return STAY;
  return mends(refusal) === 'nothing' || purchase.amountFen === null ? over(moment) : ready(purchase);
}

/** The next customer. */
const over = (moment: Moment): Next => ready(newPurchase(moment));

function confirmed({ screen, judging }: Model, id: string, { cashierId, nowMs }: Moment): Next {
  const { step, purchase, decision, code } = screen;
  const mine = judging === null && step === 'decided' && decision?.id === id;
  if (!mine || purchase === null || cashierId === null) return not('decision-unknown');
  if (nowMs >= decision.expiresAtMs) return judge(purchase, [code], { told: 'decision-expired' });
  const { till, receiptNumber, amountFen } = purchase;
  const also = [`book ${id} by ${cashierId}: ${till}/${receiptNumber} ${amountFen}`];
  return { to: 'screen', screen: { ...screen, step: 'confirming' }, also };
}

function askAgain({ screen, judging }: Model): Next {
  const { step, purchase, heldId, code } = screen;
  if (judging !== null || step !== 'unknown' || purchase === null) return STAY;
  const { till, receiptNumber, amountFen } = purchase;
  const also = [`ask again ${heldId ?? ''} ${code ?? ''}: ${till}/${receiptNumber} ${amountFen}`];
  return { to: 'screen', screen: { ...screen, step: 'asking' }, also };
}

function judged({ screen, judging }: Model, id: string, verdict: Verdict): Next {
  if (judging?.id !== id) return STAY;
  const { purchase, code, reservedId } = judging;
  const at = (step: string, rest: Partial<Screen>, also: readonly string[] = []): Next => ({
    to: 'screen',
    screen: { ...EMPTY, step, purchase, code, ...rest },
    also,
  });
  switch (verdict.type) {
    case 'nothing':
      return ready(purchase);
    case 'amount-needed':
      return at('amount-needed', {}, purchase.byTill ? [] : [`timer ${SCAN_MS}`]);
    case 'ask': {
      const { till, receiptNumber, amountFen } = purchase;
      return at('asking', { heldId: FRESH }, [`ask ${code ?? ''}: ${till}/${receiptNumber} ${amountFen}`]);
    }
    case 'amount-differs':
      return { to: 'screen', screen, told: 'purchase-amount-differs' };
    case 'accept': {
      const { expiresAtMs } = verdict.decision;
      return at('decided', { heldId: reservedId, decision: { id: FRESH, expiresAtMs } });
    }
    case 'refuse':
      return refused(purchase, code, verdict.refusal.code);
  }
}

type OfClearing = Extract<
  Happening,
  { type: 'reserved' | 'authorisation-refused' | 'authorisation-unknown' | 'asking-failed' }
>;

function clearingAnswered({ screen, judging, mayHold }: Model, event: OfClearing): Next {
  const { step, purchase, heldId, code } = screen;
  const awaited = judging === null && (step === 'asking' || step === 'unknown') && heldId === event.id;
  if (!awaited || purchase === null) {
    if (event.type !== 'reserved' || mayHold.includes(event.id)) return STAY;
    return { to: 'stay', also: [`give-up ${event.id}`] };
  }
  switch (event.type) {
    case 'reserved':
      return judge(purchase, [code], { reservedId: event.id });
    case 'authorisation-refused':
      return refused(purchase, code, event.refusal.code, event.id);
    case 'authorisation-unknown':
      return { to: 'screen', screen: { ...screen, step: 'unknown' } };
    case 'asking-failed':
      return {
        to: 'screen',
        screen: { ...EMPTY, step: 'failed', purchase, code },
        ended: event.id,
      };
  }
}

type OfBooking = Extract<Happening, { type: 'booked' | 'booking-refused' | 'booking-failed' }>;

function bookingAnswered(model: Model, event: OfBooking): Next {
  const { judging } = model;
  const { step, purchase, code, decision, heldId } = model.screen;
  if (judging !== null || step !== 'confirming' || decision?.id !== event.id || purchase === null)
    return STAY;
  switch (event.type) {
    case 'booked': {
      const { redemption } = event;
      const announced = `announce ${redemption.epoch}-${redemption.seq}`;
      const timer = event.confirmed ? [`timer ${ACCEPTED_MS}`] : [];
      const shown = event.confirmed ? 'accepted' : 'recorded-not-confirmed';
      const screen: Screen = { ...EMPTY, step: shown, purchase: null, redemption };
      return { to: 'screen', screen, ended: heldId, also: [announced, ...timer] };
    }
    case 'booking-refused':
      return event.refusal === 'changed'
        ? judge(purchase, [code], { told: 'decision-changed' })
        : refused(purchase, code, event.refusal.code);
    case 'booking-failed':
      return judge(purchase, [code], { reservedId: heldId, told: event.fault.code });
  }
}

function predict(may: May, model: Model, event: Happening, moment: Moment): Next {
  const { screen, judging } = model;
  const row = rowOf(model);
  switch (event.type) {
    case 'scanned':
      if (moment.cashierId === null) return NOBODY;
      if (isBusy(row)) return BUSY;
      if ('text' in event.code) return judge(atHand(model, moment), [event.code.text]);
      return refused(atHand(model, moment), null, event.code.code);
    case 'amount-set':
    case 'receipt-set':
    case 'vehicle-set':
      return typed(may, model, event, moment);
    case 'till-opened': {
      if (moment.cashierId === null) return NOBODY;
      if (judging !== null || !canOf(may, screen).atRest) return BUSY;
      const { till, receiptNumber, amountFen } = event.purchase;
      return ready({ byTill: true, till, receiptNumber, amountFen, vehicle: null });
    }
    case 'confirmed':
      return confirmed(model, event.decisionId, moment);
    case 'queried': {
      const asked = judging === null && (row === 'asking' || row === 'unknown') ? screen.heldId : null;
      return asked === event.authorisationId ? askAgain(model) : not('authorisation-unknown');
    }
    case 'came-online':
      return askAgain(model);
    case 'acknowledged':
      return acknowledged(model, moment);
    case 'cancelled':
      return row.startsWith('confirming') ? BUSY : over(moment);
    case 'left':
      return row.startsWith('confirming') || row === 'recorded-not-confirmed' ? STAY : over(moment);
    case 'redemption-changed': {
      const { epoch, seq } = event.redemption;
      const mine = judging === null && screen.redemption?.epoch === epoch && screen.redemption.seq === seq;
      return mine ? { to: 'screen', screen: { ...screen, redemption: event.redemption } } : STAY;
    }
    case 'time-up':
      return judging === null && screen.timer === event.timer ? over(moment) : STAY;
    case 'judged':
      return judged(model, event.id, event.verdict);
    case 'judging-failed': {
      if (judging?.id !== event.id) return STAY;
      const { purchase, code } = judging;
      return { to: 'screen', screen: { ...EMPTY, step: 'failed', purchase, code } };
    }
    case 'reserved':
    case 'authorisation-refused':
    case 'authorisation-unknown':
    case 'asking-failed':
      return clearingAnswered(model, event);
    case 'booked':
    case 'booking-refused':
    case 'booking-failed':
      return bookingAnswered(model, event);
  }
}

/** “Counts as seen”: left by whatever leads away from it but signing out. */
function seenBy({ screen, judging }: Model, next: Next): readonly string[] {
  const { step, redemption } = screen;
  if (judging !== null || step !== 'recorded-not-confirmed' || redemption === null) return [];
  const leaves = next.to === 'judging' || (next.to === 'screen' && next.screen.step !== step);
  return leaves ? [`seen ${redemption.epoch}-${redemption.seq}`] : [];
}

const saleText = ({ till, receiptNumber, amountFen }: Sale | Purchase): string =>
  `${till}/${receiptNumber} ${amountFen}`;

/** An effect in a line, without what nobody can foresee. */
function lineOf(effect: Done): string {
  switch (effect.type) {
    case 'judge': {
      const { purchase, basis } = effect;
      return judgeLine(purchase, basis.reserved?.id ?? null);
    }
    case 'ask': {
      const { id, again, wish } = effect;
      return `ask ${again ? `again ${id} ` : ''}${wish.code}: ${saleText(wish.sale)}`;
    }
    case 'give-up':
      return `give-up ${effect.id}`;
    case 'book':
      return `book ${effect.decision.id} by ${effect.cashierId}: ${saleText(effect.decision.sale)}`;
    case 'announce':
    case 'seen':
      return `${effect.type} ${effect.redemption.epoch}-${effect.redemption.seq}`;
    case 'timer':
      return `timer ${effect.afterMs}`;
  }
}

function judgeLine(purchase: Purchase, reservedId: string | null): string {
  const { byTill, vehicle } = purchase;
  return `judge ${byTill ? 'till ' : ''}${saleText(purchase)} ${vehicle?.priceFen ?? '-'} ${reservedId ?? '-'}`;
}

/** The ids that a step made up, as they were seen. */
function freshIds(screen: Screen, { shown, effects }: Seen): Screen {
  const { heldId, decision } = screen;
  const timer = effects.find((each) => each.type === 'timer')?.timer ?? screen.timer;
  return {
    ...screen,
    timer,
    heldId: heldId === FRESH ? (shown.authorisationId ?? null) : heldId,
    decision: decision?.id === FRESH ? { ...decision, id: shown.decisionId ?? FRESH } : decision,
  };
}

function after(model: Model, next: Next, seen: Seen): Model {
  switch (next.to) {
    case 'stay':
      return model;
    case 'judging': {
      const { purchase, reservedId } = next;
      const effect = seen.effects.find((each) => each.type === 'judge');
      const code = effect?.basis.shown?.text ?? null;
      // Never back to a wait for an answer that has been.
      const back = isBusy(rowOf(model)) ? { ...EMPTY, step: 'ready', purchase } : model.screen;
      const judging = { id: effect?.id ?? FRESH, purchase, code, reservedId };
      return { screen: back, judging, mayHold: model.mayHold };
    }
    case 'screen': {
      const screen = freshIds(next.screen, seen);
      return { screen, judging: null, mayHold: screen.heldId === null ? [] : [screen.heldId] };
    }
  }
}

function expectedLines(model: Model, next: Next): readonly string[] {
  const seen = seenBy(model, next);
  switch (next.to) {
    case 'stay':
      return next.also ?? [];
    case 'judging':
      return [...seen, judgeLine(next.purchase, next.reservedId)];
    case 'screen': {
      const kept = [next.screen.heldId, next.ended ?? null];
      const given = model.mayHold.filter((id) => !kept.includes(id)).map((id) => `give-up ${id}`);
      return [...seen, ...given, ...(next.also ?? [])];
    }
  }
}

const text = (value: unknown): string => JSON.stringify(value);

function sameScreen(must: Omit<Shown, 'decisionId' | 'authorisationId'>, shown: Shown): boolean {
  const { can } = must;
  return (
    must.step === shown.step &&
    must.amountFen === shown.amountFen &&
    must.receiptNumber === shown.receiptNumber &&
    must.code === shown.code &&
    must.redemption?.epoch === shown.redemption?.epoch &&
    must.redemption?.seq === shown.redemption?.seq &&
    must.redemption?.state === shown.redemption?.state &&
    can.digits === shown.can.digits &&
    can.enter === shown.can.enter &&
    can.escape === shown.can.escape &&
    can.keepsCode === shown.can.keepsCode &&
    can.atRest === shown.can.atRest
  );
}

function differences(may: May, model: Model, next: Next, seen: Seen, now: Model): readonly string[] {
  const found: string[] = [];
  const told = next.told ?? 'done';
  if (told !== seen.told) found.push(`told is ${told} by the page, ${seen.told} by the program`);
  const must = text(expectedLines(model, next).toSorted());
  const did = text(seen.effects.map(lineOf).toSorted());
  if (must !== did) found.push(`by the page ${must} is done, the program does ${did}`);
  if (next.to === 'judging' && !next.codes.includes(now.judging?.code ?? null))
    found.push(`judged with ${text(now.judging?.code)}, by the page with ${text(next.codes)}`);
  if ((now.judging !== null) !== seen.judging)
    found.push(`${now.judging === null ? 'not ' : ''}judged by the page, the program does otherwise`);
  // What is judged is on no screen.
  if (now.judging !== null) return found;
  const screen = mustShow(may, now.screen);
  if (!sameScreen(screen, seen.shown))
    found.push(`by the page the screen is ${text(screen)}, the program shows ${text(seen.shown)}`);
  return found;
}

/** What the counter is at after this, and where the program was seen to do something else than the page says. */
export function follow(
  may: May,
  model: Model,
  event: Happening,
  moment: Moment,
  seen: Seen,
): { readonly model: Model; readonly differences: readonly string[] } {
  const next = predict(may, model, event, moment);
  const now = after(model, next, seen);
  return { model: now, differences: differences(may, model, next, seen, now) };
}
