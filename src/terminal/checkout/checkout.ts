import { randomUUID } from 'node:crypto';
import { classify } from '../../codes/classify.ts';
import { refuseScan } from '../../codes/refuse-scan.ts';
import { voucherOf } from '../../codes/key-ring.ts';
import type { CheckoutState, RedemptionView } from '../../contract/terminal/state.ts';
import type { VoucherKind } from '../../domain/campaign.ts';
import { businessDay } from '../../domain/business-day.ts';
import type { Accept, Refuse, Vehicle } from '../../domain/decision.ts';
import { fen, type Fen } from '../../domain/money.ts';
import { FaultError } from '../fault-error.ts';
import type { Journal, PurchaseKey, RedemptionRow } from '../journal/types.ts';
import type { CampaignBook } from './campaign-book.ts';
import { judge, type Circumstances, type Sale, type ScannedVoucher } from './judge.ts';
import { redemptionBody } from './redemption-body.ts';

/** Design section 2: an id of a decision is valid for five minutes. */
const DECISION_LIFE_MS = 5 * 60_000;

export interface CheckoutOptions {
  readonly journal: Journal;
  readonly book: CampaignBook;
  readonly circumstances: () => Circumstances;
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
  scan(text: string): void;
  setAmount(amountFen: number | null): void;
  setReceipt(receiptNumber: string): void;
  /** The papers of a new car; its price is the amount. Null: no car. */
  setVehicle(vehicle: Vehicle | null): void;
  /** Puts a purchase of the shop's till on the screen, if no other one is under way. */
  openFor(purchase: Omit<Draft, 'vehicle'>): 'opened' | 'busy' | 'nobody';
  /** The key of the purchase at hand. */
  purchase(): PurchaseKey;
  /** Throws `decision-unknown`, `decision-expired`, `decision-changed` or a fault of the journal. */
  confirm(decisionId: string): void;
  cancel(): void;
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
  readonly scanned: ScannedVoucher;
  readonly sale: Sale & { readonly amountFen: Fen };
  readonly accept: Accept;
}

/**
 * The one purchase at hand. Whatever the order of amount and scan, it ends in a decision that the cashier confirms;
 * confirming decides again inside the journal's transaction.
 */
