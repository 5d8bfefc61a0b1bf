import { reconcileTerminal } from '../../src/clearing/reconciliation/reconcile.ts';
import { reconcileTill } from '../../src/clearing/reconciliation/till.ts';
import {
  type Reconciliation,
  reconciliationSchema,
  type ReportLine,
} from '../../src/contract/clearing/reconciliation.ts';
import type { DayMeaning } from '../../src/contract/clearing/settlement.ts';
import { fen, formatYuan } from '../../src/domain/money.ts';
import type { Accounts, Findings } from './agreement-oracle.ts';
import type { City } from './city.ts';
import type { Counter } from './counter.ts';
import type { JournalLine } from './journal-lines-model.ts';

const toReport = ({
  epoch,
  seq,
  kind,
  amountFen,
  redemptionDay,
  settlementDay,
}: JournalLine): ReportLine => ({
  epoch,
  seq,
  kind,
  amountFen,
  redemptionDay,
  settlementDay,
});

async function reconcile(
  city: City,
  counter: Counter,
  day: string,
  by: DayMeaning,
  lines: readonly ReportLine[],
): Promise<Reconciliation> {
  const head = counter.journal.head();
  if (head === null) throw new Error('an empty journal');
  const answer = await reconcileTerminal(city.clearing.context, counter.terminalId, {
    day,
    by,
    head,
    lines: [...lines],
  });
  return reconciliationSchema.parse(JSON.parse(answer.payload));
}

/** Every terminal reconciles each of its days, by both meanings: everything must be matched. */
export async function reconcileAll(city: City, accounts: Accounts, findings: Findings): Promise<number> {
  let reports = 0;
  for (const counter of city.counters) {
    const lines = accounts.journals.get(counter.terminalId) ?? [];
    for (const [by, column] of [
      ['redemption', 'redemptionDay'],
      ['settlement', 'settlementDay'],
    ] as const)
      for (const day of new Set(lines.map((line) => line[column]))) {
        const ofDay = lines.filter((line) => line[column] === day).map(toReport);
        const { counts, terminalFen, clearingFen } = await reconcile(city, counter, day, by, ofDay);
        reports += 1;
        findings.equal(`reconciliation of ${counter.terminalId}, ${by} day ${day}`, terminalFen, clearingFen);
        if (counts.matched !== ofDay.length)
          findings.list.push(`${counter.terminalId} ${day}: ${JSON.stringify(counts)}`);
      }
  }
  return reports;
}

/** A sale of a terminal's day with enough of them, to plant differences in. */
function findPlace(city: City, accounts: Accounts) {
  for (const counter of city.counters) {
    const lines = accounts.journals.get(counter.terminalId) ?? [];
    for (const day of new Set(lines.map(({ redemptionDay }) => redemptionDay))) {
      const ofDay = lines.filter((line) => line.redemptionDay === day);
      const [first, second, third] = ofDay;
      const isPlain = ofDay.every(({ kind }) => kind === 'redemption');
      if (isPlain && first !== undefined && second !== undefined && third !== undefined)
        return { counter, day, first, second, ofDay };
    }
  }
  throw new Error('no day with three plain sales');
}

