import { randomUUID } from 'node:crypto';
import { classify } from '../../codes/classify.ts';
import { refuseScan } from '../../codes/refuse-scan.ts';
import { voucherOf } from '../../codes/key-ring.ts';
import type { CheckoutState, RedemptionView } from '../../contract/terminal/state.ts';
import { businessDay } from '../../domain/business-day.ts';
import type { Accept, Refuse } from '../../domain/decision.ts';
import { DECISION_LIFE_MS } from '../../domain/durations.ts';
import { fen, type Fen } from '../../domain/money.ts';
import { FaultError } from '../fault-error.ts';
import type { Journal, JournalReader, PurchaseKey, RedemptionRow } from '../journal/types.ts';
import type { Authoriser } from '../sync/authoriser.ts';
import type { CampaignBook } from './campaign-book.ts';
import type { Finisher } from './finisher.ts';
import { createHolder, type Holding } from './holder.ts';
import { judge, type Circumstances, type Sale, type ScannedVoucher } from './judge.ts';
import { judgeHeld, lookAtPaymentCode } from './payment-code.ts';
import { keepsCode, kindSummary, proven, type Proof, type Shown, type VoucherSummary } from './proof.ts';
import { redemptionBody, type PricedSale } from './redemption-body.ts';
import type { SoldVehicle } from './vehicle.ts';

export interface CheckoutOptions {
  readonly journal: Journal;
  readonly book: CampaignBook;
  readonly circumstances: () => Circumstances;
  readonly authoriser: Authoriser;
  readonly finisher: Finisher;
  readonly log: (line: string) => void;
  /** The counter's name, the till of a purchase key. */
  readonly till: string;
  /** Who is signed in; null: nobody, and then nothing is scanned or sold. */
  readonly cashierId: () => string | null;
  readonly view: (row: RedemptionRow) => RedemptionView;
  readonly onState: (state: CheckoutState) => void;
  readonly onRedeemed: (view: RedemptionView) => void;
}

export interface Checkout {
  state(): CheckoutState;
  /** False: nothing was done with it, since the purchase at hand is being finished or nobody is signed in. */
  scan(text: string): boolean;
  setAmount(amountFen: number | null): void;
  setReceipt(receiptNumber: string): void;
  /** The papers of a new car; its price is the amount. Null: no car. */
  setVehicle(vehicle: SoldVehicle | null): void;
  /** Puts a purchase of the shop's till on the screen, if no other one is under way. */
  openFor(purchase: Omit<Draft, 'vehicle'>): 'opened' | 'busy' | 'nobody';
  /** The key of the purchase at hand. */
  purchase(): PurchaseKey;
  /** Throws `decision-unknown`, `decision-expired`, `decision-changed` or a fault of the journal. */
  confirm(decisionId: string): void;
  /** Asks clearing again about the authorisation on screen. Throws `authorisation-unknown` if it isn't there. */
  query(authorisationId: string): void;
  /** Clearing is reached again: what it never answered is asked again. */
  onOnline(): void;
  /** Back to ready. A redemption that was recorded and not confirmed counts as seen. */
  cancel(): void;
  /** The cashier signs out: as `cancel`, but what was not confirmed stays to be seen. */
  leave(): void;
  /** A redemption on screen changed at clearing. */
  onRedemptionChanged(view: RedemptionView): void;
}

/** The purchase before a voucher is found for it. */
interface Draft extends Omit<Sale, 'storeId' | 'businessDay'> {
  /** Null: whatever day it is when the voucher is judged. */
  readonly businessDay: string | null;
}

interface OpenDecision {
  readonly id: string;
  readonly expiresAtMs: number;
  readonly proof: Proof;
  readonly sale: PricedSale;
  readonly accept: Accept;
}

/**
 * The one purchase at hand. Whatever the order of amount and scan, it ends in a decision that the cashier confirms;
 * confirming decides again inside the journal's transaction.
 */