export function createCheckout(options: CheckoutOptions): Checkout {
  const { journal, book, circumstances, till, cashierId, view, onState, onRedeemed } = options;
  let draft = newDraft(null);
  let scanned: ScannedVoucher | null = null;
  let decision: OpenDecision | null = null;
  let state: CheckoutState = { step: 'ready', amountFen: null, receiptNumber: draft.receiptNumber };

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
    draft = newDraft(amount);
    scanned = null;
    decision = null;
  }

  function showReady(): void {
    show({ step: 'ready', amountFen: draft.amountFen, receiptNumber: draft.receiptNumber });
  }

  /** After a finished purchase the next input belongs to a new one. */
  function beginIfFinished(): void {
    if (state.step === 'accepted' || state.step === 'recorded-not-confirmed') begin(null);
  }

  function sale(around: Circumstances): Sale {
    const today = businessDay(around.nowMs, around.store.cutOverMinutes);
    return { ...draft, storeId: around.store.id, businessDay: draft.businessDay ?? today };
  }

  function showRefusal({ code, params }: Pick<Refuse, 'code' | 'params'>): void {
    decision = null;
    show({ step: 'refused', code, params, amountFen: draft.amountFen, receiptNumber: draft.receiptNumber });
  }

  function evaluate(): void {
    if (scanned === null) {
      showReady();
      return;
    }
    const around = circumstances();
    const current = sale(around);
    const verdict = judge(journal, book, scanned, current, around);
    if (verdict.verdict === 'refuse') {
      if (verdict.code === 'amount-missing') showAmountNeeded(scanned);
      else showRefusal(verdict);
      return;
    }
    if (current.amountFen === null) throw new Error('accepted without an amount');
    decision = {
      id: randomUUID(),
      expiresAtMs: around.nowMs + DECISION_LIFE_MS,
      scanned,
      sale: { ...current, amountFen: current.amountFen },
      accept: verdict,
    };
    show({
      step: 'decided',
      decisionId: decision.id,
      expiresAtMs: decision.expiresAtMs,
      voucher: summary(scanned),
      amountFen: decision.sale.amountFen,
      discountFen: verdict.discountFen,
      payableFen: verdict.payableFen,
      receiptNumber: draft.receiptNumber,
      offline: !around.online,
    });
  }

  function showAmountNeeded(voucher: ScannedVoucher): void {
    decision = null;
    show({ step: 'amount-needed', voucher: summary(voucher), receiptNumber: draft.receiptNumber });
  }

  function summary({ code }: ScannedVoucher): Extract<CheckoutState, { step: 'decided' }>['voucher'] {
    const kind = book.kind(code.fields.campaignNumber, code.fields.kindNumber);
    if (kind === null) throw new Error('a decided voucher has a kind');
    return {
      kindId: kind.id,
      category: kind.category,
      faceValueFen: kind.faceValueFen,
      minSpendFen: minSpend(kind),
      notAfterMs: voucherOf(code).notAfterMs,
    };
  }

  function checkPurchase(amount: Fen | null): void {
    const row = journal.redemptionOfPurchase(sale(circumstances()));
    if (amount === null || row === null || row.amountFen === amount) return;
    const { receiptNumber } = draft;
    throw new FaultError('purchase-amount-differs', { receiptNumber, amountFen: row.amountFen });
  }

  function write(open: OpenDecision, cashier: string): void {
    const around = circumstances();
    const appended = journal.append<'redemption', Refuse | 'changed'>(around.nowMs, (reader) => {
      const again = judge(reader, book, open.scanned, open.sale, around);
      if (again.verdict === 'refuse') return { abort: again };
      if (again.payableFen !== open.accept.payableFen) return { abort: 'changed' };
      const { id: redemptionId, scanned: voucher, sale: sold } = open;
      const facts = { redemptionId, scanned: voucher, sale: sold, accept: again, cashierId: cashier };
      return { kind: 'redemption', body: redemptionBody(book, { ...facts, offline: !around.online }) };
    });
    if ('aborted' in appended) {
      if (appended.aborted !== 'changed') {
        showRefusal(appended.aborted);
        return;
      }
      evaluate();
      throw new FaultError('decision-changed');
    }
    const row = journal.redemption(appended.entry.epoch, appended.entry.seq);
    if (row === null) throw new Error('an appended redemption has no projection');
    const redemption = view(row);
    scanned = null;
    const step = appended.durability === 'confirmed' ? 'accepted' : 'recorded-not-confirmed';
    show({ step, redemption });
    onRedeemed(redemption);
  }

  return {
    state: () => state,
    scan(text) {
      if (cashierId() === null || state.step === 'confirming') return;
      beginIfFinished();
      const around = circumstances();
      const scan = classify(text);
      if (scan.family !== 'voucher') {
        scanned = null;
        // Online authorisation of payment codes is not built yet: they are answered as without a network.
        const refusal = refuseScan(scan, false);
        if (refusal !== null) showRefusal(refusal);
        return;
      }
      scanned = { code: scan.code, scannedAtMs: around.nowMs };
      evaluate();
    },
    setAmount(amount) {
      if (state.step === 'confirming') return;
      beginIfFinished();
      const next = amount === null ? null : fen(amount);
      checkPurchase(next);
      // Papers hold their own price: another amount takes them off.
      draft = { ...draft, amountFen: next, listAmountFen: null, vehicle: null };
      if (state.step === 'refused' && !(scanned !== null && state.code === 'below-threshold')) scanned = null;
      evaluate();
    },
    setReceipt(number) {
      if (state.step === 'confirming') return;
      beginIfFinished();
      draft = { ...draft, receiptNumber: number };
      checkPurchase(draft.amountFen);
      evaluate();
    },
    setVehicle(vehicle) {
      if (state.step === 'confirming') return;
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
        // Nothing was written: the voucher is as free as before, and may be confirmed anew.
        if (state.step === 'confirming') evaluate();
        throw error;
      }
    },
    cancel() {
      if (state.step === 'confirming') return;
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

function minSpend(kind: VoucherKind): Fen {
  return kind.rule.type === 'minimum-spend' ? kind.rule.minSpendFen : kind.rule.fromFen;
}
