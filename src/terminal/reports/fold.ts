import type { RangeReport, Totals } from '../../contract/terminal/reports.ts';
import type { SettlementState } from '../../contract/terminal/state.ts';
import type { VoucherKind } from '../../domain/campaign.ts';
import { stands } from '../../domain/correction/redeemed.ts';
import type { Cell } from './queries.ts';

/** What turns numbers of the journal into names. */
export interface Names {
  readonly kind: (campaignNumber: number, kindNumber: number | null) => VoucherKind | null;
  readonly cashier: (id: string) => string;
}

export const NO_TOTALS: Totals = { count: 0, amountFen: 0, discountFen: 0 };

export function addTotals(a: Totals, b: Totals): Totals {
  return {
    count: a.count + b.count,
    amountFen: a.amountFen + b.amountFen,
    discountFen: a.discountFen + b.discountFen,
  };
}

/** The name under which a kind is reported; one that no pack names any more keeps its number. */
export function kindIdOf(names: Names, campaignNumber: number, kindNumber: number | null): string {
  return names.kind(campaignNumber, kindNumber)?.id ?? `${String(campaignNumber)}/${String(kindNumber ?? '?')}`;
}

class Groups<K> {
  private readonly sums = new Map<K, Totals>();
  add(key: K, totals: Totals): void {
    this.sums.set(key, addTotals(this.sums.get(key) ?? NO_TOTALS, totals));
  }
  entries(): readonly (readonly [K, Totals])[] {
    return [...this.sums];
  }
}

const mostDiscount = (a: { readonly totals: Totals }, b: { readonly totals: Totals }): number =>
  b.totals.discountFen - a.totals.discountFen || b.totals.count - a.totals.count;

/** The totals by kind, most discount first. */
export function foldKinds(cells: readonly Cell[], names: Names): RangeReport['byKind'] {
  const groups = new Groups<string>();
  const kinds = new Map<string, VoucherKind | null>();
  for (const cell of cells.filter(({ state }) => stands(state))) {
    const id = kindIdOf(names, cell.campaignNumber, cell.kindNumber);
    kinds.set(id, names.kind(cell.campaignNumber, cell.kindNumber));
    groups.add(id, cell);
  }
  return groups
    .entries()
    .map(([kindId, totals]) => {
      const kind = kinds.get(kindId) ?? null;
      return { kindId, category: kind?.category ?? null, faceValueFen: kind?.faceValueFen ?? null, totals };
    })
    .toSorted(mostDiscount);
}

/** Sum of the cells that `choose` takes. */
export function sum(cells: readonly Cell[], choose: (state: SettlementState) => boolean): Totals {
  return cells.filter(({ state }) => choose(state)).reduce<Totals>(addTotals, NO_TOTALS);
}

/** Folds the cells of days into one report. Every breakdown adds up to `total`. */
export function foldReport(
  range: { readonly fromDay: string; readonly toDay: string },
  days: readonly { readonly day: string; readonly cells: readonly Cell[] }[],
  names: Names,
): RangeReport {
  const cells = days.flatMap((day) => day.cells);
  const hours = new Groups<number>();
  const cashiers = new Groups<string>();
  const counters = new Groups<string>();
  for (const cell of cells.filter(({ state }) => stands(state))) {
    hours.add(cell.hour, cell);
    cashiers.add(cell.cashierId, cell);
    counters.add(cell.counter, cell);
  }
  const only = (wanted: SettlementState): Totals => sum(cells, (state) => state === wanted);
  return {
    ...range,
    total: sum(cells, stands),
    backToFundFen: cells.reduce((total, { backToFundFen }) => total + backToFundFen, 0),
    states: {
      pending: only('pending'),
      settled: only('settled'),
      refused: only('refused'),
      held: only('held'),
      reversed: only('reversed'),
    },
    byKind: foldKinds(cells, names),
    byHour: hours
      .entries()
      .map(([hour, totals]) => ({ hour, totals }))
      .toSorted((a, b) => a.hour - b.hour),
    byCashier: cashiers
      .entries()
      .map(([cashierId, totals]) => ({ cashierId, name: names.cashier(cashierId), totals }))
      .toSorted(mostDiscount),
    byCounter: counters
      .entries()
      .map(([counter, totals]) => ({ counter, totals }))
      .toSorted(mostDiscount),
    byDay: days
      .map(({ day, cells: its }) => ({ day, totals: sum(its, stands) }))
      .filter(({ totals }) => totals.count > 0),
  };
}
