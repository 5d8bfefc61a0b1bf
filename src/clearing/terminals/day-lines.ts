import { type z } from 'zod';
import { type Envelope } from '../../contract/clearing/envelope.ts';
import {
  type dayLinesRequestSchema,
  type dayLinesSchema,
  MAX_DAY_LINES,
} from '../../contract/clearing/protocol.ts';
import { type Context, seal } from '../context.ts';

/** What clearing has settled of a terminal's business day, line by line, for its manager's reconciliation. */
export async function dayLines(
  context: Context,
  terminalId: string,
  { businessDay, afterLine }: z.infer<typeof dayLinesRequestSchema>,
): Promise<Envelope> {
  const rows = await context.storage.db
    .selectFrom('lines')
    .select(['id', 'epoch', 'seq', 'kind', 'amount_fen', 'settlement_day'])
    .where('terminal_id', '=', terminalId)
    .where('redemption_day', '=', businessDay)
    .where('id', '>', afterLine)
    .orderBy('id')
    .limit(MAX_DAY_LINES)
    .execute();
  const answer: z.infer<typeof dayLinesSchema> = {
    terminalId,
    businessDay,
    serverTimeMs: context.now(),
    lines: rows.map(({ id, epoch, seq, kind, amount_fen: amountFen, settlement_day: settlementDay }) => ({
      line: id,
      epoch,
      seq,
      kind,
      amountFen,
      settlementDay,
    })),
  };
  return seal(context, 'day-lines', answer);
}
