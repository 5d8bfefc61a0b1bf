import type { ReportLine } from '../../src/contract/clearing/reconciliation.ts';
import { BODY_SCHEMAS, type EntryName } from '../../src/contract/journal/entry.ts';
import type { Counter } from './counter.ts';

const PAGE = 1000;

/** A line as a terminal's own journal has it, with what names its sale. */
export interface JournalLine extends ReportLine {
  readonly settlementDay: string;
  readonly receiptNumber: string;
}

interface Sold {
  readonly discountFen: number;
  readonly redemptionDay: string;
  readonly receiptNumber: string;
}

/**
 * What a terminal's journal says to have been settled, read from its entries and from clearing's verdicts on them
 * alone. Throws for an entry that has no verdict, or one that is still held: then the campaign isn't over.
 */
export function journalLines({ journal, terminalId }: Counter): readonly JournalLine[] {
  const lines: JournalLine[] = [];
  const sold = new Map<string, Sold>();
  for (let after: EntryName | null = null; ;) {
    const entries = journal.entriesAfter(after, PAGE);
    for (const entry of entries) {
      const { epoch, seq, kind } = entry;
      after = { epoch, seq };
      if (kind !== 'redemption' && kind !== 'reversal' && kind !== 'refund') continue;
      const verdict = journal.verdictOf(after);
      if (verdict === null || verdict.verdict === 'held')
        throw new Error(`${terminalId} ${epoch}:${seq} is not decided`);
      const [sale, amountFen] = moneyOf(kind, entry.body, sold, `${epoch}:${seq}`);
      const { settlementDay } = verdict;
      if (verdict.verdict !== 'settled' || settlementDay === null) continue;
      const { redemptionDay, receiptNumber } = sale;
      lines.push({ epoch, seq, kind, amountFen, redemptionDay, settlementDay, receiptNumber });
    }
    if (entries.length < PAGE) return lines;
  }
}

function moneyOf(
  kind: 'redemption' | 'reversal' | 'refund',
  text: string,
  sold: Map<string, Sold>,
  name: string,
): readonly [Sold, number] {
  const body: unknown = JSON.parse(text);
  if (kind === 'redemption') {
    const { purchase, discountFen } = BODY_SCHEMAS.redemption.parse(body);
    const { businessDay: redemptionDay, receiptNumber } = purchase;
    const sale = { discountFen, redemptionDay, receiptNumber };
    sold.set(name, sale);
    return [sale, discountFen];
  }
  const { of } = kind === 'reversal' ? BODY_SCHEMAS.reversal.parse(body) : BODY_SCHEMAS.refund.parse(body);
  const sale = sold.get(`${of.epoch}:${of.seq}`);
  if (sale === undefined) throw new Error(`${name} corrects nothing`);
  const back = kind === 'reversal' ? sale.discountFen : BODY_SCHEMAS.refund.parse(body).backToFundFen;
  return [sale, 0 - back];
}
