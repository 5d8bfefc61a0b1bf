import { canonicalJson } from '../../contract/journal/canonical.ts';
import { type Campaign } from '../../domain/campaign.ts';
import { fen } from '../../domain/money.ts';
import { splitStep } from '../ledger/fund-split.ts';
import { account, post, type Posting } from '../ledger/ledger.ts';
import { takeNumbers, type Tx } from '../storage/storage.ts';
import { type CorrectEffect, type Effect, type RedeemEffect } from './effects.ts';
import { type BatchFacts, entryKey } from './facts.ts';
import { type Judgement } from './judge.ts';

/** How many rows one statement writes: far below SQLite's bound of 32,766 parameters. */
const ROWS_PER_STATEMENT = 500;

function* chunks<T>(rows: readonly T[]): Generator<T[]> {
  for (let start = 0; start < rows.length; start += ROWS_PER_STATEMENT)
    yield rows.slice(start, start + ROWS_PER_STATEMENT);
}

export interface WriteRequest {
  readonly facts: BatchFacts;
  readonly judgement: Judgement;
  /** The newest rules of a campaign: its funds. */
  readonly latestCampaign: (number: number) => Campaign;
}

/** Writes down what was judged: entries as received, verdicts, vouchers, lines, ledger, changes and alarms. */
export async function writeJudgement(
  tx: Tx,
  { facts, judgement, latestCampaign }: WriteRequest,
): Promise<void> {
  await writeEntries(tx, facts, judgement);
  await writeHeads(tx, facts);
  await writeAlarms(tx, facts, judgement);
  await writeEffects(tx, facts, judgement.effects, latestCampaign);
}

async function writeEntries(tx: Tx, facts: BatchFacts, judgement: Judgement): Promise<void> {
  for (const rows of chunks(judgement.placed)) {
    await tx
      .insertInto('entries')
      .values(
        rows.map(({ entry, verdict }) => ({
          terminal_id: facts.terminalId,
          epoch: entry.epoch,
          seq: entry.seq,
          hash: entry.hash,
          kind: entry.kind,
          at_ms: entry.atMs,
          body: entry.body,
          prev: entry.prev,
          signature: entry.signature,
          received_at_ms: facts.nowMs,
          verdict: verdict.verdict,
          reason: verdict.reason,
          params: canonicalJson(verdict.params),
          settlement_day: verdict.settlementDay,
          borne_by: verdict.borneBy,
        })),
      )
      .execute();
  }
  for (const { entry, digest, verdict } of judgement.quarantined) {
    await tx
      .insertInto('quarantine')
      .values({
        digest,
        terminal_id: facts.terminalId,
        epoch: entry.epoch,
        seq: entry.seq,
        hash: entry.hash,
        entry: JSON.stringify(entry),
        reason: verdict.reason ?? 'fork',
        received_at_ms: facts.nowMs,
      })
      .execute();
  }
}

async function writeHeads(tx: Tx, facts: BatchFacts): Promise<void> {
  for (const state of facts.epochs.values()) {
    await tx
      .updateTable('terminal_epochs')
      .set({
        head_seq: state.headSeq,
        head_hash: state.headHash,
        last_at_ms: state.lastAtMs,
        broken: state.broken ? 1 : 0,
        lost_from_seq: state.lostFromSeq,
        lost_to_seq: state.lostToSeq,
      })
      .where('terminal_id', '=', facts.terminalId)
      .where('epoch', '=', state.epoch)
      .execute();
  }
}

async function writeAlarms(tx: Tx, facts: BatchFacts, judgement: Judgement): Promise<void> {
  for (const alarm of judgement.alarms) {
    await tx
      .insertInto('alarms')
      .values({
        cause: alarm.cause,
        code: alarm.code,
        terminal_id: facts.terminalId,
        details: canonicalJson(alarm.details),
        at_ms: facts.nowMs,
      })
      .onConflict((conflict) => conflict.column('cause').doNothing())
      .execute();
  }
}

