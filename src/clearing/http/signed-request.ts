import type { FastifyRequest } from 'fastify';
import { ed25519PublicKey } from '../../contract/clearing/envelope.ts';
import { readSignatureClaim, verifyRequest } from '../../contract/clearing/http-signature.ts';
import { MAX_REQUEST_SKEW_S } from '../../contract/clearing/protocol.ts';
import type { Context } from '../context.ts';
import { ApiError } from '../errors.ts';
import type { RateLimiter } from './rate-limit.ts';

/** A nonce is kept for as long as a request with it could still be fresh. */
const NONCE_LIFE_MS = 2 * MAX_REQUEST_SKEW_S * 1000;

/**
 * Who signed a request: the terminal's id. Refuses, in this order, what is unsigned, of an unknown terminal,
 * wrongly signed, stale, or replayed; nothing is stored of those.
 */
async function authenticateTerminal(
  context: Context,
  request: FastifyRequest,
  body: Uint8Array,
): Promise<string> {
  const { headers, method } = request;
  const claim = readSignatureClaim(headers);
  if (claim === null || headers['signature'] === undefined)
    throw new ApiError('unsigned', 'the request carries no signature that can be read');
  if (request.url.includes('?')) throw new ApiError('bad-request', 'signed routes take no query');
  const { db } = context.storage;
  const row = await db
    .selectFrom('terminals')
    .innerJoin('terminal_epochs', (join) =>
      join
        .onRef('terminal_epochs.terminal_id', '=', 'terminals.id')
        .onRef('terminal_epochs.epoch', '=', 'terminals.epoch'),
    )
    .select(['terminals.id as id', 'terminal_epochs.public_key as public_key'])
    .where('terminals.id', '=', claim.keyId)
    .executeTakeFirst();
  if (row === undefined) throw new ApiError('unknown-terminal', 'no terminal with this key id');
  const received = { method, path: request.url, body, headers };
  if (!verifyRequest(received, ed25519PublicKey(row.public_key)))
    throw new ApiError('signature-wrong', "the signature is not the terminal's");
  const nowMs = context.now();
  if (Math.abs(nowMs - claim.createdS * 1000) > MAX_REQUEST_SKEW_S * 1000)
    throw new ApiError('stale', 'the request is too old or from the future');
  await keepNonce(context, row.id, claim.nonce, nowMs);
  return row.id;
}

export interface SignedGate {
  /** Lets a request of a terminal in that is signed, fresh and not too many. */
  readonly signed: (request: FastifyRequest) => Promise<void>;
  /** The terminal that signed a request which was let in. */
  readonly signerOf: (request: FastifyRequest) => string;
}

/** The one way in for terminals, for each group of routes. */
export function createSignedGate(context: Context, limiter: RateLimiter): SignedGate {
  const signers = new WeakMap<FastifyRequest, string>();
  return {
    signed: async (request) => {
      const terminalId = await authenticateTerminal(context, request, request.rawBody);
      if (!limiter.take(terminalId)) throw new ApiError('too-many', 'too many requests');
      signers.set(request, terminalId);
    },
    signerOf: (request) => {
      const signer = signers.get(request);
      if (signer === undefined) throw new Error('a signed route was reached without a signature');
      return signer;
    },
  };
}

export async function keepNonce(
  context: Context,
  keyId: string,
  nonce: string,
  nowMs: number,
): Promise<void> {
  const kept = await context.storage.db
    .insertInto('nonces')
    .values({ key_id: keyId, nonce, expires_at_ms: nowMs + NONCE_LIFE_MS })
    .onConflict((conflict) => conflict.columns(['key_id', 'nonce']).doNothing())
    .returning('nonce')
    .executeTakeFirst();
  if (kept === undefined) throw new ApiError('replayed', 'this request was sent before');
}

/** Forgets nonces whose requests would be stale by now. */
export async function forgetNonces(context: Context): Promise<void> {
  await context.storage.db.deleteFrom('nonces').where('expires_at_ms', '<', context.now()).execute();
}
