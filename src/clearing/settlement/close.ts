import { type Envelope, envelopeSchema } from '../../contract/clearing/envelope.ts';
import {
  controlOf,
  type DayManifest,
  dayManifestSchema,
  sha256Hex,
} from '../../contract/clearing/settlement-file.ts';
import type { Campaign } from '../../domain/campaign.ts';
import { parseDay } from '../../domain/business-day.ts';
import { type Context, seal } from '../context.ts';
import { ApiError } from '../errors.ts';
import { audit, type Operator, requireRole } from '../operator/operators.ts';
import { lockMoney, type Reader, type Tx } from '../storage/storage.ts';
import { collectionsOfDay } from './collections.ts';
import { dayOverMs, firstOpenDay, lastClosedDay } from './day.ts';
import { type BuiltFile, buildFiles, type DayOfCampaign } from './files.ts';
import { readLines } from './lines.ts';

export interface ClosedDay {
  readonly manifest: DayManifest;
  /** Sealed with purpose `settlement`. */
  readonly envelope: Envelope;
}

/** A closed day as it was closed; null if it isn't. */
export async function findClosedDay(db: Reader, day: string): Promise<ClosedDay | null> {
  const row = await db
    .selectFrom('settlement_days')
    .select('manifest')
    .where('settlement_day', '=', day)
    .executeTakeFirst();
  if (row === undefined) return null;
  const envelope = envelopeSchema.parse(JSON.parse(row.manifest));
  return { envelope, manifest: dayManifestSchema.parse(JSON.parse(envelope.payload)) };
}

/**
 * Closes a settlement day: writes and seals its files for each store and each fund, and the day's manifest. What
 * arrives later is a line of a later day. Closing a closed day again gives what was made the first time. Refuses
 * (`conflict`) a day that isn't over in every store, one before the last closed day, and one that would leave an
 * earlier day open.
 */
export async function closeDay(context: Context, operator: Operator, day: string): Promise<ClosedDay> {
  requireRole(operator, 'unionpay');
  if (parseDay(day) === null) throw new ApiError('bad-request', 'not a day of the calendar');
  return context.storage.transaction(async (tx) => {
    await lockMoney(tx);
    await context.packs.refresh(tx);
    const before = await findClosedDay(tx, day);
    if (before !== null) return before;
    const previous = await lastClosedDay(tx);
    await refuseWrongOrder(tx, context, day, previous);
    const closedAtMs = context.now();
    const days: DayOfCampaign[] = [];
    for (const { campaign } of context.packs.all())
      days.push(await readDay(tx, context, campaign, day, closedAtMs));
    const files = days.flatMap((one) => buildFiles(one));
    await keepFiles(tx, context, files, closedAtMs);
    const manifest: DayManifest = {
      format: 'zmdv-settlement-day',
      version: 1,
      settlementDay: day,
      closedAtMs,
      closedBy: operator.id,
      previous: previous === null ? null : { settlementDay: previous, sha256: await hashOfDay(tx, previous) },
      files: files.map(({ fileName, seal: { campaignNumber, scope, subject, sha256, bytes, control } }) => ({
        ...{ fileName, campaignNumber, scope, subject, sha256, bytes },
        lines: control.lines,
        netFen: control.netFen,
      })),
      campaigns: days.map(({ campaign, lines, collections }) => ({
        campaignNumber: campaign.number,
        control: controlOf(
          lines.map(({ kind, amountFen, shares }) => ({ kind, amountFen, shares: [...shares] })),
          collections,
          campaign.funds.map(({ id }) => id),
        ),
      })),
      heads: await readHeads(tx),
    };
    const envelope = seal(context, 'settlement', manifest);
    await tx
      .insertInto('settlement_days')
      .values({
        settlement_day: day,
        previous_day: previous,
        closed_by: operator.id,
        closed_at_ms: closedAtMs,
        manifest: JSON.stringify(envelope),
      })
      .execute();
    await audit(tx, context, operator, 'day-closed', day, { files: files.length });
    return { manifest, envelope };
  });
}

/** What a campaign's day holds, as the books have it. */
export async function readDay(
  db: Reader,
  context: Context,
  campaign: Campaign,
  settlementDay: string,
  closedAtMs: number,
): Promise<DayOfCampaign> {
  const { number: campaignNumber } = campaign;
  return {
    campaign,
    settlementDay,
    closedAtMs,
    lines: await readLines(db, context.packs, { day: settlementDay, by: 'settlement', campaignNumber }),
    collections: await collectionsOfDay(db, campaignNumber, settlementDay),
  };
}

async function refuseWrongOrder(
  tx: Tx,
  context: Context,
  day: string,
  previous: string | null,
): Promise<void> {
  if (previous !== null && day < previous)
    throw new ApiError('conflict', `a later day, ${previous}, is closed already`);
  if (context.now() < (await dayOverMs(tx, day)))
    throw new ApiError('conflict', 'the day is not over yet in every store');
  const open = await firstOpenDay(tx, previous, day);
  if (open !== null) throw new ApiError('conflict', `${open} comes first: it is still open`);
}

async function hashOfDay(tx: Tx, day: string): Promise<string> {
  const closed = await findClosedDay(tx, day);
  if (closed === null) throw new Error(`${day} is closed and has no manifest`);
  return sha256Hex(closed.envelope.payload);
}

async function keepFiles(
  tx: Tx,
  context: Context,
  files: readonly BuiltFile[],
  closedAtMs: number,
): Promise<void> {
  for (const { fileName, content, seal: sealed } of files) {
    await tx
      .insertInto('settlement_files')
      .values({
        campaign_number: sealed.campaignNumber,
        settlement_day: sealed.settlementDay,
        scope: `${sealed.scope}:${sealed.subject}`,
        name: fileName,
        content,
        envelope: JSON.stringify(seal(context, 'settlement', sealed)),
        closed_at_ms: closedAtMs,
      })
      .execute();
  }
}

async function readHeads(tx: Tx): Promise<DayManifest['heads']> {
  const rows = await tx
    .selectFrom('terminal_epochs')
    .select(['terminal_id', 'epoch', 'head_seq', 'head_hash'])
    .orderBy('terminal_id')
    .orderBy('epoch')
    .execute();
  return rows.map((row) => ({
    terminalId: row.terminal_id,
    epoch: row.epoch,
    seq: row.head_seq,
    hash: row.head_hash,
  }));
}

/** A stored file and its seal; null where there is none of that name. */
export async function findFile(
  db: Reader,
  day: string,
  fileName: string,
): Promise<{ readonly content: string; readonly envelope: Envelope } | null> {
  const row = await db
    .selectFrom('settlement_files')
    .select(['content', 'envelope'])
    .where('settlement_day', '=', day)
    .where('name', '=', fileName)
    .executeTakeFirst();
  if (row === undefined) return null;
  return { content: row.content, envelope: envelopeSchema.parse(JSON.parse(row.envelope)) };
}