/** Plants differences on the terminal's, clearing's and the till's side, one by one; each must be found, and no other. */
export async function plantDifferences(city: City, accounts: Accounts, findings: Findings): Promise<number> {
  const place = findPlace(city, accounts);
  const { counter, day, first, second, ofDay } = place;
  const honest = ofDay.map(toReport);
  let found = 0;
  const expectOnly = async (
    what: string,
    report: readonly ReportLine[],
    seq: number,
    status: string,
  ): Promise<void> => {
    const { lines } = await reconcile(city, counter, day, 'redemption', report);
    const odd = lines.filter((line) => line.status !== 'matched');
    if (odd.length === 1 && odd[0]?.seq === seq && odd[0].status === status) found += 1;
    else findings.list.push(`planted and not found: ${what}`);
  };
  const without = honest.filter(({ seq }) => seq !== first.seq);
  await expectOnly('a sale left out by the terminal', without, first.seq, 'only-clearing');
  const dearer = honest.map((line) =>
    line.seq === first.seq ? { ...line, amountFen: line.amountFen + 1 } : line,
  );
  await expectOnly('a fen more at the terminal', dearer, first.seq, 'differs');
  const invented = { ...toReport(first), seq: (counter.journal.head()?.seq ?? 0) + 1 };
  await expectOnly('a sale invented by the terminal', [...honest, invented], invented.seq, 'only-terminal');

  const { db } = city.clearing.context.storage;
  const line = () =>
    db.updateTable('lines').where('terminal_id', '=', counter.terminalId).where('seq', '=', second.seq);
  await line()
    .set({ amount_fen: second.amountFen - 1 })
    .execute();
  await expectOnly('a fen less at clearing', honest, second.seq, 'differs');
  await line().set({ amount_fen: second.amountFen, redemption_day: '2022-01-01' }).execute();
  await expectOnly('another day at clearing', honest, second.seq, 'differs');
  await line().set({ redemption_day: second.redemptionDay }).execute();
  const gone = await db
    .selectFrom('lines')
    .selectAll()
    .where('terminal_id', '=', counter.terminalId)
    .where('seq', '=', second.seq)
    .executeTakeFirstOrThrow();
  await db.deleteFrom('lines').where('id', '=', gone.id).execute();
  await expectOnly('a line gone at clearing', honest, second.seq, 'only-terminal');
  await db.insertInto('lines').values(gone).execute();

  found += await plantAtTill(city, accounts, place, findings);
  const again = await reconcile(city, counter, day, 'redemption', honest);
  findings.equal('after the plants are gone', again.terminalFen, again.clearingFen);
  return found;
}

async function plantAtTill(
  city: City,
  { fileLines }: Accounts,
  { counter, day, first, second }: ReturnType<typeof findPlace>,
  findings: Findings,
): Promise<number> {
  const { storeId, terminalId } = counter;
  const receipts = fileLines
    .filter((line) => line.storeId === storeId && line.redemptionDay === day)
    .map(({ till, receiptNumber, amountFen }) => ({ till, receiptNumber, amountFen }));
  const isOf = (one: { readonly till: string; readonly receiptNumber: string }, line: JournalLine): boolean =>
    one.till === terminalId && one.receiptNumber === line.receiptNumber;
  const csv = (rows: typeof receipts): string =>
    [
      'till,receipt,amount',
      ...rows.map((row) => `${row.till},${row.receiptNumber},${formatYuan(fen(row.amountFen))}`),
    ].join('\n');
  const oddOnes = async (rows: typeof receipts): Promise<readonly string[]> => {
    const result = await reconcileTill(city.clearing.context, city.officials.auditor, {
      storeId,
      day,
      csv: csv(rows),
    });
    return result.receipts
      .filter(({ status }) => status !== 'matched')
      .map(({ receiptNumber, status }) => `${receiptNumber} ${status}`);
  };
  const planted: readonly [string, typeof receipts, readonly string[]][] = [
    ['nothing at the till', receipts, []],
    [
      'a receipt left out by the till',
      receipts.filter((one) => !isOf(one, first)),
      [`${first.receiptNumber} only-clearing`],
    ],
    [
      'a fen more at the till',
      receipts.map((one) => (isOf(one, second) ? { ...one, amountFen: one.amountFen + 1 } : one)),
      [`${second.receiptNumber} differs`],
    ],
    [
      'a receipt invented by the till',
      [...receipts, { till: terminalId, receiptNumber: 'invented', amountFen: 2000 }],
      ['invented only-till'],
    ],
  ];
  let found = 0;
  for (const [what, rows, expected] of planted) {
    const odd = await oddOnes(rows);
    if (JSON.stringify(odd) !== JSON.stringify(expected))
      findings.list.push(`planted and not found: ${what}`);
    else if (expected.length > 0) found += 1;
  }
  return found;
}