/** Carries out what the settled entries do. The caller holds the money lock; also used for operators' decisions. */
export async function writeEffects(
  tx: Tx,
  facts: Pick<BatchFacts, 'terminalId' | 'nowMs' | 'settlementDay'>,
  effects: readonly Effect[],
  latestCampaign: (number: number) => Campaign,
): Promise<void> {
  if (effects.length === 0) return;
  await writeVouchers(tx, facts, effects);
  await writeChanges(tx, effects);
  for (const campaignNumber of new Set(effects.map((effect) => effect.campaignNumber))) {
    const own = effects.filter((effect) => effect.campaignNumber === campaignNumber);
    await writeMoney(tx, facts, own, latestCampaign(campaignNumber));
  }
}

/** Voucher and purchase stay free where a batch both takes and reverses; nothing is left of such a pair. */
async function writeVouchers(
  tx: Tx,
  facts: Pick<BatchFacts, 'terminalId'>,
  effects: readonly Effect[],
): Promise<void> {
  const taken = new Map<string, RedeemEffect>();
  for (const effect of effects) {
    if (effect.type === 'redeem') taken.set(entryKey(effect.of.epoch, effect.of.seq), effect);
    if (effect.type !== 'reverse') continue;
    if (!taken.delete(entryKey(effect.corrects.epoch, effect.corrects.seq))) await freeVoucher(tx, effect);
  }
  // Also of what the same batch took back: its hold or capture ends with it.
  const authorised = effects.flatMap((effect) =>
    effect.type === 'redeem' ? (effect.authorisationId ?? []) : [],
  );
  if (authorised.length > 0) await endAuthorisations(tx, facts.terminalId, authorised);
  for (const rows of chunks([...taken.values()])) {
    await tx
      .insertInto('spends')
      .values(
        rows.map((effect) => ({
          campaign_number: effect.campaignNumber,
          serial: effect.serial,
          terminal_id: facts.terminalId,
          authorisation_id: null,
          epoch: effect.of.epoch,
          seq: effect.of.seq,
          at_ms: effect.atMs,
        })),
      )
      .execute();
    await tx
      .insertInto('purchases')
      .values(
        rows.map(({ purchase, of }) => ({
          store_id: purchase.storeId,
          till: purchase.till,
          business_day: purchase.businessDay,
          receipt_number: purchase.receiptNumber,
          amount_fen: purchase.amountFen,
          terminal_id: facts.terminalId,
          epoch: of.epoch,
          seq: of.seq,
        })),
      )
      .execute();
  }
}

/** The captured spends make room for the entries' own. */
async function endAuthorisations(tx: Tx, terminalId: string, ids: readonly string[]): Promise<void> {
  await tx
    .deleteFrom('spends')
    .where('terminal_id', '=', terminalId)
    .where('authorisation_id', 'in', ids)
    .execute();
  await tx
    .updateTable('authorisations')
    .set({ status: 'settled' })
    .where('terminal_id', '=', terminalId)
    .where('id', 'in', ids)
    .execute();
}

async function freeVoucher(tx: Tx, effect: CorrectEffect): Promise<void> {
  await tx
    .deleteFrom('spends')
    .where('campaign_number', '=', effect.campaignNumber)
    .where('serial', '=', effect.serial)
    .execute();
  const { storeId, till, businessDay, receiptNumber } = effect.purchase;
  await tx
    .deleteFrom('purchases')
    .where('store_id', '=', storeId)
    .where('till', '=', till)
    .where('business_day', '=', businessDay)
    .where('receipt_number', '=', receiptNumber)
    .execute();
}

async function writeChanges(tx: Tx, effects: readonly Effect[]): Promise<void> {
  const changes = effects.flatMap((effect) =>
    effect.type === 'refund'
      ? []
      : [{ effect, change: effect.type === 'redeem' ? ('spent' as const) : ('unspent' as const) }],
  );
  if (changes.length === 0) return;
  const first = await takeNumbers(tx, 'changes', changes.length);
  const rows = changes.map(({ effect, change }, index) => ({
    number: first + index,
    campaign_number: effect.campaignNumber,
    serial: String(effect.serial),
    change,
  }));
  for (const part of chunks(rows)) await tx.insertInto('changes').values(part).execute();
}

