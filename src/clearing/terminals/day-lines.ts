import { type z } from 'zod';
import { type Envelope } from '../../contract/clearing/envelope.ts';
import {
  type dayLinesRequestSchema,
  type dayLinesSchema,
  MAX_DAY_LINES,
} from '../../contract/clearing/protocol.ts';
import { type Context, seal } from '../context.ts';

/**
 * What clearing has settled of a terminal's business day, line by line, for its manager's reconciliation. What the
 * loss reserve pays isn't among it: those redemptions are refused, here and there.
 */
export async function dayLines(
  context: Context,
  terminalId: string,
  { businessDay, afterLine }: z.infer<typeof dayLinesRequestSchema>,
): Promise<Envelope> {
  const rows = await context.storage.db
    .selectFrom('lines')
    .leftJoin('lines as corrected', 'corrected.id', 'lines.corrects')
    .select([
      'lines.id',
      'lines.epoch',
      'lines.seq',
      'lines.kind',
      'lines.amount_fen',
      'lines.settlement_day',
    ])
    .where('lines.terminal_id', '=', terminalId)
    .where('lines.redemption_day', '=', businessDay)
    .where('lines.id', '>', afterLine)
    .where('lines.kind', '!=', 'loss')
    .where((eb) => eb.or([eb('corrected.kind', 'is', null), eb('corrected.kind', '!=', 'loss')]))
    .orderBy('lines.id')
    .limit(MAX_DAY_LINES)
    .execute();
  const answer: z.infer<typeof dayLinesSchema> = {
    terminalId,
    businessDay,
    serverTimeMs: context.now(),
    lines: rows.flatMap(({ id, epoch, seq, kind, amount_fen: amountFen, settlement_day: settlementDay }) =>
      kind === 'loss' ? [] : [{ line: id, epoch, seq, kind, amountFen, settlementDay }],
    ),
  };
  return seal(context, 'day-lines', answer);
}
