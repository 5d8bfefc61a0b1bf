import { BODY_SCHEMAS } from '../../src/contract/journal/entry.ts';
import type { User } from '../../src/contract/terminal/state.ts';
import type { Access } from '../../src/terminal/access/access.ts';
import type { CampaignBook } from '../../src/terminal/checkout/campaign-book.ts';
import { counterHandlers, type CounterParts } from '../../src/terminal/counter/handlers.ts';
import { bookReturn, previewReturn, type ReturnParts } from '../../src/terminal/counter/returns.ts';
import { reverse } from '../../src/terminal/counter/reversal.ts';
import { redemptionView } from '../../src/terminal/checkout/views.ts';
import { FaultError } from '../../src/terminal/fault-error.ts';
import type { Connection } from '../../src/terminal/journal/storage.ts';
import type { Journal, RedemptionRow } from '../../src/terminal/journal/types.ts';
import { reportQueries } from '../../src/terminal/reports/queries.ts';
import type { Random } from '../torture/random.ts';
import { SimulatedCrash } from './crash.ts';
import type { GoodsReturned, HandOver } from './ledgers-model.ts';

const CASHIER: User = { id: 'C-1', name: 'Cashier', role: 'cashier' };
const MANAGER: User = { id: 'M-1', name: 'Manager', role: 'manager' };
const APPROVAL = { managerId: MANAGER.id, pin: '0000' };
const nothing = (): void => undefined;

/** Who is signed in, and a manager who always knows the PIN: PINs are not what is simulated. */
const access: Pick<Access, 'current' | 'approve'> = {
  current: () => CASHIER,
  approve: () => Promise.resolve(MANAGER),
};

export type CounterOutcome<T> =
  | { readonly type: 'done'; readonly value: T }
  | { readonly type: 'refused'; readonly code: string }
  | { readonly type: 'crashed' };

async function outcomeOf<T>(work: () => Promise<T>): Promise<CounterOutcome<T>> {
  try {
    return { type: 'done', value: await work() };
  } catch (error) {
    if (error instanceof SimulatedCrash) return { type: 'crashed' };
    if (error instanceof FaultError) return { type: 'refused', code: error.fault.code };
    throw error;
  }
}

/** What was done to a redemption: taken back, or goods of it returned. */
export type Corrected = { readonly type: 'reversed' } | ({ readonly type: 'returned' } & GoodsReturned);

export interface SimCounter {
  /** Takes a redemption back, with the manager's word. */
  reverse(row: RedemptionRow): Promise<CounterOutcome<Corrected>>;
  /** Goods worth `returnedFen` come back. */
  takeReturn(row: RedemptionRow, returnedFen: number): Promise<CounterOutcome<Corrected>>;
  /** Opens a shift, or closes the one that is open. */
  handOver(trySync: () => Promise<void>): Promise<CounterOutcome<HandOver>>;
}

export interface CounterOrder {
  readonly journal: Journal;
  readonly db: Connection;
  readonly book: CampaignBook;
  readonly nowMs: () => number;
  /** Where the power may go just after an entry is in. */
  readonly afterEntry: () => void;
}

/** The counter's own code for reversals, returns and shifts, over a journal. */
export function simCounter({ journal, db, book, nowMs, afterEntry }: CounterOrder): SimCounter {
  const kind: ReturnParts['kind'] = (campaign, number) => book.kind(campaign, number);
  const names = { kind, cashier: (id: string): string => id };
  const returns: ReturnParts = {
    journal,
    access: access as Access,
    nowMs,
    cutOverMinutes: () => 0,
    view: (row) => redemptionView(row, book, names.cashier, true),
    onWritten: nothing,
    onReversed: nothing,
    kind,
  };
  const counter = (trySync: () => Promise<void>): CounterParts => ({
    ...returns,
    queries: reportQueries(db),
    names,
    reprint: nothing,
    printShift: nothing,
    onShiftClosed: nothing,
    trySync,
    onShift: nothing,
  });
  return {
    reverse: ({ epoch, seq }) =>
      outcomeOf(async () => {
        await reverse(returns, { epoch, seq, reason: 'simulated', approval: APPROVAL });
        afterEntry();
        return { type: 'reversed' };
      }),
    takeReturn: ({ epoch, seq }, returnedFen) =>
      outcomeOf(async () => {
        const expected = previewReturn(returns, { epoch, seq, returnedFen });
        const { kind, backToFundFen, paidOutFen } = expected;
        await bookReturn(returns, {
          ...{ epoch, seq, returnedFen, expected, reason: 'simulated', approval: APPROVAL },
        });
        afterEntry();
        return kind === 'reversal'
          ? { type: 'reversed' }
          : { type: 'returned', returnedFen, backToFundFen, paidOutFen };
      }),
    handOver: (trySync) =>
      outcomeOf(async () => {
        const handlers = counterHandlers(counter(trySync));
        if (journal.openShift() === null) {
          await handlers['shift.open'](undefined);
          return { type: 'opened', number: journal.lastShiftNumber() };
        }
        const close = async (approval: typeof APPROVAL | null) => ({
          report: await handlers['shift.close']({ approval }),
          approved: approval !== null,
        });
        const { report, approved } = await close(null).catch((error: unknown) => {
          if (!(error instanceof FaultError) || error.fault.code !== 'shift-has-unsent') throw error;
          return close(APPROVAL);
        });
        const head = journal.head();
        const entry = head === null ? null : journal.entry(head);
        const body = BODY_SCHEMAS['shift-closed'].parse(JSON.parse(entry?.body ?? ''));
        const { count, discountFen, unsentCount } = body;
        const shown = { count: report.total.count, discountFen: report.total.discountFen };
        const written = { count, discountFen };
        return {
          type: 'closed',
          number: body.shift,
          shown,
          written,
          unsentCount,
          approved,
        };
      }),
  };
}

/** Goods that come back, fen: all that is left, a little, or so much that the rest may be too little. */
export function someGoodsOf({ amountFen, returnedFen }: RedemptionRow, random: Random): number {
  const leftFen = amountFen - returnedFen;
  if (leftFen <= 1 || random.chance(0.4)) return Math.max(1, leftFen);
  return 1 + random.below(random.chance(0.5) ? 100 : leftFen);
}
