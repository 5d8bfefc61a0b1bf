import type { JournalLine } from './journal-lines-model.ts';
import type { Tally } from './tally-model.ts';

/** The plan as it was decreed, and who redeemed. */
export interface Played {
  readonly campaign: {
    readonly kinds: readonly {
      readonly id: string;
      readonly category: string;
      readonly faceValueFen: number;
      readonly quota: number;
    }[];
    readonly funds: readonly { readonly id: string; readonly amountFen: number }[];
  };
  readonly counters: readonly { readonly storeId: string; readonly terminalId: string }[];
}

/** A line of a settlement file. */
export interface PaidLine {
  readonly storeId: string;
  readonly terminalId: string;
  readonly kindId: string;
  readonly till: string;
  readonly receiptNumber: string;
  readonly amountFen: number;
  readonly redemptionDay: string;
  readonly settlementDay: string;
}

/** Everything that says how much was paid, each read from its own source. */
export interface Accounts {
  /** Settlement files: of whom, and what each of the file's funds pays. */
  readonly files: readonly {
    readonly scope: 'store' | 'fund';
    readonly byFund: readonly { readonly fundId: string; readonly netFen: number }[];
  }[];
  /** Lines of the stores' files. */
  readonly fileLines: readonly PaidLine[];
  /** By terminal. */
  readonly journals: ReadonlyMap<string, readonly JournalLine[]>;
  /** Balances by account. */
  readonly books: ReadonlyMap<string, number>;
  /** Payouts that were approved. */
  readonly payouts: readonly { readonly storeId: string; readonly amountFen: number }[];
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
export function compareAll(played: Played, tally: Tally, accounts: Accounts, findings: Findings): void {
  compareJournals(played, accounts, findings);
  compareTally(played, tally, accounts, findings);
  compareFunds(played, accounts, findings);
  compareBudgets(played, accounts, findings);
  findings.equalSums(
    'paid out and settled',
    sumBy(accounts.payouts, ({ storeId }) => storeId),
    sumBy(accounts.fileLines, ({ storeId }) => storeId),
  );
}

/** Terminals' journals and settlement files, by redemption day and by settlement day. */
function compareJournals(played: Played, { fileLines, journals }: Accounts, findings: Findings): void {
  for (const { terminalId, storeId } of played.counters) {
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
function compareTally(played: Played, tally: Tally, { fileLines }: Accounts, findings: Findings): void {
  const paid = sumBy(fileLines, ({ kindId }) => kindId);
  for (const { id, faceValueFen } of played.campaign.kinds) {
    const { used, givenBack } = tally.of(id);
    findings.equal(`paid and used, ${id}`, paid.get(id) ?? 0, (used - givenBack) * faceValueFen);
  }
}

/** What each fund has paid: by the books, by its own files, by the stores' files. */
function compareFunds(played: Played, { files, books }: Accounts, findings: Findings): void {
  const sumOf = (scope: 'store' | 'fund', fundId: string): number =>
    files
      .filter((file) => file.scope === scope)
      .flatMap(({ byFund }) => byFund)
      .reduce((sum, fund) => (fund.fundId === fundId ? sum + fund.netFen : sum), 0);
  for (const { id, amountFen } of played.campaign.funds) {
    const paid = amountFen - (books.get(`fund:${id}`) ?? 0);
    findings.equal(`books and files of fund ${id}`, paid, sumOf('fund', id));
    findings.equal(`books and shops' files of fund ${id}`, paid, sumOf('store', id));
  }
}

/** Budgets: what isn't free any more is what was paid; nothing is reserved, owed or on its way. */
function compareBudgets(played: Played, { fileLines, books }: Accounts, findings: Findings): void {
  const { kinds } = played.campaign;
  const kindOf = new Map(kinds.map((kind) => [kind.id, kind]));
  const paid = sumBy(fileLines, ({ kindId }) => kindOf.get(kindId)?.category ?? '');
  for (const category of new Set(kinds.map((kind) => kind.category))) {
    const budget = kinds
      .filter((kind) => kind.category === category)
      .reduce((sum, { faceValueFen, quota }) => sum + faceValueFen * quota, 0);
    const free = books.get(`budget:${category}`) ?? 0;
    findings.equal(`budget of ${category}`, budget - free, paid.get(category) ?? 0);
  }
  for (const [name, balanceFen] of books)
    if (!name.startsWith('fund:') && !name.startsWith('budget:'))
      findings.equal(`${name} is empty`, balanceFen, 0);
}
