import { z } from 'zod';

/** An entry of a terminal's journal, with clearing's verdict on it; null: none yet. */
export interface JudgedEntry {
  readonly epoch: number;
  readonly seq: number;
  readonly kind: string;
  /** JSON, as it was sealed. */
  readonly body: string;
  readonly verdict: { readonly verdict: string; readonly settlementDay: string | null } | null;
}

/** A line as a terminal's own journal has it, with what names its sale. */
export interface JournalLine {
  readonly epoch: number;
  readonly seq: number;
  readonly kind: 'redemption' | 'reversal' | 'refund';
  readonly amountFen: number;
  readonly redemptionDay: string;
  readonly settlementDay: string;
  readonly receiptNumber: string;
}

interface Sold {
  readonly discountFen: number;
  readonly redemptionDay: string;
  readonly receiptNumber: string;
}

// What is needed of the bodies, in words of its own.
const soldSchema = z.object({
  discountFen: z.int(),
  purchase: z.object({ businessDay: z.string(), receiptNumber: z.string() }),
});
const correctsSchema = z.object({ of: z.object({ epoch: z.int(), seq: z.int() }) });
const refundedSchema = z.object({ backToFundFen: z.int() });

/**
 * What a terminal's journal says to have been settled, read from its entries and from clearing's verdicts on them
 * alone. Throws for an entry that has no verdict, or one that is still held: then the campaign isn't over.
 */
export function journalLines(terminalId: string, entries: readonly JudgedEntry[]): readonly JournalLine[] {
  const lines: JournalLine[] = [];
  const sold = new Map<string, Sold>();
  for (const { epoch, seq, kind, body, verdict } of entries) {
    if (kind !== 'redemption' && kind !== 'reversal' && kind !== 'refund') continue;
    if (verdict === null || verdict.verdict === 'held')
      throw new Error(`${terminalId} ${epoch}:${seq} is not decided`);
    const [sale, amountFen] = moneyOf(kind, JSON.parse(body), sold, `${epoch}:${seq}`);
    const { settlementDay } = verdict;
    if (verdict.verdict !== 'settled' || settlementDay === null) continue;
    const { redemptionDay, receiptNumber } = sale;
    lines.push({ epoch, seq, kind, amountFen, redemptionDay, settlementDay, receiptNumber });
  }
  return lines;
}

function moneyOf(
  kind: JournalLine['kind'],
  body: unknown,
  sold: Map<string, Sold>,
  name: string,
): readonly [Sold, number] {
  if (kind === 'redemption') {
    const { purchase, discountFen } = soldSchema.parse(body);
    const { businessDay: redemptionDay, receiptNumber } = purchase;
    const sale = { discountFen, redemptionDay, receiptNumber };
    sold.set(name, sale);
    return [sale, discountFen];
  }
  const { of } = correctsSchema.parse(body);
  const sale = sold.get(`${of.epoch}:${of.seq}`);
  if (sale === undefined) throw new Error(`${name} corrects nothing`);
  const back = kind === 'reversal' ? sale.discountFen : refundedSchema.parse(body).backToFundFen;
  return [sale, 0 - back];
}
