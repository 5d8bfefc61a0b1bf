import type { ExpressionBuilder } from 'kysely';
import type { DayMeaning, LineKind } from '../../contract/clearing/settlement.ts';
import { type EntryName, redemptionBodySchema } from '../../contract/journal/entry.ts';
import type { Packs } from '../packs/packs.ts';
import type { Database } from '../storage/schema.ts';
import type { Reader } from '../storage/storage.ts';

/** A settled line with all that settlement, statements and reconciliation say of it. Money is fen. */
export interface SettledLine {
  /** Rises in the order of settlement. */
  readonly number: number;
  readonly campaignNumber: number;
  readonly kind: LineKind;
  readonly storeId: string;
  readonly terminalId: string;
  readonly counter: string;
  readonly epoch: number;
  readonly seq: number;
  /** The redemption that a correction corrects. */
  readonly of: EntryName | null;
  readonly redemptionId: string;
  readonly kindId: string;
  readonly serial: string;
  readonly till: string;
  readonly receiptNumber: string;
  readonly amountFen: number;
  /** What each fund pays, in the campaign's order of funds. */
  readonly shares: readonly number[];
  readonly redemptionDay: string;
  readonly settlementDay: string;
  readonly payout: {
    readonly id: string;
    readonly paidOn: string | null;
    readonly reference: string | null;
  } | null;
}

export interface LineFilter {
  readonly day: string;
  readonly by: DayMeaning;
  readonly storeId?: string;
  readonly terminalId?: string;
  readonly campaignNumber?: number;
  /** Only lines with a higher number. */
  readonly after?: number;
  readonly limit?: number;
}

const DAY_COLUMNS = { redemption: 'lines.redemption_day', settlement: 'lines.settlement_day' } as const;

/** The lines of a day, in the order in which they were settled. */
export async function readLines(
  db: Reader,
  packs: Packs,
  filter: LineFilter,
): Promise<readonly SettledLine[]> {
  const { storeId, terminalId, campaignNumber, after, limit } = filter;
  let query = selectLines(db).where(DAY_COLUMNS[filter.by], '=', filter.day);
  if (storeId !== undefined) query = query.where('lines.store_id', '=', storeId);
  if (terminalId !== undefined) query = query.where('lines.terminal_id', '=', terminalId);
  if (campaignNumber !== undefined) query = query.where('lines.campaign_number', '=', campaignNumber);
  if (after !== undefined) query = query.where('lines.id', '>', after);
  if (limit !== undefined) query = query.limit(limit);
  return (await query.orderBy('lines.id').execute()).map((row) => toLine(row, packs));
}

/** Names that one statement asks for: two parameters each, far below SQLite's bound of 32,766. */
const NAMES_PER_STATEMENT = 1000;

/** The lines of these entries of one terminal, whatever their days. */
export async function readNamedLines(
  db: Reader,
  packs: Packs,
  terminalId: string,
  names: readonly EntryName[],
): Promise<readonly SettledLine[]> {
  const found: SettledLine[] = [];
  for (let start = 0; start < names.length; start += NAMES_PER_STATEMENT) {
    const part = names.slice(start, start + NAMES_PER_STATEMENT);
    for (const epoch of new Set(part.map((name) => name.epoch))) {
      const seqs = part.filter((name) => name.epoch === epoch).map(({ seq }) => seq);
      const rows = await selectLines(db)
        .where('lines.terminal_id', '=', terminalId)
        .where('lines.epoch', '=', epoch)
        .where('lines.seq', 'in', seqs)
        .execute();
      found.push(...rows.map((row) => toLine(row, packs)));
    }
  }
  return found;
}

type Joined = Database & { readonly target: Database['lines'] };

/** A correction's purchase is that of the redemption that it corrects. */
const ofTarget =
  (column: 'epoch' | 'seq' | 'terminal_id') =>
  (eb: ExpressionBuilder<Joined, 'lines' | 'target' | 'entries'>) =>
    eb(`entries.${column}`, '=', eb.fn.coalesce(`target.${column}`, `lines.${column}`));

function selectLines(db: Reader) {
  return db
    .selectFrom('lines')
    .innerJoin('terminals', 'terminals.id', 'lines.terminal_id')
    .leftJoin('lines as target', 'target.id', 'lines.corrects')
    .innerJoin('entries', (join) =>
      join.on(ofTarget('terminal_id')).on(ofTarget('epoch')).on(ofTarget('seq')),
    )
    .leftJoin('payouts', 'payouts.id', 'lines.payout_id')
    .selectAll('lines')
    .select([
      'terminals.counter as counter',
      'target.epoch as of_epoch',
      'target.seq as of_seq',
      'entries.body as body',
      'payouts.paid_on as paid_on',
      'payouts.reference as reference',
    ]);
}

type Row = Awaited<ReturnType<ReturnType<typeof selectLines>['execute']>>[number];

function toLine(row: Row, packs: Packs): SettledLine {
  const { purchase } = redemptionBodySchema.pick({ purchase: true }).strip().parse(JSON.parse(row.body));
  const { of_epoch: epoch, of_seq: seq, payout_id: payoutId } = row;
  return {
    number: row.id,
    campaignNumber: row.campaign_number,
    kind: row.kind,
    storeId: row.store_id,
    terminalId: row.terminal_id,
    counter: row.counter,
    epoch: row.epoch,
    seq: row.seq,
    of: epoch === null || seq === null ? null : { epoch, seq },
    redemptionId: row.redemption_id,
    kindId: kindIdOf(packs, row.campaign_number, row.kind_number),
    serial: String(row.serial),
    till: purchase.till,
    receiptNumber: purchase.receiptNumber,
    amountFen: row.amount_fen,
    shares: JSON.parse(row.shares) as number[],
    redemptionDay: row.redemption_day,
    settlementDay: row.settlement_day,
    payout: payoutId === null ? null : { id: payoutId, paidOn: row.paid_on, reference: row.reference },
  };
}

/** The name of a voucher kind, such as `supermarket-20`. Throws for one that no pack ever had. */
export function kindIdOf(packs: Packs, campaignNumber: number, kindNumber: number): string {
  const kind = packs.latest(campaignNumber).kinds.find(({ number }) => number === kindNumber);
  if (kind === undefined) throw new Error(`a line of the unknown kind ${String(kindNumber)}`);
  return kind.id;
}
