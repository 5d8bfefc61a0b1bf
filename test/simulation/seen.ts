import { z } from 'zod';
import type { Entry } from '../../src/contract/journal/entry.ts';
import type { JournalReader } from '../../src/terminal/journal/types.ts';
import type { EntrySeen, TerminalRow } from './oracle.ts';

/** What the oracle is shown of journals: plain values, so that it needs nothing of the parts. */

const redemptionIdSchema = z.object({ redemptionId: z.string() });

export function seenOf(entry: Entry): EntrySeen {
  const body = redemptionIdSchema.safeParse(JSON.parse(entry.body));
  return {
    name: `${entry.terminalId} ${entry.epoch}:${entry.seq}`,
    hash: entry.hash,
    kind: entry.kind,
    redemptionId: body.success ? body.data.redemptionId : null,
  };
}

export function entriesOf(journal: JournalReader): readonly EntrySeen[] {
  return journal.entriesAfter(null, 1_000_000).map(seenOf);
}

export function rowsOf(journal: JournalReader): readonly TerminalRow[] {
  return journal.recentRedemptions(1_000_000).map((row) => ({
    redemptionId: row.redemptionId,
    voucher: row.serial ?? '',
    discountFen: row.discountFen,
    day: row.businessDay,
    state: row.state,
    reason: row.reason,
    backToFundFen: row.backToFundFen,
  }));
}
