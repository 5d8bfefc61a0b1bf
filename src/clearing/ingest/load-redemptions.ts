import { type EntryName, redemptionBodySchema, refundBodySchema } from '../../contract/journal/entry.ts';
import type { Tx } from '../storage/storage.ts';
import { groupBy } from './chunks.ts';
import { addHeldReturn, type CheckedEntry, entryKey, type SettledRedemption } from './facts.ts';

/**
 * The settled redemptions that the batch's reversals and refunds name, with what was corrected of them before: two
 * statements for each epoch that is named, however many entries there are.
 */
export async function loadRedemptions(
  tx: Tx,
  terminalId: string,
  batch: readonly CheckedEntry[],
): Promise<Map<string, SettledRedemption>> {
  const named = new Map<number, Set<number>>();
  for (const { body } of batch) {
    if (body?.kind !== 'reversal' && body?.kind !== 'refund') continue;
    const { epoch, seq } = body.value.of;
    named.set(epoch, (named.get(epoch) ?? new Set()).add(seq));
  }
  const redemptions = new Map<string, SettledRedemption>();
  for (const [epoch, seqs] of named) {
    const lines = await loadLines(tx, terminalId, epoch, [...seqs]);
    const corrections = await loadCorrections(
      tx,
      lines.map(({ id }) => id),
    );
    for (const line of lines)
      redemptions.set(entryKey(epoch, line.seq), redemptionOf(line, corrections.get(line.id) ?? []));
  }
  return redemptions;
}

type Line = Awaited<ReturnType<typeof loadLines>>[number];

async function loadLines(tx: Tx, terminalId: string, epoch: number, seqs: readonly number[]) {
  return tx
    .selectFrom('lines')
    .innerJoin('entries', (join) =>
      join
        .onRef('entries.terminal_id', '=', 'lines.terminal_id')
        .onRef('entries.epoch', '=', 'lines.epoch')
        .onRef('entries.seq', '=', 'lines.seq'),
    )
    .selectAll('lines')
    .select('entries.body as body')
    .where('lines.terminal_id', '=', terminalId)
    .where('lines.epoch', '=', epoch)
    .where('lines.seq', 'in', seqs)
    .where('lines.kind', 'in', ['redemption', 'loss'])
    .execute();
}

interface Correction {
  readonly kind: string;
  readonly amount_fen: number;
  readonly body: string;
}

async function loadCorrections(
  tx: Tx,
  lineIds: readonly number[],
): Promise<ReadonlyMap<number, readonly Correction[]>> {
  if (lineIds.length === 0) return new Map();
  const rows = await tx
    .selectFrom('lines')
    .innerJoin('entries', (join) =>
      join
        .onRef('entries.terminal_id', '=', 'lines.terminal_id')
        .onRef('entries.epoch', '=', 'lines.epoch')
        .onRef('entries.seq', '=', 'lines.seq'),
    )
    .select([
      'lines.corrects as corrects',
      'lines.kind as kind',
      'lines.amount_fen as amount_fen',
      'entries.body as body',
    ])
    .where('lines.corrects', 'in', lineIds)
    .orderBy('lines.id')
    .execute();
  return groupBy(rows, ({ corrects }) => corrects ?? 0);
}

function redemptionOf(line: Line, corrections: readonly Correction[]): SettledRedemption {
  const body = redemptionBodySchema.parse(JSON.parse(line.body));
  const { storeId, till, businessDay: day, receiptNumber, amountFen } = body.purchase;
  const refunds = corrections.filter(({ kind }) => kind === 'refund');
  return {
    redemptionId: line.redemption_id,
    campaignNumber: line.campaign_number,
    serial: line.serial,
    kindNumber: line.kind_number,
    storeId: line.store_id,
    amountFen: line.amount_fen,
    purchase: { storeId, till, businessDay: day, receiptNumber, amountFen },
    packVersion: body.packVersion,
    state: corrections.some(({ kind }) => kind === 'reversal')
      ? 'reversed'
      : refunds.some(({ amount_fen: amount }) => amount !== 0)
        ? 'refunded'
        : 'stands',
    returnedFen: refunds.reduce((sum, { body: text }) => sum + returnedOf(text), 0),
    borneByReserve: line.kind === 'loss',
    paidOut: line.payout_id !== null,
  };
}

function returnedOf(text: string): number {
  const { returnedFen } = JSON.parse(text) as { readonly returnedFen: number };
  return returnedFen;
}

/** The returns of this terminal that are held, by what they name; nothing is read for a batch without returns. */
export async function loadHeldReturns(
  tx: Tx,
  terminalId: string,
  batch: readonly CheckedEntry[],
): Promise<Map<string, readonly EntryName[]>> {
  const held = new Map<string, readonly EntryName[]>();
  if (!batch.some(({ body }) => body?.kind === 'refund')) return held;
  const rows = await tx
    .selectFrom('entries')
    .select(['epoch', 'seq', 'body'])
    .where('terminal_id', '=', terminalId)
    .where('verdict', '=', 'held')
    .where('kind', '=', 'refund')
    .orderBy('epoch')
    .orderBy('seq')
    .execute();
  for (const { epoch, seq, body } of rows) {
    const parsed = refundBodySchema.safeParse(jsonOf(body));
    if (parsed.success) addHeldReturn(held, parsed.data.of, { epoch, seq });
  }
  return held;
}

/** What is held may hold anything. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
