import type { HeldDetail, ProposalView, SettlingBlock } from '../../../contract/clearing/operator/held.ts';
import type { EntryVerdict } from '../../../contract/clearing/protocol.ts';
import { entryOfRow } from '../../audit/stored-entry.ts';
import { type Context, newId } from '../../context.ts';
import { ApiError } from '../../errors.ts';
import { checkEntries } from '../../ingest/check.ts';
import type { BatchFacts, CheckedEntry } from '../../ingest/facts.ts';
import { loadFacts } from '../../ingest/load-facts.ts';
import { recorded, REFUSED_BY_OPERATOR, settled, verdictOn, type Word } from '../../ingest/verdict.ts';
import { writeEffects } from '../../ingest/write.ts';
import { account, OverdrawnError, post } from '../../ledger/ledger.ts';
import { lockMoney, type Tx } from '../../storage/storage.ts';
import { audit, type Operator, requireRole } from '../operators.ts';
import { findHeld, type HeldName, type HeldRow, proposalView, viewOf } from './queue.ts';
import { type Settling, settlingOf } from './settling.ts';

/** Who looks into what is held, and who approves it: settling moves money. */
const PROPOSERS = ['unionpay', 'bureau'] as const;
const APPROVERS = ['finance'] as const;

interface Held {
  readonly row: HeldRow;
  readonly facts: BatchFacts | null;
  readonly settling: Settling;
  readonly checked: CheckedEntry | null;
}

/** One held entry with its body, and what settling it now would do. Refuses (`not-found`) what isn't held. */
export async function readHeld(context: Context, name: HeldName): Promise<HeldDetail> {
  return context.storage.transaction(async (tx) => {
    const { row, settling } = await lookInto(tx, context, name);
    const open = await findOpenProposal(tx, name);
    return {
      entry: viewOf(row, open),
      body: row.body,
      settling: settling.possible
        ? {
            possible: true as const,
            effect: effectName(settling),
            amountFen: settling.effect?.amountFen ?? 0,
          }
        : settling,
    };
  });
}

function effectName({
  effect,
}: Extract<Settling, { possible: true }>): 'none' | 'redeem' | 'reverse' | 'refund' {
  if (effect === null) return 'none';
  if (effect.type === 'bear') throw new Error('settling a held entry never takes from the loss reserve');
  return effect.type;
}

/**
 * The first person's word on a held entry; nothing changes by it. Refuses (`conflict`) a second proposal while one
 * is open, and settling what can't be settled.
 */
export async function proposeDecision(
  context: Context,
  operator: Operator,
  wanted: HeldName & { readonly decision: 'settle' | 'refuse'; readonly note: string },
): Promise<ProposalView> {
  requireRole(operator, ...PROPOSERS);
  return context.storage.transaction(async (tx) => {
    await lockMoney(tx);
    const { settling } = await lookInto(tx, context, wanted);
    if (wanted.decision === 'settle' && !settling.possible) throw cannotSettle(settling.why);
    if ((await findOpenProposal(tx, wanted)) !== null)
      throw new ApiError('conflict', 'a proposal on this entry is open already');
    const row = {
      id: newId(context, 'pr'),
      terminal_id: wanted.terminalId,
      epoch: wanted.epoch,
      seq: wanted.seq,
      hash: wanted.hash,
      decision: wanted.decision,
      note: wanted.note,
      status: 'open' as const,
      proposed_by: operator.id,
      proposed_at_ms: context.now(),
      decided_by: null,
      decided_at_ms: null,
    };
    await tx.insertInto('proposals').values(row).execute();
    await audit(tx, context, operator, `held-${wanted.decision}-proposed`, row.id, {
      ...nameIn(wanted),
      note: wanted.note,
    });
    return proposalView(row);
  });
}

/**
 * The second person's word: another one than who proposed. Approved, the entry gets its last verdict, its money moves,
 * and the terminal learns it by its next feed. What has changed since the proposal is looked at again.
 */
