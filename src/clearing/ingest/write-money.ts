import { sql } from 'kysely';
import type { EntryName } from '../../contract/journal/entry.ts';
import type { Campaign } from '../../domain/campaign.ts';
import { fen } from '../../domain/money.ts';
import { fundParts, splitStep } from '../../domain/fund-split.ts';
import { account, paidByFunds, post, type Posting } from '../ledger/ledger.ts';
import type { Tx } from '../storage/storage.ts';
import { chunks, groupBy } from './chunks.ts';
import type { Effect } from './effects.ts';
import { type BatchFacts, entryKey } from './facts.ts';

/** Writes the lines of one campaign's effects and books them. Throws an OverdrawnError when an account can't bear it. */
export async function writeMoney(
  tx: Tx,
  facts: Pick<BatchFacts, 'terminalId' | 'nowMs' | 'settlementDay'>,
  effects: readonly Effect[],
  campaign: Campaign,
): Promise<void> {
  const parts = fundParts(campaign);
  let paid = await paidByFunds(tx, campaign);
  const postings: Posting[] = [];
  const lines = effects.map((effect) => {
    const amountFen = signedAmount(effect);
    const shares = splitStep(paid, doFundsMove(effect) ? amountFen : 0, parts);
    paid = paid.map((sum, index) => fen(sum + (shares[index] ?? 0)));
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
          owed: isOwed(effect) ? 1 : 0,
        })),
      )
      .returning(['id', 'epoch', 'seq'])
      .execute();
    for (const { id, epoch, seq } of inserted) corrected.set(entryKey(epoch, seq), id);
  }
  await nameCorrected(tx, facts.terminalId, effects, corrected);
  await tx
    .updateTable('campaigns')
    .set({ redeemed_fen: paid.reduce<number>((sum, amount) => sum + amount, 0) })
    .where('number', '=', campaign.number)
    .execute();
  await post(
    tx,
    campaign.number,
    { what: 'ingest', reference: `${facts.terminalId}:${String(effects[0]?.of.seq)}`, atMs: facts.nowMs },
    postings,
  );
}

const LINE_KINDS = { redeem: 'redemption', bear: 'loss', reverse: 'reversal', refund: 'refund' } as const;

/** What the store is owed more (or less) by it. */
function signedAmount({ type, amountFen }: Effect): number {
  return type === 'redeem' || type === 'bear' ? amountFen : 0 - amountFen;
}

/** Refunded after it was put into a payout: the store owes it until a later payout takes it off. */
function isOwed(effect: Effect): boolean {
  return effect.type === 'refund' && effect.paidOut;
}

/** The reserve's losses are none of the funds', and what was paid out isn't back before the store has paid it. */
function doFundsMove(effect: Effect): boolean {
  if (effect.type === 'redeem') return true;
  return effect.type !== 'bear' && !effect.borneByReserve && !effect.paidOut;
}

/** The entry that an effect corrects; null for one that corrects nothing. */
function correctedBy(effect: Effect): EntryName | null {
  return effect.type === 'reverse' || effect.type === 'refund' ? effect.corrects : null;
}

/** Writes into each correction's line which line it corrects, known only once all have their numbers. */
async function nameCorrected(
  tx: Tx,
  terminalId: string,
  effects: readonly Effect[],
  lines: ReadonlyMap<string, number>,
): Promise<void> {
  const corrections = effects.flatMap((effect) => {
    const of = correctedBy(effect);
    if (of === null) return [];
    const target = lines.get(entryKey(of.epoch, of.seq));
    if (target === undefined) throw new Error('a correction without the line that it corrects');
    return [{ ...effect.of, target }];
  });
  for (const [epoch, own] of groupBy(corrections, (correction) => correction.epoch)) {
    const pairs = sql.join(
      own.map(({ seq, target }) => sql`when ${sql.lit(seq)} then ${sql.lit(target)}`),
      sql` `,
    );
    await tx
      .updateTable('lines')
      .set({ corrects: sql<number>`case seq ${pairs} end` })
      .where('terminal_id', '=', terminalId)
      .where('epoch', '=', epoch)
      .where(
        'seq',
        'in',
        own.map(({ seq }) => seq),
      )
      .execute();
  }
}

/** The lines of earlier batches that these effects correct, by their entries. */
async function linesCorrected(
  tx: Tx,
  terminalId: string,
  effects: readonly Effect[],
): Promise<Map<string, number>> {
  const named = groupBy(
    effects.flatMap((effect) => correctedBy(effect) ?? []),
    ({ epoch }) => epoch,
  );
  const found = new Map<string, number>();
  for (const [epoch, entries] of named) {
    const lines = await tx
      .selectFrom('lines')
      .select(['id', 'seq'])
      .where('terminal_id', '=', terminalId)
      .where('epoch', '=', epoch)
      .where(
        'seq',
        'in',
        entries.map(({ seq }) => seq),
      )
      .execute();
    for (const { id, seq } of lines) found.set(entryKey(epoch, seq), id);
  }
  return found;
}

/**
 * Redeemed: the money leaves the funds for the settlement account and is owed to the store, and the voucher's
 * reservation ends. A loss: the same from the reserve and its cover. Reversed: the other way round. Refunded before
 * the payout: the same, but the value is free again; after it, the store owes it, and nothing returns to a fund before
 * the store has paid (ledger/collect.ts).
 */
function postingsOf(effect: Effect, campaign: Campaign, shares: readonly number[]): readonly Posting[] {
  const { amountFen: amount, storeId, category } = effect;
  const isLoss = effect.type === 'bear' || (effect.type !== 'redeem' && effect.borneByReserve);
  if (isOwed(effect)) {
    return [
      { account: account.receivable(storeId), amountFen: amount },
      { account: account.returning(isLoss ? 'cover' : category), amountFen: -amount },
    ];
  }
  const signed = signedAmount(effect);
  const source = isLoss
    ? account.cover
    : effect.type === 'refund'
      ? account.budget(category)
      : account.reserved(category);
  const cash = isLoss
    ? [{ account: account.reserve, amountFen: -signed }]
    : campaign.funds.map(({ id }, index) => ({
        account: account.fund(id),
        amountFen: -(shares[index] ?? 0),
      }));
  return [
    { account: source, amountFen: signed },
    ...cash,
    { account: account.settlement, amountFen: signed },
    { account: account.payable(storeId), amountFen: -signed },
  ];
}