async function writeMoney(
  tx: Tx,
  facts: Pick<BatchFacts, 'terminalId' | 'nowMs' | 'settlementDay'>,
  effects: readonly Effect[],
  campaign: Campaign,
): Promise<void> {
  const { redeemed_fen: before } = await tx
    .selectFrom('campaigns')
    .select('redeemed_fen')
    .where('number', '=', campaign.number)
    .executeTakeFirstOrThrow();
  const weights = campaign.funds.map(({ share, amountFen }) => share ?? amountFen);
  let total = fen(before);
  const postings: Posting[] = [];
  const lines = effects.map((effect) => {
    const amountFen = effect.type === 'redeem' ? effect.amountFen : 0 - effect.amountFen;
    const after = fen(total + amountFen);
    const shares = splitStep(total, after, weights);
    total = after;
    postings.push(...postingsOf(effect, campaign, shares));
    return { effect, amountFen, shares };
  });
  const corrected = await linesCorrected(tx, facts.terminalId, effects);
  for (const part of chunks(lines)) {
    const inserted = await tx
      .insertInto('lines')
      .values(
        part.map(({ effect, amountFen, shares }) => ({
          campaign_number: campaign.number,
          kind: LINE_KINDS[effect.type],
          store_id: effect.storeId,
          terminal_id: facts.terminalId,
          epoch: effect.of.epoch,
          seq: effect.of.seq,
          redemption_id: effect.redemptionId,
          serial: effect.serial,
          kind_number: effect.kindNumber,
          amount_fen: amountFen,
          shares: JSON.stringify(shares),
          redemption_day: effect.redemptionDay,
          settlement_day: facts.settlementDay,
          corrects: null,
          payout_id: null,
        })),
      )
      .returning(['id', 'epoch', 'seq'])
      .execute();
    for (const { id, epoch, seq } of inserted) corrected.set(entryKey(epoch, seq), id);
  }
  for (const effect of effects) {
    if (effect.type === 'redeem') continue;
    const target = corrected.get(entryKey(effect.corrects.epoch, effect.corrects.seq));
    if (target === undefined) throw new Error('a correction without the line that it corrects');
    await tx
      .updateTable('lines')
      .set({ corrects: target })
      .where('terminal_id', '=', facts.terminalId)
      .where('epoch', '=', effect.of.epoch)
      .where('seq', '=', effect.of.seq)
      .execute();
  }
  await tx
    .updateTable('campaigns')
    .set({ redeemed_fen: total })
    .where('number', '=', campaign.number)
    .execute();
  await post(
    tx,
    campaign.number,
    { what: 'ingest', reference: `${facts.terminalId}:${String(effects[0]?.of.seq)}`, atMs: facts.nowMs },
    postings,
  );
}

const LINE_KINDS = { redeem: 'redemption', reverse: 'reversal', refund: 'refund' } as const;

async function linesCorrected(
  tx: Tx,
  terminalId: string,
  effects: readonly Effect[],
): Promise<Map<string, number>> {
  const found = new Map<string, number>();
  for (const effect of effects) {
    if (effect.type === 'redeem') continue;
    const line = await tx
      .selectFrom('lines')
      .select('id')
      .where('terminal_id', '=', terminalId)
      .where('epoch', '=', effect.corrects.epoch)
      .where('seq', '=', effect.corrects.seq)
      .executeTakeFirst();
    if (line !== undefined) found.set(entryKey(effect.corrects.epoch, effect.corrects.seq), line.id);
  }
  return found;
}

/**
 * Redeemed: the money leaves the funds for the settlement account and is owed to the store, and the voucher's
 * reservation ends. Reversed: the other way round. Refunded before the payout: the same, but the value is free
 * again; after it, the store owes it, and nothing returns to a fund before the store has paid.
 */
function postingsOf(effect: Effect, campaign: Campaign, shares: readonly number[]): readonly Posting[] {
  const { amountFen: amount, storeId, category } = effect;
  if (effect.type === 'refund' && effect.paidOut) {
    return [
      { account: account.receivable(storeId), amountFen: amount },
      { account: account.returning(category), amountFen: -amount },
    ];
  }
  const signed = effect.type === 'redeem' ? amount : -amount;
  const source = effect.type === 'refund' ? account.budget(category) : account.reserved(category);
  return [
    { account: source, amountFen: signed },
    ...campaign.funds.map(({ id }, index) => ({
      account: account.fund(id),
      amountFen: -(shares[index] ?? 0),
    })),
    { account: account.settlement, amountFen: signed },
    { account: account.payable(storeId), amountFen: -signed },
  ];
}
