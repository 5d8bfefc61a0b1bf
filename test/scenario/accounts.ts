import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { exportJournal } from '../../src/clearing/audit/export-journal.ts';
import { balances } from '../../src/clearing/ledger/ledger.ts';
import { verifyDay } from '../../src/clearing/settlement/verify-day.ts';
import { settlementFileSchema } from '../../src/contract/clearing/settlement-file.ts';
import type { EntryName, Head } from '../../src/contract/journal/entry.ts';
import { verifyExport } from '../../src/terminal/journal/verify-export.ts';
import { verifyJournal } from '../../src/terminal/journal/verify.ts';
import type { Accounts, Findings } from './agreement-oracle.ts';
import type { City } from './city.ts';
import type { Counter } from './counter.ts';
import { journalLines, type JudgedEntry } from './journal-lines-model.ts';

const PAGE = 1000;

export async function readAccounts(city: City): Promise<Accounts> {
  const { db } = city.clearing.context.storage;
  const rows = await db
    .selectFrom('settlement_files')
    .select('content')
    .where('name', 'like', '%.json')
    .orderBy('settlement_day')
    .execute();
  const files = rows.map(({ content }) => settlementFileSchema.parse(JSON.parse(content)));
  const payouts = await db
    .selectFrom('payouts')
    .select(['store_id', 'amount_fen'])
    .where('approved_by', 'is not', null)
    .execute();
  const all = await balances(db, 1);
  return {
    files: files.map(({ scope, control }) => ({ scope, byFund: control.byFund })),
    fileLines: files.flatMap(({ scope, lines }) => (scope === 'store' ? lines : [])),
    journals: new Map(
      city.counters.map((counter) => [
        counter.terminalId,
        journalLines(counter.terminalId, judgedEntries(counter)),
      ]),
    ),
    books: new Map(all.map(({ name, balanceFen }) => [name, balanceFen])),
    payouts: payouts.map((row) => ({ storeId: row.store_id, amountFen: row.amount_fen })),
  };
}

function judgedEntries({ journal }: Counter): readonly JudgedEntry[] {
  const judged: JudgedEntry[] = [];
  for (let after: EntryName | null = null; ;) {
    const entries = journal.entriesAfter(after, PAGE);
    for (const entry of entries) judged.push({ ...entry, verdict: journal.verdictOf(entry) });
    const last = entries.at(-1);
    if (last === undefined) return judged;
    after = { epoch: last.epoch, seq: last.seq };
  }
}

/** Every closed day is as it was closed, and as the books have it. */
export async function verifyDays(city: City, findings: Findings): Promise<void> {
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
