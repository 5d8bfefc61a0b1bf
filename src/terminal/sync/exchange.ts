import type { KeyObject } from 'node:crypto';
import type { z } from 'zod';
import {
  envelopeSchema,
  openEnvelope,
  type Envelope,
  type EnvelopePurpose,
} from '../../contract/clearing/envelope.ts';
import {
  acknowledgementSchema,
  feedSchema,
  keyRingSchema,
  MAX_BATCH_ENTRIES,
  MAX_REQUEST_BYTES,
} from '../../contract/clearing/protocol.ts';
import type { Entry } from '../../contract/journal/entry.ts';
import type { Fault } from '../../contract/terminal/errors.ts';
import type { AckOutcome, Feed, Journal, JournalReader, NewEnvelope } from '../journal/types.ts';
import type { PackName } from './types.ts';

/**
 * What terminal and clearing say to each other, without any wire: bodies of requests, and what an answer does
 * to the journal. The sync loop carries them over HTTP; a simulation carries them as it likes.
 */

/** Room for the rest of the request around the entries. */
const BATCH_BYTES = MAX_REQUEST_BYTES - 65_536;

export interface Batch {
  readonly body: string;
  readonly entries: readonly Entry[];
}

/**
 * The next entries without a verdict, of one epoch, as the body of a request; null if there are none. At most `limit`
 * of them, and never more than the protocol allows.
 */
export function nextBatch(journal: JournalReader, limit = MAX_BATCH_ENTRIES): Batch | null {
  const waiting = journal.entriesToSend(Math.min(limit, MAX_BATCH_ENTRIES));
  const texts: string[] = [];
  const entries: Entry[] = [];
  let bytes = 0;
  for (const entry of waiting) {
    const text = JSON.stringify(entry);
    bytes += Buffer.byteLength(text) + 1;
    if (entries.length > 0 && (bytes > BATCH_BYTES || entry.epoch !== entries[0]?.epoch)) break;
    entries.push(entry);
    texts.push(text);
  }
  return entries.length === 0 ? null : { body: `{"entries":[${texts.join(',')}]}`, entries };
}

export function feedRequest(journal: JournalReader): string {
  const { packVersions, keyRingVersion, changesAfter } = journal.feedState();
  return JSON.stringify({ packVersions, keyRingVersion, changesAfter });
}

export interface ExchangeContext {
  readonly journal: Journal;
  readonly trustedKeys: ReadonlyMap<string, KeyObject>;
  readonly openPack: (envelope: Envelope) => PackName | null;
  readonly nowMs: number;
}

export type Exchanged<T> =
  | { readonly ok: true; readonly serverTimeMs: number; readonly outcome: AckOutcome; readonly value: T }
  /** Nothing was changed. */
  | { readonly ok: false; readonly fault: Fault };

function notTrusted(reason: string, detail: string): { readonly ok: false; readonly fault: Fault } {
  return {
    ok: false,
    fault: { code: 'clearing-not-trusted', params: { reason, detail: detail.slice(0, 300) } },
  };
}

/** Opens the text of a signed answer: parsed, verified, and checked against its schema. */
export function openSigned<T>(
  purpose: EnvelopePurpose,
  text: string,
  keys: ReadonlyMap<string, KeyObject>,
  schema: z.ZodType<T>,
): { readonly ok: true; readonly value: T } | { readonly ok: false; readonly fault: Fault } {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    return notTrusted('not-json', String(error));
  }
  const envelope = envelopeSchema.safeParse(json);
  if (!envelope.success) return notTrusted('no-envelope', envelope.error.message);
  const opened = openEnvelope(purpose, envelope.data, keys, schema);
  return opened.ok ? opened : notTrusted(opened.reason, opened.detail);
}

/** Takes in the answer to a batch. Progress means that at least one entry got its verdict. */
export function takeAcknowledgement(
  { journal, trustedKeys, nowMs }: ExchangeContext,
  text: string,
): Exchanged<{ readonly verdicts: number }> {
  const opened = openSigned('acknowledgement', text, trustedKeys, acknowledgementSchema);
  if (!opened.ok) return opened;
  const acknowledgement = opened.value;
  if (acknowledgement.terminalId !== journal.terminalId)
    return notTrusted('other-terminal', acknowledgement.terminalId);
  const outcome = journal.applyAcknowledgement(text, acknowledgement, nowMs);
  const { serverTimeMs, verdicts } = acknowledgement;
  return { ok: true, serverTimeMs, outcome, value: { verdicts: verdicts.length } };
}

/** Takes in a feed. Packs that this software doesn't understand are left out; the rest counts. */
export function takeFeed(
  { journal, trustedKeys, openPack, nowMs }: ExchangeContext,
  text: string,
): Exchanged<Feed> {
  const opened = openSigned('feed', text, trustedKeys, feedSchema);
  if (!opened.ok) return opened;
  const feed = opened.value;
  if (feed.terminalId !== journal.terminalId) return notTrusted('other-terminal', feed.terminalId);
  const envelopes: NewEnvelope[] = [];
  for (const envelope of feed.packs) {
    const pack = openPack(envelope);
    if (pack !== null)
      envelopes.push({
        name: `pack:${pack.campaignId}`,
        version: pack.version,
        text: JSON.stringify(envelope),
      });
  }
  if (feed.keyRing !== null) {
    const ring = openEnvelope('key-ring', feed.keyRing, trustedKeys, keyRingSchema);
    if (!ring.ok) return notTrusted(ring.reason, ring.detail);
    envelopes.push({ name: 'key-ring', version: ring.value.version, text: JSON.stringify(feed.keyRing) });
  }
  const outcome = journal.applyFeed(text, feed, envelopes, nowMs);
  return { ok: true, serverTimeMs: feed.serverTimeMs, outcome, value: feed };
}
