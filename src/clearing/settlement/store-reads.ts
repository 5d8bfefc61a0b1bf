import {
  type DayMeaning,
  type DayTotals,
  MAX_STATEMENT_LINES,
  type ReadBack,
  type Statement,
} from '../../contract/clearing/settlement.ts';
import { MAX_BATCH_ENTRIES } from '../../contract/clearing/protocol.ts';
import { type EntryName, redemptionBodySchema } from '../../contract/journal/entry.ts';
import type { Envelope } from '../../contract/clearing/envelope.ts';
import { entryOfRow } from '../audit/stored-entry.ts';
import { type Context, seal } from '../context.ts';
import { VERDICT_COLUMNS, verdictOfRow } from '../ingest/load-facts.ts';
import type { Reader } from '../storage/storage.ts';
import { lastClosedDay } from './day.ts';
import { kindIdOf, readLines, type SettledLine } from './lines.ts';

/** The store that a terminal stands in. */
export async function storeOfTerminal(db: Reader, terminalId: string): Promise<string> {
  const { store_id: storeId } = await db
    .selectFrom('terminals')
    .select('store_id')
    .where('id', '=', terminalId)
    .executeTakeFirstOrThrow();
  return storeId;
}

/** Days up to the last closed one are closed, whether anything was settled on them or not. */
export async function isClosed(db: Reader, day: string): Promise<boolean> {
  const closed = await lastClosedDay(db);
  return closed !== null && day <= closed;
}

/** What clearing has settled of a day for all counters of the terminal's store; sealed. */
export async function storeDayTotals(
  context: Context,
  terminalId: string,
  request: { readonly day: string; readonly by: DayMeaning },
): Promise<Envelope> {
  const { db } = context.storage;
  const { day, by } = request;
  await context.packs.refresh(db);
  const storeId = await storeOfTerminal(db, terminalId);
  const rows = await db
    .selectFrom('lines')
    .innerJoin('terminals', 'terminals.id', 'lines.terminal_id')
    .select(['terminal_id', 'counter', 'campaign_number', 'kind_number', 'kind'])
    .select((eb) => [
      eb.fn.countAll<number>().as('count'),
      eb.cast<number>(eb.fn.sum('amount_fen'), 'bigint').as('amount'),
    ])
    .where('lines.store_id', '=', storeId)
    .where(by === 'redemption' ? 'redemption_day' : 'settlement_day', '=', day)
    .groupBy(['terminal_id', 'counter', 'campaign_number', 'kind_number', 'kind'])
    .orderBy('counter')
    .orderBy('terminal_id')
    .orderBy('campaign_number')
    .orderBy('kind_number')
    .orderBy('kind')
    .execute();
  const answer: DayTotals = {
    terminalId,
    storeId,
    serverTimeMs: context.now(),
    day,
    by,
    closed: await isClosed(db, day),
    totals: rows.map((row) => ({
      terminalId: row.terminal_id,
      counter: row.counter,
      campaignNumber: row.campaign_number,
      kindId: kindIdOf(context.packs, row.campaign_number, row.kind_number),
      kind: row.kind,
      count: row.count,
      amountFen: row.amount,
    })),
    count: rows.reduce((sum, { count }) => sum + count, 0),
    amountFen: rows.reduce((sum, { amount }) => sum + amount, 0),
    held: await heldOfDay(db, storeId, day),
  };
  return seal(context, 'day-totals', answer);
}

const heldBody = redemptionBodySchema.pick({ purchase: true, discountFen: true }).strip();

async function heldOfDay(db: Reader, storeId: string, day: string): Promise<DayTotals['held']> {
  const rows = await db
    .selectFrom('entries')
    .innerJoin('terminals', 'terminals.id', 'entries.terminal_id')
    .select('body')
    .where('terminals.store_id', '=', storeId)
    .where('entries.verdict', '=', 'held')
    .where('entries.kind', '=', 'redemption')
    .execute();
  const held = rows.flatMap(({ body }) => {
    // A body that can't be read is one of the reasons for being held.
    const parsed = heldBody.safeParse(parseJson(body));
    return parsed.success && parsed.data.purchase.businessDay === day ? [parsed.data.discountFen] : [];
  });
  return { count: held.length, amountFen: held.reduce((sum, amount) => sum + amount, 0) };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** A page of the lines of a day of the terminal's store; sealed. */
export async function storeStatement(
  context: Context,
  terminalId: string,
  request: { readonly day: string; readonly by: DayMeaning; readonly after: number | null },
): Promise<Envelope> {
  const { db } = context.storage;
  const { day, by, after } = request;
  await context.packs.refresh(db);
  const storeId = await storeOfTerminal(db, terminalId);
  const lines = await readLines(db, context.packs, {
    day,
    by,
    storeId,
    after: after ?? 0,
    limit: MAX_STATEMENT_LINES + 1,
  });
  const answer: Statement = {
    terminalId,
    storeId,
    serverTimeMs: context.now(),
    day,
    by,
    closed: await isClosed(db, day),
    lines: lines.slice(0, MAX_STATEMENT_LINES).map(toStatementLine),
    more: lines.length > MAX_STATEMENT_LINES,
  };
  return seal(context, 'statement', answer);
}

/** What a store sees of a line: all but which fund pays. */
function toStatementLine(line: SettledLine): Statement['lines'][number] {
  const { number, terminalId, counter, epoch, seq, kind, of, redemptionId, campaignNumber, kindId } = line;
  const { serial, till, receiptNumber, amountFen, redemptionDay, settlementDay, payout } = line;
  return {
    ...{ number, terminalId, counter, epoch, seq, kind, of, redemptionId, campaignNumber, kindId },
    ...{ serial, till, receiptNumber, amountFen, redemptionDay, settlementDay, payout },
  };
}

/** A page of the terminal's own journal as clearing received it, with the verdicts as they stand; sealed. */
export async function readBackJournal(
  context: Context,
  terminalId: string,
  after: EntryName | null,
): Promise<Envelope> {
  const { db } = context.storage;
  const { epoch, seq } = after ?? { epoch: 0, seq: 0 };
  const rows = await db
    .selectFrom('entries')
    .select(VERDICT_COLUMNS)
    .select(['kind', 'at_ms', 'body', 'prev', 'signature'])
    .where('terminal_id', '=', terminalId)
    .where((eb) => eb.or([eb('epoch', '>', epoch), eb.and([eb('epoch', '=', epoch), eb('seq', '>', seq)])]))
    .orderBy('epoch')
    .orderBy('seq')
    .limit(MAX_BATCH_ENTRIES + 1)
    .execute();
  const heads = await db
    .selectFrom('terminal_epochs')
    .select(['epoch', 'head_seq', 'head_hash'])
    .where('terminal_id', '=', terminalId)
    .orderBy('epoch')
    .execute();
  const page = rows.slice(0, MAX_BATCH_ENTRIES);
  const answer: ReadBack = {
    terminalId,
    serverTimeMs: context.now(),
    entries: page.map((row) => entryOfRow(terminalId, row)),
    verdicts: page.map(verdictOfRow),
    heads: heads.map((head) => ({ epoch: head.epoch, seq: head.head_seq, hash: head.head_hash })),
    more: rows.length > MAX_BATCH_ENTRIES,
  };
  return seal(context, 'read-back', answer);
}
