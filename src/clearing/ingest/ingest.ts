import type { Envelope } from '../../contract/clearing/envelope.ts';
import type { acknowledgementSchema, EntryVerdict } from '../../contract/clearing/protocol.ts';
import type { Entry, Head } from '../../contract/journal/entry.ts';
import type { z } from 'zod';
import { type Context, seal } from '../context.ts';
import { ApiError } from '../errors.ts';
import { OverdrawnError } from '../ledger/ledger.ts';
import { lockMoney } from '../storage/storage.ts';
import { checkEntries } from './check.ts';
import type { BatchFacts, CheckedEntry } from './facts.ts';
import { judgeBatch } from './judge.ts';
import { loadFacts } from './load-facts.ts';
import { issuedHere } from './register.ts';
import { writeJudgement } from './write.ts';

/**
 * Takes a batch of a terminal's journal: every entry is kept as received and gets one verdict, given again when
 * the same entry comes again. The answer is sealed; only it moves the terminal's cursor. Refuses only a batch
 * that isn't the terminal's own.
 */
export async function ingest(
  context: Context,
  terminalId: string,
  entries: readonly Entry[],
): Promise<Envelope> {
  if (entries.some((entry) => entry.terminalId !== terminalId)) {
    throw new ApiError('bad-request', 'entries of another terminal');
  }
  const { verdicts, head } = await judgeEntries(context, terminalId, entries);
  const acknowledgement: z.infer<typeof acknowledgementSchema> = {
    terminalId,
    serverTimeMs: context.now(),
    verdicts: [...verdicts],
    head,
  };
  return seal(context, 'acknowledgement', acknowledgement);
}

async function judgeEntries(
  context: Context,
  terminalId: string,
  entries: readonly Entry[],
): Promise<Judged> {
  const { storage, rings, checkSignatures } = context;
  const ring = await rings.current(storage.db);
  const epochKeys = await loadEpochKeys(context, terminalId);
  const batch = await checkEntries(entries, {
    epochKeys,
    ring,
    checkSignatures,
    issuedHere: (codes) => issuedHere(storage.db, codes),
  });
  try {
    return await judgeTogether(context, terminalId, batch, true);
  } catch (error) {
    if (!(error instanceof OverdrawnError)) throw error;
  }
  return judgeOneByOne(context, terminalId, batch);
}

interface Judged {
  readonly verdicts: readonly EntryVerdict[];
  readonly head: Head | null;
}

async function judgeTogether(
  context: Context,
  terminalId: string,
  batch: readonly CheckedEntry[],
  canMoveMoney: boolean,
): Promise<Judged> {
  const { storage, packs } = context;
  return storage.transaction(async (tx) => {
    await lockMoney(tx);
    await packs.refresh(tx);
    const facts = await loadFacts(tx, {
      terminalId,
      batch,
      nowMs: context.now(),
      canMoveMoney,
      campaign: (number, version, atMs) => packs.usable(number, version, atMs),
    });
    const judgement = judgeBatch(batch, facts);
    await writeJudgement(tx, { facts, judgement, latestCampaign: (number) => packs.latest(number) });
    return { verdicts: judgement.verdicts, head: headOf(facts, batch) };
  });
}

/** The books can't carry something in this batch: everything else gets its verdict, and that one is held. */
async function judgeOneByOne(
  context: Context,
  terminalId: string,
  batch: readonly CheckedEntry[],
): Promise<Judged> {
  const verdicts: EntryVerdict[] = [];
  let head: Head | null = null;
  for (const checked of batch) {
    const judged = await judgeTogether(context, terminalId, [checked], true).catch((error: unknown) => {
      if (!(error instanceof OverdrawnError)) throw error;
      return judgeTogether(context, terminalId, [checked], false);
    });
    verdicts.push(...judged.verdicts);
    head = judged.head;
  }
  return { verdicts, head };
}

async function loadEpochKeys(context: Context, terminalId: string): Promise<Map<number, Uint8Array>> {
  const rows = await context.storage.db
    .selectFrom('terminal_epochs')
    .select(['epoch', 'public_key'])
    .where('terminal_id', '=', terminalId)
    .execute();
  return new Map(rows.map((row) => [row.epoch, Buffer.from(row.public_key, 'base64url')]));
}

/** The head of the epoch that the batch ends in: salvaged entries of an old epoch don't move the new one's cursor. */
function headOf(facts: BatchFacts, batch: readonly CheckedEntry[]): Head | null {
  const epoch = batch.at(-1)?.entry.epoch;
  const state = epoch === undefined ? undefined : facts.epochs.get(epoch);
  return state === undefined ? null : { epoch: state.epoch, seq: state.headSeq, hash: state.headHash };
}
