import { z } from 'zod';
import { CATEGORIES } from '../../domain/campaign.ts';
import {
  base64UrlSchema,
  entrySchema,
  hashHexSchema,
  headSchema,
  purchaseBodySchema,
  timeMsSchema,
} from '../journal/entry.ts';
import { envelopeSchema } from './envelope.ts';

/** The protocol between terminal and clearing server, version 1. All times epoch milliseconds, all money fen. */

export const idSchema = z.string().min(1).max(64);
export const ed25519KeySchema = base64UrlSchema.length(43);

/** Entries in one batch: 200 redemptions are some 300 KiB, far below the server's 2 MiB bound. */
export const MAX_BATCH_ENTRIES = 200;
export const MAX_REQUEST_BYTES = 2_097_152;
/** A signed request older or younger than this is stale (RFC 9421 `created`), seconds. */
export const MAX_REQUEST_SKEW_S = 60;

export const storeSchema = z
  .object({
    id: idSchema,
    nameZh: z.string().max(80),
    nameEn: z.string().max(80),
    category: z.enum(CATEGORIES),
    status: z.enum(['admitted', 'suspended', 'not-admitted']),
    /** Business day cut-over after midnight, minutes, 0 to 360. */
    cutOverMinutes: z.int().min(0).max(360),
  })
  .strict();

/** What clearing says a terminal is; sealed with purpose `certificate`. */
export const certificateSchema = z
  .object({
    terminalId: idSchema,
    storeId: idSchema,
    counter: z.string().min(1).max(40),
    epoch: z.int().min(1),
    publicKey: ed25519KeySchema,
    issuedAtMs: timeMsSchema,
  })
  .strict();

export const activationRequestSchema = z
  .object({
    activationCode: z.string().min(4).max(64),
    publicKey: ed25519KeySchema,
    softwareVersion: z.string().max(40),
  })
  .strict();

/** Sealed with purpose `activation`. The terminal keeps `rootKey` and trusts nothing else from then on. */
export const activationSchema = z
  .object({
    serverTimeMs: timeMsSchema,
    rootKey: z.object({ keyId: idSchema, publicKey: ed25519KeySchema }).strict(),
    certificate: envelopeSchema,
    store: storeSchema,
  })
  .strict();

/** An issuer key as the key ring carries it. */
export const issuerKeySchema = z
  .object({
    number: z.int().min(1).max(65_535),
    algorithm: z.enum(['ed25519', 'sm2']),
    /** base64url: Ed25519 raw (32 bytes) or SM2 compressed (33 bytes). */
    publicKey: base64UrlSchema,
    validFromMs: timeMsSchema,
    validUntilMs: timeMsSchema,
    revokedAtMs: timeMsSchema.nullable(),
  })
  .strict();

/** Sealed with purpose `key-ring`; versions only rise. */
export const keyRingSchema = z
  .object({
    version: z.int().min(1),
    expiresAtMs: timeMsSchema,
    keys: z.array(issuerKeySchema).max(1000),
  })
  .strict();

export const VERDICTS = ['settled', 'recorded', 'refused', 'held'] as const;
/** Clearing's word on one entry: the same for ever, but for an operator's decision on a held one. */
export const entryVerdictSchema = z
  .object({
    epoch: z.int().min(1),
    seq: z.int().min(1),
    hash: hashHexSchema,
    verdict: z.enum(VERDICTS),
    /** A refusal code, or why it is held; null when settled or recorded. */
    reason: z.string().max(64).nullable(),
    params: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
    settlementDay: z
      .string()
      .regex(/^\d{4}-\d{2}-\d{2}$/)
      .nullable(),
    /** Who bears a refused double spend; null where the question doesn't arise. */
    borneBy: z.enum(['merchant', 'fund']).nullable(),
  })
  .strict();
export type EntryVerdict = z.infer<typeof entryVerdictSchema>;

export const entriesRequestSchema = z
  .object({ entries: z.array(entrySchema).min(1).max(MAX_BATCH_ENTRIES) })
  .strict();

/** Sealed with purpose `acknowledgement`. */
export const acknowledgementSchema = z
  .object({
    terminalId: idSchema,
    serverTimeMs: timeMsSchema,
    /** One for each entry that was sent, in its order. */
    verdicts: z.array(entryVerdictSchema).max(MAX_BATCH_ENTRIES),
    /** Everything up to here has a verdict; only this moves the terminal's cursor. */
    head: headSchema.nullable(),
  })
  .strict();

export const feedRequestSchema = z
  .object({
    packVersions: z.record(z.string(), z.int().min(1)),
    keyRingVersion: z.int().min(0),
    /** The number of the last change that the terminal has applied. */
    changesAfter: z.int().min(0),
  })
  .strict();

