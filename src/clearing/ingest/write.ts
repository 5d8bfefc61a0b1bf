import { canonicalJson } from '../../contract/journal/canonical.ts';
import type { EntryName } from '../../contract/journal/entry.ts';
import type { Campaign } from '../../domain/campaign.ts';
import { takeNumbers, type Tx } from '../storage/storage.ts';
import type { Effect, RedeemEffect } from './effects.ts';
import { type BatchFacts, entryKey } from './facts.ts';
import type { Judgement } from './judge.ts';
import { chunks, groupBy } from './chunks.ts';
import { writeMoney } from './write-money.ts';

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
  for (const rows of chunks(judgement.quarantined)) {
    await tx
      .insertInto('quarantine')
      .values(
        rows.map(({ entry, digest, verdict }) => ({
          digest,
          terminal_id: facts.terminalId,
          epoch: entry.epoch,
          seq: entry.seq,
          hash: entry.hash,
          entry: JSON.stringify(entry),
          reason: verdict.reason ?? 'fork',
          received_at_ms: facts.nowMs,
        })),
      )
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
  for (const rows of chunks(judgement.alarms)) {
    await tx
      .insertInto('alarms')
      .values(
        rows.map(({ cause, code, details }) => ({
          cause,
          code,
          terminal_id: facts.terminalId,
          details: canonicalJson(details),
          at_ms: facts.nowMs,
        })),
      )
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
  const freed: EntryName[] = [];
  for (const effect of effects) {
    if (effect.type === 'redeem') taken.set(entryKey(effect.of.epoch, effect.of.seq), effect);
    if (effect.type !== 'reverse' || effect.borneByReserve) continue;
    const { corrects } = effect;
    if (!taken.delete(entryKey(corrects.epoch, corrects.seq))) freed.push(corrects);
  }
  await freeVouchers(tx, facts.terminalId, freed);
  // Also of those that this batch reverses: what was captured for them is free again.
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

/** Frees what exactly these entries of the terminal hold: the vouchers, and the purchases. */
async function freeVouchers(tx: Tx, terminalId: string, holders: readonly EntryName[]): Promise<void> {
  for (const [epoch, entries] of groupBy(holders, (entry) => entry.epoch)) {
    const seqs = entries.map(({ seq }) => seq);
    for (const table of ['spends', 'purchases'] as const) {
      await tx
        .deleteFrom(table)
        .where('terminal_id', '=', terminalId)
        .where('epoch', '=', epoch)
        .where('seq', 'in', seqs)
        .execute();
    }
  }
}

async function writeChanges(tx: Tx, effects: readonly Effect[]): Promise<void> {
  const changes = effects.flatMap((effect) => {
    const change = changeBy(effect);
    return change === null ? [] : [{ effect, change }];
  });
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

/** What all terminals must know of the voucher from then on. */
function changeBy(effect: Effect): 'spent' | 'unspent' | null {
  if (effect.type === 'redeem') return 'spent';
  return effect.type === 'reverse' && !effect.borneByReserve ? 'unspent' : null;
}
