import type { z } from 'zod';
import type { Envelope } from '../../contract/clearing/envelope.ts';
import {
  entryVerdictSchema,
  type feedRequestSchema,
  type feedSchema,
} from '../../contract/clearing/protocol.ts';
import type { Head } from '../../contract/journal/entry.ts';
import type { Campaign } from '../../domain/campaign.ts';
import { type Context, seal } from '../context.ts';
import { sealingKey } from '../keys/sealing-key.ts';
import { account } from '../ledger/ledger.ts';
import { latestRing } from '../packs/key-ring.ts';
import type { Reader } from '../storage/storage.ts';
import { readStore } from './activation.ts';

const MAX_CHANGES = 5000;
const MAX_DECISIONS = 1000;

/** Everything that a terminal must know, newer than what it says it has. */
export async function feed(
  context: Context,
  terminalId: string,
  request: z.infer<typeof feedRequestSchema>,
): Promise<Envelope> {
  const { storage, packs } = context;
  const { db } = storage;
  await packs.refresh(db);
  const terminal = await db
    .selectFrom('terminals')
    .selectAll()
    .where('id', '=', terminalId)
    .executeTakeFirstOrThrow();
  const nowMs = context.now();
  await db.updateTable('terminals').set({ last_seen_at_ms: nowMs }).where('id', '=', terminalId).execute();
  const ring = await latestRing(db);
  const all = packs.all();
  const changes = await db
    .selectFrom('changes')
    .selectAll()
    .where('number', '>', request.changesAfter)
    .orderBy('number')
    .limit(MAX_CHANGES + 1)
    .execute();
  const answer: z.infer<typeof feedSchema> = {
    terminalId,
    serverTimeMs: nowMs,
    terminalStatus: terminal.status,
    store: await readStore(db, terminal.store_id),
    packs: all
      .filter(({ campaign }) => campaign.version > (request.packVersions[campaign.id] ?? 0))
      .map(({ envelope }) => envelope),
    keyRing: ring === null || ring.ring.version <= request.keyRingVersion ? null : ring.envelope,
    exhaustedKinds: await exhaustedKinds(
      db,
      all.map(({ campaign }) => campaign),
    ),
    changes: changes
      .slice(0, MAX_CHANGES)
      .map(({ number, campaign_number: campaignNumber, serial, change }) => ({
        number,
        campaignNumber,
        serial,
        change,
      })),
    moreChanges: changes.length > MAX_CHANGES,
    head: await headOf(db, terminalId, terminal.epoch),
    sealingKey: sealingKey(context.keys).published,
    decisions: await decisionsFor(db, terminalId),
  };
  return seal(context, 'feed', answer);
}

/** Kinds of which no voucher can be redeemed any more: nothing reserved and nothing left to claim. */
async function exhaustedKinds(db: Reader, campaigns: readonly Campaign[]): Promise<string[]> {
  const exhausted: string[] = [];
  for (const campaign of campaigns) {
    const rows = await db
      .selectFrom('accounts')
      .select(['name', 'balance_fen'])
      .where('campaign_number', '=', campaign.number)
      .execute();
    const left = new Map(rows.map((row) => [row.name, row.balance_fen]));
    for (const { id, category } of campaign.kinds) {
      const open = (left.get(account.budget(category)) ?? 0) + (left.get(account.reserved(category)) ?? 0);
      if (open === 0) exhausted.push(id);
    }
  }
  return exhausted;
}

async function headOf(db: Reader, terminalId: string, epoch: number): Promise<Head | null> {
  const row = await db
    .selectFrom('terminal_epochs')
    .select(['epoch', 'head_seq', 'head_hash'])
    .where('terminal_id', '=', terminalId)
    .where('epoch', '=', epoch)
    .executeTakeFirst();
  return row === undefined ? null : { epoch: row.epoch, seq: row.head_seq, hash: row.head_hash };
}

async function decisionsFor(db: Reader, terminalId: string): Promise<z.infer<typeof entryVerdictSchema>[]> {
  const rows = await db
    .selectFrom('decisions')
    .select('verdict')
    .where('terminal_id', '=', terminalId)
    .orderBy('id', 'desc')
    .limit(MAX_DECISIONS)
    .execute();
  return rows.map(({ verdict }) => entryVerdictSchema.parse(JSON.parse(verdict)));
}
