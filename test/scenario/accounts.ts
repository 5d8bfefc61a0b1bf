import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { exportJournal } from '../../src/clearing/audit/export-journal.ts';
import { account, balances } from '../../src/clearing/ledger/ledger.ts';
import { verifyDay } from '../../src/clearing/settlement/verify-day.ts';
import {
  type FileLine,
  type SettlementFile,
  settlementFileSchema,
} from '../../src/contract/clearing/settlement-file.ts';
import type { Head } from '../../src/contract/journal/entry.ts';
import { verifyExport } from '../../src/terminal/journal/verify-export.ts';
import { verifyJournal } from '../../src/terminal/journal/verify.ts';
import type { City } from './city.ts';
import { journalLines, type JournalLine } from './journal-lines.ts';
import type { Tally } from './tally.ts';

/** Everything that says how much was paid, each read from its own source. */
export interface Accounts {
  readonly files: readonly SettlementFile[];
  /** Lines of the stores' files. */
  readonly fileLines: readonly FileLine[];
  /** By terminal. */
  readonly journals: ReadonlyMap<string, readonly JournalLine[]>;
  readonly books: ReadonlyMap<string, number>;
}

export async function readAccounts(city: City): Promise<Accounts> {
  const { db } = city.clearing.context.storage;
  const rows = await db
    .selectFrom('settlement_files')
    .select('content')
    .where('name', 'like', '%.json')
    .orderBy('settlement_day')
    .execute();
  const files = rows.map(({ content }) => settlementFileSchema.parse(JSON.parse(content)));
  const all = await balances(db, 1);
  return {
    files,
    fileLines: files.flatMap(({ scope, lines }) => (scope === 'store' ? lines : [])),
    journals: new Map(city.counters.map((counter) => [counter.terminalId, journalLines(counter)])),
    books: new Map(all.map(({ name, balanceFen }) => [name, balanceFen])),
  };
}

/** Collects what doesn't agree; nothing else may say that something does. */
export class Findings {
  readonly list: string[] = [];
  #compared = 0;

  equal(what: string, left: number, right: number): void {
    this.#compared += 1;
    if (left !== right) this.list.push(`${what}: ${left} and ${right} fen`);
  }

  /** Both sides' sums under the same keys. */
  equalSums(what: string, left: ReadonlyMap<string, number>, right: ReadonlyMap<string, number>): void {
    for (const key of new Set([...left.keys(), ...right.keys()]))
      this.equal(`${what}, ${key}`, left.get(key) ?? 0, right.get(key) ?? 0);
  }

  get compared(): number {
    return this.#compared;
  }
}

function sumBy<T extends { readonly amountFen: number }>(items: readonly T[], key: (item: T) => string) {
  const sums = new Map<string, number>();
  for (const item of items) sums.set(key(item), (sums.get(key(item)) ?? 0) + item.amountFen);
  return sums;
}

/** Holds files, journals, books, payouts and what really happened against one another, to the fen. */
export async function compareAll(
  city: City,
  tally: Tally,
  accounts: Accounts,
  findings: Findings,
): Promise<void> {
  compareJournals(city, accounts, findings);
  compareTally(city, tally, accounts, findings);
  compareFunds(city, accounts, findings);
  compareBudgets(city, accounts, findings);
  await comparePayouts(city, accounts, findings);
  await verifyDays(city, findings);
}

/** Terminals' journals and settlement files, by redemption day and by settlement day. */
function compareJournals(city: City, { fileLines, journals }: Accounts, findings: Findings): void {
  for (const { terminalId, storeId } of city.counters) {
    const ours = fileLines.filter((line) => line.terminalId === terminalId);
    const theirs = journals.get(terminalId) ?? [];
    const name = `${storeId} ${terminalId}`;
    findings.equal(`number of lines of ${name}`, ours.length, theirs.length);
    for (const day of ['redemptionDay', 'settlementDay'] as const)
      findings.equalSums(
        `files and journal of ${name} by ${day}`,
        sumBy(ours, (line) => line[day]),
        sumBy(theirs, (line) => line[day]),
      );
  }
}

