import type { z } from 'zod';
import type { HeldEntry, heldQuerySchema, ProposalView } from '../../../contract/clearing/operator/held.ts';
import { BODY_SCHEMAS, entrySchema } from '../../../contract/journal/entry.ts';
import type { ProposalTable } from '../../storage/schema.ts';
import type { Reader } from '../../storage/storage.ts';

/** Names what was received, also where two entries claim one place. */
export interface HeldName {
  readonly terminalId: string;
  readonly epoch: number;
  readonly seq: number;
  readonly hash: string;
}

/** What a proposal or the queue says of an entry that is held. */
export interface HeldRow extends HeldName {
  readonly storeId: string;
  readonly kind: string;
  readonly atMs: number;
  readonly receivedAtMs: number;
  readonly reason: string;
  readonly params: HeldEntry['params'];
  readonly body: string;
  readonly quarantined: boolean;
}

type Filter = { readonly [K in keyof HeldName]?: HeldName[K] | undefined } & {
  readonly storeId?: string | undefined;
  readonly reason?: string | undefined;
};

/** Entries that are held, the oldest first, each with the proposal that is open on it. */
export async function listHeld(
  db: Reader,
  query: z.infer<typeof heldQuerySchema>,
): Promise<{ readonly entries: readonly HeldEntry[]; readonly more: boolean }> {
  const rows = await heldRows(db, query, query.limit + 1);
  const page = rows.slice(0, query.limit);
  const open = await db.selectFrom('proposals').selectAll().where('status', '=', 'open').execute();
  const byName = new Map(open.map((row) => [nameKey(nameOf(row)), proposalView(row)]));
  return {
    entries: page.map((row) => viewOf(row, byName.get(nameKey(row)) ?? null)),
    more: rows.length > query.limit,
  };
}

/** The one entry of that name if it is held and not decided on; null otherwise. */
export async function findHeld(db: Reader, name: HeldName): Promise<HeldRow | null> {
  const [row] = await heldRows(db, name, 1);
  return row ?? null;
}

async function heldRows(db: Reader, filter: Filter, limit: number): Promise<readonly HeldRow[]> {
  const both = [...(await placedRows(db, filter, limit)), ...(await quarantinedRows(db, filter, limit))];
  return both.toSorted((left, right) => left.receivedAtMs - right.receivedAtMs).slice(0, limit);
}

async function placedRows(db: Reader, filter: Filter, limit: number): Promise<readonly HeldRow[]> {
  let query = db
    .selectFrom('entries')
    .innerJoin('terminals', 'terminals.id', 'entries.terminal_id')
    .selectAll('entries')
    .select('terminals.store_id as store_id')
    .where('entries.verdict', '=', 'held')
    .orderBy('entries.received_at_ms')
    .orderBy('entries.terminal_id')
    .orderBy('entries.epoch')
    .orderBy('entries.seq')
    .limit(limit);
  if (filter.terminalId !== undefined) query = query.where('entries.terminal_id', '=', filter.terminalId);
  if (filter.storeId !== undefined) query = query.where('terminals.store_id', '=', filter.storeId);
  if (filter.reason !== undefined) query = query.where('entries.reason', '=', filter.reason);
  if (filter.epoch !== undefined) query = query.where('entries.epoch', '=', filter.epoch);
  if (filter.seq !== undefined) query = query.where('entries.seq', '=', filter.seq);
  if (filter.hash !== undefined) query = query.where('entries.hash', '=', filter.hash);
  const rows = await query.execute();
  return rows.map((row) => ({
    ...nameOf(row),
    storeId: row.store_id,
    kind: row.kind,
    atMs: row.at_ms,
    receivedAtMs: row.received_at_ms,
    reason: row.reason ?? '',
    params: JSON.parse(row.params) as HeldEntry['params'],
    body: row.body,
    quarantined: false,
  }));
}

/** Two received entries may share name and hash and differ in the rest: the first stands for all of them. */
async function quarantinedRows(db: Reader, filter: Filter, limit: number): Promise<readonly HeldRow[]> {
  let query = db
    .selectFrom('quarantine')
    .innerJoin('terminals', 'terminals.id', 'quarantine.terminal_id')
    .leftJoin('decisions', (join) =>
      join
        .onRef('decisions.terminal_id', '=', 'quarantine.terminal_id')
        .onRef('decisions.epoch', '=', 'quarantine.epoch')
        .onRef('decisions.seq', '=', 'quarantine.seq')
        .onRef('decisions.hash', '=', 'quarantine.hash'),
    )
    .selectAll('quarantine')
    .select('terminals.store_id as store_id')
    .where('decisions.id', 'is', null)
    .orderBy('quarantine.received_at_ms')
    .orderBy('quarantine.digest')
    .limit(limit);
  if (filter.terminalId !== undefined) query = query.where('quarantine.terminal_id', '=', filter.terminalId);
  if (filter.storeId !== undefined) query = query.where('terminals.store_id', '=', filter.storeId);
  if (filter.reason !== undefined) query = query.where('quarantine.reason', '=', filter.reason);
  if (filter.epoch !== undefined) query = query.where('quarantine.epoch', '=', filter.epoch);
  if (filter.seq !== undefined) query = query.where('quarantine.seq', '=', filter.seq);
  if (filter.hash !== undefined) query = query.where('quarantine.hash', '=', filter.hash);
  const rows = await query.execute();
  return rows.map((row) => {
    const entry = entrySchema.parse(JSON.parse(row.entry));
    return {
      ...nameOf(row),
      storeId: row.store_id,
      kind: entry.kind,
      atMs: entry.atMs,
      receivedAtMs: row.received_at_ms,
      reason: row.reason,
      params: {},
      body: entry.body,
      quarantined: true,
    };
  });
}

/** As the operator sees it; what the body says is told only where it has its kind's shape. */
export function viewOf({ body, ...row }: HeldRow, proposal: ProposalView | null): HeldEntry {
  const redemption = row.kind === 'redemption' ? BODY_SCHEMAS.redemption.safeParse(jsonOf(body)) : null;
  return {
    ...row,
    discountFen: redemption?.data?.discountFen ?? null,
    redemptionId: redemption?.data?.redemptionId ?? null,
    proposal,
  };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function nameOf(row: {
  readonly terminal_id: string;
  readonly epoch: number;
  readonly seq: number;
  readonly hash: string;
}): HeldName {
  return { terminalId: row.terminal_id, epoch: row.epoch, seq: row.seq, hash: row.hash };
}

function nameKey({ terminalId, epoch, seq, hash }: HeldName): string {
  return JSON.stringify([terminalId, epoch, seq, hash]);
}

export function proposalView(row: ProposalTable): ProposalView {
  return {
    id: row.id,
    ...nameOf(row),
    decision: row.decision,
    note: row.note,
    status: row.status,
    proposedBy: row.proposed_by,
    proposedAtMs: row.proposed_at_ms,
    decidedBy: row.decided_by,
    decidedAtMs: row.decided_at_ms,
  };
}
