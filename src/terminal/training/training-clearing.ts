import type { KeyObject } from 'node:crypto';
import type { z } from 'zod';
import { zhumadian2023Pack } from '../../contract/campaign/zhumadian-2023.ts';
import { sealEnvelope, type EnvelopePurpose } from '../../contract/clearing/envelope.ts';
import {
  entriesRequestSchema,
  feedRequestSchema,
  ROUTES,
  type acknowledgementSchema,
  type feedSchema,
  type keyRingSchema,
  type storeSchema,
} from '../../contract/clearing/protocol.ts';
import type { Head } from '../../contract/journal/entry.ts';
import { businessDay, DAY_MS } from '../../domain/business-day.ts';
import { isMoneyKind } from '../../domain/entry-kinds.ts';
import type { HttpAnswer, HttpClient } from '../sync/types.ts';

/** The key of the training's root, by which the training terminal knows its clearing. */
export const TRAINING_ROOT_ID = 'training-root';
export const TRAINING_ISSUER = 1;
/** Keys and packs of a training are made anew each day; this much keeps a long evening whole. */
const CAMPAIGN_DAYS = 30;

export interface TrainingClearingParts {
  readonly terminalId: string;
  readonly rootKey: KeyObject;
  /** The issuer's public key, base64url, raw. */
  readonly issuerPublicKey: string;
  readonly store: z.infer<typeof storeSchema>;
  readonly nowMs: () => number;
}

/**
 * A clearing server for training, inside this process: it takes the place of the network, so that nothing of a
 * training can leave the PC. It settles whatever it is given; it checks nothing, for there is nothing to protect.
 */
export function trainingClearing(parts: TrainingClearingParts): HttpClient {
  const { terminalId, rootKey, store, nowMs } = parts;
  let head: Head | null = null;

  function answer(purpose: EnvelopePurpose, value: unknown): HttpAnswer {
    const envelope = sealEnvelope(purpose, value, TRAINING_ROOT_ID, rootKey);
    return { kind: 'answer', status: 200, body: JSON.stringify(envelope) };
  }

  function feed(text: string): HttpAnswer {
    const request = feedRequestSchema.parse(JSON.parse(text));
    const now = nowMs();
    // A version for each day: yesterday's pack is replaced, never two packs at once.
    const version = Math.floor(now / DAY_MS);
    const pack = zhumadian2023Pack({
      version,
      announcedOn: businessDay(now - CAMPAIGN_DAYS * DAY_MS),
      opensOn: businessDay(now - CAMPAIGN_DAYS * DAY_MS),
      lastDay: businessDay(now + CAMPAIGN_DAYS * DAY_MS),
      expiresAt: `${businessDay(now + 2 * CAMPAIGN_DAYS * DAY_MS)}T00:00:00+08:00`,
    });
    const ring: z.infer<typeof keyRingSchema> = {
      version,
      expiresAtMs: now + CAMPAIGN_DAYS * DAY_MS,
      keys: [
        {
          number: TRAINING_ISSUER,
          algorithm: 'ed25519',
          publicKey: parts.issuerPublicKey,
          validFromMs: now - CAMPAIGN_DAYS * DAY_MS,
          validUntilMs: now + CAMPAIGN_DAYS * DAY_MS,
          revokedAtMs: null,
        },
      ],
    };
    const known = request.packVersions[pack.id] ?? 0;
    const told: z.infer<typeof feedSchema> = {
      terminalId,
      serverTimeMs: now,
      terminalStatus: 'active',
      store,
      packs: known >= version ? [] : [sealEnvelope('campaign-pack', pack, TRAINING_ROOT_ID, rootKey)],
      keyRing:
        request.keyRingVersion >= version ? null : sealEnvelope('key-ring', ring, TRAINING_ROOT_ID, rootKey),
      exhaustedKinds: [],
      changes: [],
      moreChanges: false,
      head,
      decisions: [],
    };
    return answer('feed', told);
  }

  function entries(text: string): HttpAnswer {
    const given = entriesRequestSchema.parse(JSON.parse(text)).entries;
    const now = nowMs();
    const last = given.at(-1);
    if (last !== undefined) head = { epoch: last.epoch, seq: last.seq, hash: last.hash };
    const told: z.infer<typeof acknowledgementSchema> = {
      terminalId,
      serverTimeMs: now,
      verdicts: given.map(({ epoch, seq, hash, kind }) => ({
        epoch,
        seq,
        hash,
        verdict: isMoneyKind(kind) ? 'settled' : 'recorded',
        reason: null,
        params: {},
        settlementDay: isMoneyKind(kind) ? businessDay(now) : null,
        borneBy: null,
      })),
      head,
    };
    return answer('acknowledgement', told);
  }

  return ({ url, body }) => {
    const { pathname } = new URL(url);
    if (pathname === ROUTES.feed) return Promise.resolve(feed(body));
    if (pathname === ROUTES.entries) return Promise.resolve(entries(body));
    return Promise.resolve({ kind: 'unknown', message: 'not part of the training' });
  };
}