/** Settlement files and what the script knows to have happened, by voucher kind. */
function compareTally(city: City, tally: Tally, { fileLines }: Accounts, findings: Findings): void {
  const paid = sumBy(fileLines, ({ kindId }) => kindId);
  for (const { id, faceValueFen } of city.campaign.kinds) {
    const { used, givenBack } = tally.of(id);
    findings.equal(`paid and used, ${id}`, paid.get(id) ?? 0, (used - givenBack) * faceValueFen);
  }
}

/** What each fund has paid: by the books, by its own files, by the stores' files. */
function compareFunds(city: City, { files, books }: Accounts, findings: Findings): void {
  const sumOf = (scope: SettlementFile['scope'], fundId: string): number =>
    files
      .filter((file) => file.scope === scope)
      .flatMap(({ control }) => control.byFund)
      .reduce((sum, fund) => (fund.fundId === fundId ? sum + fund.netFen : sum), 0);
  for (const { id, amountFen } of city.campaign.funds) {
    const paid = amountFen - (books.get(account.fund(id)) ?? 0);
    findings.equal(`books and files of fund ${id}`, paid, sumOf('fund', id));
    findings.equal(`books and shops' files of fund ${id}`, paid, sumOf('store', id));
  }
}

/** Budgets: what isn't free any more is what was paid; nothing is reserved, owed or on its way. */
function compareBudgets(city: City, { fileLines, books }: Accounts, findings: Findings): void {
  const { kinds } = city.campaign;
  const kindOf = new Map(kinds.map((kind) => [kind.id, kind]));
  const paid = sumBy(fileLines, ({ kindId }) => kindOf.get(kindId)?.category ?? '');
  for (const category of new Set(kinds.map((kind) => kind.category))) {
    const budget = kinds
      .filter((kind) => kind.category === category)
      .reduce((sum, { faceValueFen, quota }) => sum + faceValueFen * quota, 0);
    const free = books.get(account.budget(category)) ?? 0;
    findings.equal(`budget of ${category}`, budget - free, paid.get(category) ?? 0);
  }
  for (const [name, balanceFen] of books)
    if (!name.startsWith('fund:') && !name.startsWith('budget:'))
      findings.equal(`${name} is empty`, balanceFen, 0);
}

async function comparePayouts(city: City, { fileLines }: Accounts, findings: Findings): Promise<void> {
  const rows = await city.clearing.context.storage.db
    .selectFrom('payouts')
    .select(['store_id', 'amount_fen'])
    .where('approved_by', 'is not', null)
    .execute();
  const paid = rows.map((row) => ({ storeId: row.store_id, amountFen: row.amount_fen }));
  findings.equalSums(
    'paid out and settled',
    sumBy(paid, ({ storeId }) => storeId),
    sumBy(fileLines, ({ storeId }) => storeId),
  );
}

/** Every closed day is as it was closed, and as the books have it. */
async function verifyDays(city: City, findings: Findings): Promise<void> {
  const { context } = city.clearing;
  const days = await context.storage.db.selectFrom('settlement_days').select('settlement_day').execute();
  for (const { settlement_day: day } of days)
    for (const { what, problem } of await verifyDay(context, day))
      findings.list.push(`closed day ${day}: ${what}: ${problem}`);
}

/**
 * Verifies every journal twice, with nothing but clearing's public key and the head that the last closed day names:
 * the terminal's own database, and what clearing exports of it. Closes the journals.
 */
export async function verifyJournals(city: City, folder: string, findings: Findings): Promise<number> {
  let entries = 0;
  for (const { journal, terminalId, trustedKeys, folder: home } of city.counters) {
    const head: Head | null = journal.head();
    journal.close();
    const own = verifyJournal(join(home, 'journal.db'), { root: trustedKeys, head });
    if (own.result === 'ok') entries += own.entries;
    else findings.list.push(`journal of ${terminalId}: ${JSON.stringify(own)}`);
    const file = join(folder, `${terminalId}.ndjson`);
    const text: string[] = [];
    for await (const line of await exportJournal(city.clearing.context, city.officials.auditor, terminalId))
      text.push(line);
    writeFileSync(file, text.join(''));
    const exported = await verifyExport(file, { root: trustedKeys, head });
    if (exported.result !== 'ok') findings.list.push(`export of ${terminalId}: ${JSON.stringify(exported)}`);
  }
  return entries;
}
