import type { Envelope } from '../../contract/clearing/envelope.ts';
import { type Context, seal } from '../context.ts';
import { ApiError } from '../errors.ts';
import { lockMoney, takeNumbers, type Tx } from '../storage/storage.ts';
import type { AuthorisationAnswer } from './authorise.ts';

interface Row {
  readonly status: AuthorisationAnswer['status'];
  readonly campaign_number: number | null;
  readonly serial: number | null;
  readonly hold_until_ms: number;
  readonly answer: string;
}

async function findRow(tx: Tx, terminalId: string, id: string): Promise<Row | undefined> {
  return tx
    .selectFrom('authorisations')
    .select(['status', 'campaign_number', 'serial', 'hold_until_ms', 'answer'])
    .where('terminal_id', '=', terminalId)
    .where('id', '=', id)
    .executeTakeFirst();
}

/** Captures what is held: the voucher is spent from now on, its journal entry may come later. */
export async function capture(
  context: Context,
  terminalId: string,
  authorisationId: string,
): Promise<Envelope> {
  const answer = await context.storage.transaction(async (tx) => {
    await lockMoney(tx);
    const nowMs = context.now();
    const row = await findRow(tx, terminalId, authorisationId);
    if (row === undefined) throw new ApiError('not-found', 'nothing was authorised under this id');
    const known = { ...(JSON.parse(row.answer) as AuthorisationAnswer), serverTimeMs: nowMs };
    if (row.status !== 'reserved') return { ...known, status: row.status };
    if (nowMs >= row.hold_until_ms)
      return { ...known, status: 'refused' as const, reason: 'hold-expired', params: {} };
    const { campaign_number: campaignNumber, serial } = row;
    if (campaignNumber === null || serial === null) throw new Error('a reservation without a voucher');
    const taken = await tx
      .insertInto('spends')
      .values({
        campaign_number: campaignNumber,
        serial,
        terminal_id: terminalId,
        authorisation_id: authorisationId,
        epoch: 0,
        seq: 0,
        at_ms: nowMs,
      })
      .onConflict((conflict) => conflict.columns(['campaign_number', 'serial']).doNothing())
      .returning('serial')
      .executeTakeFirst();
    // An offline redemption of the same voucher reached clearing between the two requests.
    if (taken === undefined)
      return { ...known, status: 'refused' as const, reason: 'already-redeemed', params: {} };
    await change(tx, campaignNumber, serial, 'spent');
    await setStatus(tx, terminalId, authorisationId, { status: 'captured', captured_at_ms: nowMs });
    return { ...known, status: 'captured' as const };
  });
  return seal(context, 'authorisation', answer);
}

/** Gives back what is held or captured. An unknown id leaves a tombstone that refuses a later request for it. */
export async function release(
  context: Context,
  terminalId: string,
  authorisationId: string,
): Promise<Envelope> {
  const answer = await context.storage.transaction(async (tx): Promise<AuthorisationAnswer> => {
    await lockMoney(tx);
    const nowMs = context.now();
    const row = await findRow(tx, terminalId, authorisationId);
    if (row === undefined) return leaveTombstone(tx, terminalId, authorisationId, nowMs);
    const known = { ...(JSON.parse(row.answer) as AuthorisationAnswer), serverTimeMs: nowMs };
    if (row.status === 'settled')
      throw new ApiError('conflict', 'it is settled: only a reversal can undo that');
    if (row.status === 'captured' && row.campaign_number !== null && row.serial !== null) {
      await tx
        .deleteFrom('spends')
        .where('campaign_number', '=', row.campaign_number)
        .where('serial', '=', row.serial)
        .where('authorisation_id', '=', authorisationId)
        .where('terminal_id', '=', terminalId)
        .execute();
      await change(tx, row.campaign_number, row.serial, 'unspent');
    }
    if (row.status === 'refused') return { ...known, status: 'refused' };
    await setStatus(tx, terminalId, authorisationId, { status: 'released', captured_at_ms: null });
    return { ...known, status: 'released' };
  });
  return seal(context, 'authorisation', answer);
}

async function leaveTombstone(
  tx: Tx,
  terminalId: string,
  authorisationId: string,
  nowMs: number,
): Promise<AuthorisationAnswer> {
  const answer: AuthorisationAnswer = {
    terminalId,
    authorisationId,
    status: 'released',
    serverTimeMs: nowMs,
    holdUntilMs: null,
    voucher: null,
    discountFen: 0,
    payableFen: 0,
    reason: null,
    params: {},
  };
  await tx
    .insertInto('authorisations')
    .values({
      terminal_id: terminalId,
      id: authorisationId,
      status: 'released',
      campaign_number: null,
      serial: null,
      request: '',
      answer: JSON.stringify(answer),
      discount_fen: 0,
      hold_until_ms: 0,
      captured_at_ms: null,
      created_at_ms: nowMs,
    })
    .execute();
  return answer;
}

async function setStatus(
  tx: Tx,
  terminalId: string,
  id: string,
  values: { readonly status: 'captured' | 'released'; readonly captured_at_ms: number | null },
): Promise<void> {
  await tx
    .updateTable('authorisations')
    .set(values)
    .where('terminal_id', '=', terminalId)
    .where('id', '=', id)
    .execute();
}

async function change(
  tx: Tx,
  campaignNumber: number,
  serial: number,
  to: 'spent' | 'unspent',
): Promise<void> {
  const number = await takeNumbers(tx, 'changes', 1);
  await tx
    .insertInto('changes')
    .values({ number, campaign_number: campaignNumber, serial: String(serial), change: to })
    .execute();
}