export async function approveProposal(
  context: Context,
  operator: Operator,
  id: string,
): Promise<{ readonly proposal: ProposalView; readonly verdict: EntryVerdict }> {
  requireRole(operator, ...APPROVERS);
  await context.packs.refresh(context.storage.db);
  try {
    return await context.storage.transaction(async (tx) => {
      await lockMoney(tx);
      const proposal = await openProposal(tx, operator, id);
      const held = await lookInto(tx, context, proposal);
      const verdict = await carryOut(tx, context, held, proposal);
      await tx
        .insertInto('decisions')
        .values({
          ...nameColumns(proposal),
          held_reason: held.row.reason,
          verdict: JSON.stringify(verdict),
          proposed_by: proposal.proposedBy,
          by_operator: operator.id,
          note: proposal.note,
          at_ms: context.now(),
        })
        .execute();
      await audit(tx, context, operator, `held-${proposal.decision}-approved`, id, { ...nameIn(proposal) });
      return { proposal: await closeProposal(tx, context, operator, id, 'approved'), verdict };
    });
  } catch (error) {
    if (error instanceof OverdrawnError)
      throw new ApiError('conflict', `there is too little money for it (${error.account})`);
    throw error;
  }
}

/** The second person says no: the entry stays held, and may be proposed on again. */
export async function rejectProposal(
  context: Context,
  operator: Operator,
  id: string,
  note: string,
): Promise<ProposalView> {
  requireRole(operator, ...APPROVERS);
  return context.storage.transaction(async (tx) => {
    await lockMoney(tx);
    await openProposal(tx, operator, id);
    await audit(tx, context, operator, 'held-proposal-rejected', id, { note });
    return closeProposal(tx, context, operator, id, 'rejected');
  });
}

function cannotSettle(why: SettlingBlock): ApiError {
  return new ApiError('conflict', `it cannot be settled: ${why}`);
}

async function lookInto(tx: Tx, context: Context, name: HeldName): Promise<Held> {
  const row = await findHeld(tx, name);
  if (row === null) throw new ApiError('not-found', 'no such entry is held');
  if (row.quarantined) {
    return { row, settling: { possible: false, why: 'place-taken' }, facts: null, checked: null };
  }
  const checked = await checkAgain(tx, context, row);
  const facts = await loadFacts(tx, {
    terminalId: row.terminalId,
    batch: [checked],
    nowMs: context.now(),
    canMoveMoney: true,
    campaign: (number, version, atMs) => context.packs.usable(number, version, atMs),
  });
  const settling = settlingOf(checked, row.reason, {
    facts,
    latestCampaign: (number) => context.packs.find(number),
    isUndone: await isUndone(tx, name),
  });
  return { row, settling, facts, checked };
}

async function checkAgain(
  tx: Tx,
  context: Context,
  { terminalId, epoch, seq }: HeldName,
): Promise<CheckedEntry> {
  const stored = await tx
    .selectFrom('entries')
    .selectAll()
    .where('terminal_id', '=', terminalId)
    .where('epoch', '=', epoch)
    .where('seq', '=', seq)
    .executeTakeFirstOrThrow();
  const keys = await tx
    .selectFrom('terminal_epochs')
    .select(['epoch', 'public_key'])
    .where('terminal_id', '=', terminalId)
    .execute();
  const [checked] = await checkEntries([entryOfRow(terminalId, stored)], {
    epochKeys: new Map(keys.map((key) => [key.epoch, Buffer.from(key.public_key, 'base64url')])),
    ring: await context.rings.current(tx),
    checkSignatures: context.checkSignatures,
    issuedHere: () => Promise.resolve(() => false),
  });
  if (checked === undefined) throw new Error('an entry was checked without an answer');
  return checked;
}

/** Has the terminal itself taken this redemption back, while it was held? */
async function isUndone(tx: Tx, { terminalId, epoch, seq }: HeldName): Promise<boolean> {
  const found = await tx
    .selectFrom('entries')
    .select('seq')
    .where('terminal_id', '=', terminalId)
    .where('kind', 'in', ['reversal', 'refund'])
    // Bodies are canonical JSON: there is one way to write it.
    .where('body', 'like', `%"of":{"epoch":${String(epoch)},"seq":${String(seq)}}%`)
    .limit(1)
    .executeTakeFirst();
  return found !== undefined;
}