export function createCheckout(options: CheckoutOptions): Checkout {
  const { journal, book, circumstances, till, cashierId, view, onState, onRedeemed } = options;
  let draft = newDraft(null);
  let shown: Shown | null = null;
  let decision: OpenDecision | null = null;
  let state: CheckoutState = firstState();
  const holder = createHolder({
    book: journal.authorisations,
    campaigns: book,
    authoriser: options.authoriser,
    finisher: options.finisher,
    nowMs: () => circumstances().nowMs,
    onChange: (now) => ('step' in now ? showHolding(now) : showRefusal(now)),
    log: options.log,
  });

  /** What the last stop left unconfirmed is shown first: the cashier goes on or reverses. */
  function firstState(): CheckoutState {
    const [unseen] = journal.notConfirmed();
    if (unseen !== undefined) return { step: 'recorded-not-confirmed', redemption: view(unseen) };
    return { step: 'ready', amountFen: null, receiptNumber: draft.receiptNumber };
  }

  /** The terminal's own receipt number: one for each place in the journal, so it never comes twice. */
  function nextReceiptNumber(): string {
    return `${journal.epoch}-${(journal.head()?.seq ?? 0) + 1}`;
  }

  function newDraft(amountFen: Fen | null): Draft {
    const receiptNumber = nextReceiptNumber();
    return { till, businessDay: null, receiptNumber, amountFen, listAmountFen: null, vehicle: null };
  }

  function show(next: CheckoutState): void {
    state = next;
    onState(next);
  }

  function begin(amount: Fen | null): void {
    if (state.step === 'recorded-not-confirmed') journal.acceptNotConfirmed(state.redemption);
    holder.drop();
    draft = newDraft(amount);
    shown = null;
    decision = null;
  }

  function showReady(): void {
    show({ step: 'ready', amountFen: draft.amountFen, receiptNumber: draft.receiptNumber });
  }

  /** After a finished purchase the next input belongs to a new one. */
  function beginIfFinished(): void {
    if (state.step === 'accepted' || state.step === 'recorded-not-confirmed') begin(null);
  }

  /** While something is written or clearing is asked, the purchase stays as it is; only cancelling helps. */
  const isBusy = (): boolean =>
    state.step === 'confirming' || state.step === 'asking' || state.step === 'unknown';

  function sale(around: Circumstances): Sale {
    const today = businessDay(around.nowMs, around.store.cutOverMinutes);
    return { ...draft, storeId: around.store.id, businessDay: draft.businessDay ?? today };
  }

  function showRefusal({ code, params }: Pick<Refuse, 'code' | 'params'>): void {
    decision = null;
    show({ step: 'refused', code, params, amountFen: draft.amountFen, receiptNumber: draft.receiptNumber });
  }

  /** A new decision on what is there now. What clearing held for an earlier amount or code is given up. */
  function evaluate(): void {
    holder.drop();
    if (shown === null) showReady();
    else if (shown.type === 'voucher') evaluateVoucher(shown);
    else evaluatePaymentCode(shown);
  }

  function evaluateVoucher(scanned: Extract<Shown, { type: 'voucher' }>): void {
    const around = circumstances();
    const current = sale(around);
    const verdict = judge(journal, book, scanned, current, around);
    if (verdict.verdict === 'refuse') {
      if (verdict.code === 'amount-missing') showAmountNeeded(scanned);
      else showRefusal(verdict);
      return;
    }
    const { fields } = scanned.code;
    // Kinds that are never redeemed offline are clearing's to hold, as payment codes are.
    if (book.kind(fields.campaignNumber, fields.kindNumber)?.offline === 'never') {
      const { text, scannedAtMs } = scanned;
      const { campaignNumber } = fields;
      holder.ask({ code: text, campaignNumber, scannedAtMs, sale: priced(current) });
    } else decide({ scanned }, priced(current), verdict, around);
  }

  function evaluatePaymentCode({ text, scannedAtMs }: Shown): void {
    const around = circumstances();
    const current = sale(around);
    const found = lookAtPaymentCode(journal, book, scannedAtMs, current, around);
    if (typeof found !== 'number') showRefusal(found);
    else holder.ask({ code: text, campaignNumber: found, scannedAtMs, sale: priced(current) });
  }

  function priced(current: Sale): PricedSale {
    if (current.amountFen === null) throw new Error('accepted without an amount');
    return { ...current, amountFen: current.amountFen };
  }

  function showHolding(now: Holding): void {
    if (now.step !== 'held') {
      const { step, id, sinceMs, wish } = now;
      const { amountFen, receiptNumber } = wish.sale;
      show({ step, authorisationId: id, sinceMs, amountFen, receiptNumber });
      return;
    }
    const { held } = now;
    const around = circumstances();
    const verdict = judgeHeld(journal, book, held, around);
    if (verdict.verdict === 'accept') {
      decide({ held }, held.sale, verdict, around);
      return;
    }
    holder.drop();
    showRefusal(verdict);
  }

  function decide(proof: Proof, sold: PricedSale, accept: Accept, around: Circumstances): void {
    const latestMs = around.nowMs + DECISION_LIFE_MS;
    const expiresAtMs = 'held' in proof ? Math.min(latestMs, proof.held.holdUntilMs) : latestMs;
    decision = { id: randomUUID(), expiresAtMs, proof, sale: sold, accept };
    show({
      step: 'decided',
      decisionId: decision.id,
      expiresAtMs,
      voucher: 'held' in proof ? kindSummary(proof.held.kind, proof.held.notAfterMs) : summary(proof.scanned),
      amountFen: sold.amountFen,
      discountFen: accept.discountFen,
      payableFen: accept.payableFen,
      receiptNumber: draft.receiptNumber,
      offline: !around.online,
    });
  }

  function showAmountNeeded(voucher: ScannedVoucher): void {
    decision = null;
    show({ step: 'amount-needed', voucher: summary(voucher), receiptNumber: draft.receiptNumber });
  }

  function summary({ code }: ScannedVoucher): VoucherSummary {
    const kind = book.kind(code.fields.campaignNumber, code.fields.kindNumber);
    if (kind === null) throw new Error('a decided voucher has a kind');
    return kindSummary(kind, voucherOf(code).notAfterMs);
  }

  function checkPurchase(amount: Fen | null): void {
    const row = journal.redemptionOfPurchase(sale(circumstances()));
    if (amount === null || row === null || row.amountFen === amount) return;
    const { receiptNumber } = draft;
    throw new FaultError('purchase-amount-differs', { receiptNumber, amountFen: row.amountFen });
  }

  /** Decided again, with what the journal says inside its write transaction. */
  function judgeAgain(reader: JournalReader, open: OpenDecision, around: Circumstances): Accept | Refuse {
    const { proof } = open;
    return 'held' in proof
      ? judgeHeld(reader, book, proof.held, around)
      : judge(reader, book, proof.scanned, open.sale, around);
  }

  function write(open: OpenDecision, cashier: string): void {
    const around = circumstances();
    const appended = journal.append<'redemption', Refuse | 'changed'>(around.nowMs, (reader) => {
      const again = judgeAgain(reader, open, around);
      if (again.verdict === 'refuse') return { abort: again };
      if (again.payableFen !== open.accept.payableFen) return { abort: 'changed' };
      const { id: redemptionId, proof, sale: sold } = open;
      const facts = { redemptionId, sale: sold, accept: again, cashierId: cashier };
      return { kind: 'redemption', body: redemptionBody(book, { ...facts, ...proven(proof, around) }) };
    });
    if ('aborted' in appended) {
      if (appended.aborted !== 'changed') {
        holder.drop();
        showRefusal(appended.aborted);
        return;
      }
      evaluate();
      throw new FaultError('decision-changed');
    }
    const row = journal.redemption(appended.entry.epoch, appended.entry.seq);
    if (row === null) throw new Error('an appended redemption has no projection');
    const redemption = view(row);
    shown = null;
    holder.booked();
    const step = appended.durability === 'confirmed' ? 'accepted' : 'recorded-not-confirmed';
    show({ step, redemption });
    onRedeemed(redemption);
  }

  /** Nothing was written: what clearing holds is still held; a code is judged anew. */
  function backToDecision(): void {
    const holding = holder.current();
    if (holding === null) evaluate();
    else showHolding(holding);
  }

  return {
    state: () => state,
    scan(text) {
      if (cashierId() === null || isBusy()) return false;
      beginIfFinished();
      const scannedAtMs = circumstances().nowMs;
      const scan = classify(text);
      if (scan.family === 'voucher') shown = { type: 'voucher', code: scan.code, text, scannedAtMs };
      else {
        holder.drop();
        shown = null;
        const refusal = refuseScan(scan, true);
        if (refusal !== null) {
          showRefusal(refusal);
          return true;
        }
        shown = { type: 'payment-code', text, scannedAtMs };
      }
      evaluate();
      return true;
    },
    setAmount(amount) {
      if (isBusy()) return;
      beginIfFinished();
      const next = amount === null ? null : fen(amount);
      checkPurchase(next);
      // Papers hold their own price: another amount takes them off.
      draft = { ...draft, amountFen: next, listAmountFen: null, vehicle: null };
      if (state.step === 'refused' && !keepsCode(state.code)) shown = null;
      evaluate();
    },
    setReceipt(number) {
      if (isBusy()) return;
      beginIfFinished();
      draft = { ...draft, receiptNumber: number };
      checkPurchase(draft.amountFen);
      evaluate();
    },
    setVehicle(vehicle) {
      if (isBusy()) return;
      beginIfFinished();
      draft = { ...draft, vehicle, amountFen: vehicle?.priceFen ?? null, listAmountFen: null };
      evaluate();
    },
    openFor(purchase) {
      if (cashierId() === null) return 'nobody';
      const idle = state.step === 'ready' && draft.amountFen === null;
      const finished = state.step === 'accepted' || state.step === 'recorded-not-confirmed';
      if (!idle && !finished) return 'busy';
      begin(null);
      draft = { ...purchase, vehicle: null };
      showReady();
      return 'opened';
    },
    purchase: () => {
      const { storeId, till: counter, businessDay: day, receiptNumber } = sale(circumstances());
      return { storeId, till: counter, businessDay: day, receiptNumber };
    },
    confirm(decisionId) {
      const open = decision;
      const cashier = cashierId();
      if (open?.id !== decisionId || cashier === null) throw new FaultError('decision-unknown');
      decision = null;
      if (circumstances().nowMs >= open.expiresAtMs) {
        evaluate();
        throw new FaultError('decision-expired');
      }
      const { amountFen: amount, receiptNumber: receipt } = open.sale;
      show({
        step: 'confirming',
        amountFen: amount,
        payableFen: open.accept.payableFen,
        receiptNumber: receipt,
      });
      try {
        write(open, cashier);
      } catch (error) {
        if (state.step === 'confirming') backToDecision();
        throw error;
      }
    },
    query(authorisationId) {
      if (state.step === 'asking' && state.authorisationId === authorisationId) return;
      if (state.step !== 'unknown' || state.authorisationId !== authorisationId)
        throw new FaultError('authorisation-unknown');
      holder.query();
    },
    onOnline: () => holder.query(),
    cancel() {
      if (state.step === 'confirming') return;
      begin(null);
      showReady();
    },
    leave() {
      if (state.step === 'confirming' || state.step === 'recorded-not-confirmed') return;
      begin(null);
      showReady();
    },
    onRedemptionChanged(changed) {
      if (state.step !== 'accepted' && state.step !== 'recorded-not-confirmed') return;
      const { redemption } = state;
      if (redemption.epoch === changed.epoch && redemption.seq === changed.seq)
        show({ ...state, redemption: changed });
    },
  };
}
