import { fen, formatYuan } from '../../src/domain/money.ts';
import { account } from '../../src/clearing/ledger/ledger.ts';
import type { Accounts } from './agreement-oracle.ts';
import type { City } from './city.ts';
import type { Tally } from './tally-model.ts';

const yuan = (amountFen: number): string => formatYuan(fen(amountFen));

/** Columns right-aligned but for the first. */
function lay(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return rows
    .map((row) =>
      row
        .map((cell, column) =>
          column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
        )
        .join('  '),
    )
    .join('\n');
}

/** The plan's table beside what was issued, used, given back and paid. */
export function planTable(city: City, tally: Tally, { fileLines }: Accounts): string {
  const paid = new Map<string, number>();
  for (const { kindId, amountFen } of fileLines) paid.set(kindId, (paid.get(kindId) ?? 0) + amountFen);
  const header = ['kind', 'planned', 'yuan', 'claimed', 'used', 'given back', 'paid yuan', 'left yuan'];
  const total = { planned: 0, plannedFen: 0, issued: 0, used: 0, givenBack: 0, paidFen: 0 };
  const rows = city.campaign.kinds.map(({ id, quota, faceValueFen }) => {
    const { issued, used, givenBack } = tally.of(id);
    const plannedFen = quota * faceValueFen;
    const paidFen = paid.get(id) ?? 0;
    total.planned += quota;
    total.plannedFen += plannedFen;
    total.issued += issued;
    total.used += used;
    total.givenBack += givenBack;
    total.paidFen += paidFen;
    return [
      id,
      quota,
      yuan(plannedFen),
      issued,
      used,
      givenBack,
      yuan(paidFen),
      yuan(plannedFen - paidFen),
    ].map(String);
  });
  const { planned, plannedFen, issued, used, givenBack, paidFen } = total;
  const last = [
    'all',
    planned,
    yuan(plannedFen),
    issued,
    used,
    givenBack,
    yuan(paidFen),
    yuan(plannedFen - paidFen),
  ];
  return lay([header, ...rows, last.map(String)]);
}

/** What each fund put in, has paid, and has left. */
export function fundTable(city: City, { books }: Accounts): string {
  const rows = city.campaign.funds.map(({ id, amountFen }) => {
    const left = books.get(account.fund(id)) ?? 0;
    return [id, yuan(amountFen), yuan(amountFen - left), yuan(left)];
  });
  return lay([['fund', 'planned', 'paid', 'left'], ...rows]);
}

export function eventList(tally: Tally): string {
  return [...tally.events]
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([event, times]) => `  ${event}: ${times}`)
    .join('\n');
}
