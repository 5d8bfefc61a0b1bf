import { z } from 'zod';
import type { Entry, EntryName } from '../../src/contract/journal/entry.ts';
import type { JournalReader } from '../../src/terminal/journal/types.ts';
import type { EntrySeen, TerminalBooks } from './seen-model.ts';

/** What the oracle is shown of journals: plain values, so that it needs nothing of the parts. */

const redemptionIdSchema = z.object({ redemptionId: z.string() });
const returnedSchema = z.object({
  returnedFen: z.int(),
  backToFundFen: z.int(),
  paidOutFen: z.int(),
});
const MONEY: ReadonlySet<string> = new Set(['redemption', 'reversal', 'refund']);

export function seenOf({ terminalId, epoch, seq, hash, kind, body: text }: Entry): EntrySeen {
  const name = entryName(terminalId, { epoch, seq });
  if (!MONEY.has(kind)) return { name, hash, kind, redemptionId: null, returned: null };
  const body: unknown = JSON.parse(text);
  return {
    name,
    hash,
    kind,
    redemptionId: redemptionIdSchema.parse(body).redemptionId,
    returned: kind === 'refund' ? returnedSchema.parse(body) : null,
  };
}

export function entryName(terminalId: string, { epoch, seq }: EntryName): string {
  return `${terminalId} ${epoch}:${seq}`;
}

export function entriesOf(journal: JournalReader): readonly EntrySeen[] {
  return journal.entriesAfter(null, 1_000_000).map(seenOf);
}

/** What the terminal's books say at the end. */
export function booksOf(journal: JournalReader): TerminalBooks {
  const rows = journal.recentRedemptions(1_000_000).map((row) => ({
    redemptionId: row.redemptionId,
    voucher: row.serial ?? '',
    discountFen: row.discountFen,
    day: row.businessDay,
    state: row.state,
    reason: row.reason,
  }));
  const money = journal
    .entriesAfter(null, 1_000_000)
    .filter(({ kind }) => MONEY.has(kind))
    .map((entry) => ({ entry: seenOf(entry), verdict: journal.verdictOf(entry)?.verdict ?? null }));
  return { rows, money };
}
