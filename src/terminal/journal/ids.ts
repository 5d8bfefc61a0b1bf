import type { EntryName } from '../../contract/journal/entry.ts';

const SEQ_SPAN = 2 ** 40;
/** Keeps every id a whole number that JavaScript holds exactly. */
const MAX_EPOCH = 8191;
export const MIN_ID = SEQ_SPAN;
export const MAX_ID = MAX_EPOCH * SEQ_SPAN + SEQ_SPAN - 1;

/** The number under which the database keeps an entry; it sorts like the journal. */
export function idOf({ epoch, seq }: EntryName): number {
  if (!Number.isSafeInteger(epoch) || !Number.isSafeInteger(seq) || epoch < 1 || seq < 0)
    throw new RangeError(`no entry has this name: ${epoch}:${seq}`);
  if (epoch > MAX_EPOCH || seq >= SEQ_SPAN) throw new RangeError(`out of range: ${epoch}:${seq}`);
  return epoch * SEQ_SPAN + seq;
}

export function nameOf(id: number): EntryName {
  return { epoch: Math.floor(id / SEQ_SPAN), seq: id % SEQ_SPAN };
}
