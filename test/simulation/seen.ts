import { z } from 'zod';
import type { Entry } from '../../src/contract/journal/entry.ts';
import type { JournalReader } from '../../src/terminal/journal/types.ts';
import type { EntrySeen, TerminalRow } from './oracle.ts';

/** What the oracle is shown of journals: plain values, so that it needs nothing of the parts. */

const redemptionIdSchema = z.object({ redemptionId: z.string() });

function redemptionIdOf(body: string): string | null {
  const parsed = redemptionIdSchema.safeParse(JSON.parse(body));
  return parsed.success ? parsed.data.redemptionId : null;
}

export function seenOf({ terminalId, epoch, seq, hash, kind, body }: Entry): EntrySeen {
  return { name: `${terminalId} ${epoch}:${seq}`, hash, kind, redemptionId: redemptionIdOf(body) };
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