async function carryOut(
  tx: Tx,
  context: Context,
  { row, facts, settling, checked }: Held,
  { decision, note }: ProposalView,
): Promise<EntryVerdict> {
  if (decision === 'refuse') {
    const borneBy = row.kind === 'redemption' ? 'merchant' : null;
    const word: Word = {
      verdict: 'refused',
      reason: REFUSED_BY_OPERATOR,
      params: { note, heldReason: row.reason },
      borneBy,
    };
    const verdict = verdictOn(row, word, '');
    if (!row.quarantined) await setVerdict(tx, row, verdict);
    return verdict;
  }
  if (!settling.possible) throw cannotSettle(settling.why);
  if (facts === null || checked === null) throw new Error('a quarantined entry that could be settled');
  if (settling.revives !== null) await revive(tx, context, settling.revives);
  const { effect } = settling;
  const verdict = verdictOn(row, effect === null ? recorded : settled, facts.settlementDay);
  await setVerdict(tx, row, verdict);
  await writeEffects(tx, facts, effect === null ? [] : [effect], (number) => context.packs.latest(number));
  return verdict;
}

async function setVerdict(tx: Tx, name: HeldName, verdict: EntryVerdict): Promise<void> {
  await tx
    .updateTable('entries')
    .set({
      verdict: verdict.verdict,
      reason: verdict.reason,
      params: JSON.stringify(verdict.params),
      settlement_day: verdict.settlementDay,
      borne_by: verdict.borneBy,
    })
    .where('terminal_id', '=', name.terminalId)
    .where('epoch', '=', name.epoch)
    .where('seq', '=', name.seq)
    .where('verdict', '=', 'held')
    .execute();
}

/** Reserves anew what recovery had put back into the budget. Throws an OverdrawnError when that is claimed by now. */
async function revive(
  tx: Tx,
  context: Context,
  { campaign, kind, serial }: NonNullable<Extract<Settling, { possible: true }>['revives']>,
): Promise<void> {
  await post(tx, campaign.number, { what: 'revive', reference: String(serial), atMs: context.now() }, [
    { account: account.budget(kind.category), amountFen: Number(kind.faceValueFen) },
    { account: account.reserved(kind.category), amountFen: -Number(kind.faceValueFen) },
  ]);
  await tx
    .updateTable('vouchers')
    .set({ status: 'live' })
    .where('campaign_number', '=', campaign.number)
    .where('serial', '=', serial)
    .execute();
}

async function findOpenProposal(tx: Tx, name: HeldName): Promise<ProposalView | null> {
  const row = await tx
    .selectFrom('proposals')
    .selectAll()
    .where('terminal_id', '=', name.terminalId)
    .where('epoch', '=', name.epoch)
    .where('seq', '=', name.seq)
    .where('hash', '=', name.hash)
    .where('status', '=', 'open')
    .executeTakeFirst();
  return row === undefined ? null : proposalView(row);
}

async function openProposal(tx: Tx, operator: Operator, id: string): Promise<ProposalView> {
  const row = await tx.selectFrom('proposals').selectAll().where('id', '=', id).executeTakeFirst();
  if (row === undefined) throw new ApiError('not-found', 'no such proposal');
  if (row.status !== 'open') throw new ApiError('conflict', `the proposal is ${row.status} already`);
  if (row.proposed_by === operator.id)
    throw new ApiError('forbidden', 'the second word needs another person');
  return proposalView(row);
}

async function closeProposal(
  tx: Tx,
  context: Context,
  operator: Operator,
  id: string,
  status: 'approved' | 'rejected',
): Promise<ProposalView> {
  const row = await tx
    .updateTable('proposals')
    .set({ status, decided_by: operator.id, decided_at_ms: context.now() })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow();
  return proposalView(row);
}

const nameIn = ({ terminalId, epoch, seq, hash }: HeldName): HeldName => ({ terminalId, epoch, seq, hash });
const nameColumns = ({ terminalId, epoch, seq, hash }: HeldName) => ({
  terminal_id: terminalId,
  epoch,
  seq,
  hash,
});