/** A numbered change of what all terminals must know of single vouchers. */
export const voucherChangeSchema = z
  .object({
    number: z.int().min(1),
    campaignNumber: z.int().min(1).max(65_535),
    serial: z.string().regex(/^\d{1,20}$/),
    /** `set` and `clear` for spent; a revocation stays. */
    change: z.enum(['spent', 'unspent', 'revoked']),
  })
  .strict();

/** Sealed with purpose `feed`. */
export const feedSchema = z
  .object({
    terminalId: idSchema,
    serverTimeMs: timeMsSchema,
    terminalStatus: z.enum(['active', 'suspended', 'retired']),
    store: storeSchema,
    /** Only what is newer than the request's versions. */
    packs: z.array(envelopeSchema).max(16),
    keyRing: envelopeSchema.nullable(),
    exhaustedKinds: z.array(z.string().max(64)).max(256),
    changes: z.array(voucherChangeSchema).max(5000),
    /** More changes wait: ask again at once. */
    moreChanges: z.boolean(),
    head: headSchema.nullable(),
    /** What unsent journals are encrypted for on their way by hand; feeds of older servers lack it. */
    sealingKey: z.object({ keyId: idSchema, publicKey: ed25519KeySchema }).strict().optional(),
    /** Operators' decisions on entries that were held. */
    decisions: z.array(entryVerdictSchema).max(1000),
  })
  .strict();

/** The longest text that a scanner can read out of one code (QR version 40). */
const MAX_SCANNED_CHARS = 4400;

/**
 * Asks clearing to hold a voucher for a purchase. The id is made and kept by the terminal before it is sent, so
 * that the same request may be sent again.
 */
export const authorisationRequestSchema = z
  .object({
    authorisationId: idSchema,
    /** As scanned: a UnionPay payment code, or a voucher code of a kind that needs clearing. */
    code: z.string().min(1).max(MAX_SCANNED_CHARS),
    campaignNumber: z.int().min(1).max(65_535),
    purchase: purchaseBodySchema,
  })
  .strict();

export const AUTHORISATION_STATUSES = ['reserved', 'captured', 'released', 'refused', 'settled'] as const;
/**
 * Sealed with purpose `authorisation`: the answer to a request, a capture or a release.
 * `released` also answers a request for an id that was released before it arrived.
 */
export const authorisationSchema = z
  .object({
    terminalId: idSchema,
    authorisationId: idSchema,
    status: z.enum(AUTHORISATION_STATUSES),
    serverTimeMs: timeMsSchema,
    /** Confirming is refused from this moment on; null unless something is or was held. */
    holdUntilMs: timeMsSchema.nullable(),
    voucher: z
      .object({
        campaignNumber: z.int().min(1).max(65_535),
        kindId: idSchema,
        serial: z.string().regex(/^\d{1,20}$/),
        notAfterMs: timeMsSchema,
      })
      .strict()
      .nullable(),
    discountFen: z.int().min(0),
    payableFen: z.int().min(0),
    /** A refusal code, or `hold-expired` for a capture that came too late; null otherwise. */
    reason: z.string().max(64).nullable(),
    params: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  })
  .strict();

/** A capture says when the cashier confirmed; clearing's own time decides whether the hold had ended. */
export const captureRequestSchema = z.object({ confirmedAtMs: timeMsSchema }).strict();
export const releaseRequestSchema = z.object({ reason: z.string().max(200) }).strict();

/** Every refusal of clearing's HTTP API. A stale request is answered with clearing's signed time. */
export const API_ERROR_CODES = [
  'bad-request',
  'not-found',
  'unsigned',
  'signature-wrong',
  'stale',
  'replayed',
  'too-large',
  'too-many',
  'unknown-terminal',
  'terminal-suspended',
  'activation-code-unknown',
  'activation-code-used',
  'forbidden',
  'conflict',
  'internal',
] as const;
export const apiErrorSchema = z
  .object({
    error: z.enum(API_ERROR_CODES),
    message: z.string(),
    /** Sealed with purpose `time`, only with `stale`. */
    time: envelopeSchema.optional(),
  })
  .strict();
export const signedTimeSchema = z.object({ serverTimeMs: timeMsSchema }).strict();

export const ROUTES = {
  activate: '/v1/activations',
  feed: '/v1/feed',
  entries: '/v1/journal/entries',
  authorise: '/v1/authorisations',
} as const;

/** Where an authorisation is captured or released. The id needs no escaping: it is made of safe characters. */
export function authorisationPath(authorisationId: string, action: 'capture' | 'release'): string {
  return `${ROUTES.authorise}/${encodeURIComponent(authorisationId)}/${action}`;
}
