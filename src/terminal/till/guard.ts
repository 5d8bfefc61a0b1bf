import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** A new token for till software: 32 random bytes, base64url. */
export function createTillToken(): string {
  return randomBytes(32).toString('base64url');
}

export type GuardAnswer = 'ok' | 'not-local' | 'no-browsers' | 'wrong-token';

/**
 * Who may talk to the till interface. In this order: only by a loopback name (a page that rebinds its own name
 * to 127.0.0.1 still sends that name as Host); no browser pages at all (they send Origin or Sec-Fetch-Site,
 * till software does not; Node's own fetch sends Sec-Fetch-Mode, so that one tells nothing); only with the
 * token, compared in constant time.
 */
export function guard(headers: IncomingHttpHeaders, port: number, token: string): GuardAnswer {
  const hosts = [`127.0.0.1:${port}`, `localhost:${port}`];
  if (!hosts.includes(headers.host ?? '')) return 'not-local';
  const fromPage =
    headers.origin !== undefined || headers.referer !== undefined || headers['sec-fetch-site'] !== undefined;
  if (fromPage) return 'no-browsers';
  const given = /^Bearer (\S+)$/.exec(headers.authorization ?? '')?.[1] ?? '';
  return timingSafeEqual(digest(given), digest(token)) ? 'ok' : 'wrong-token';
}

/** What an answer's proof is about. */
export interface ProvenAnswer {
  /** What the till sent as `X-Till-Challenge`. */
  readonly nonce: string;
  readonly method: string;
  /** As it was asked for, with its query. */
  readonly path: string;
  readonly status: number;
  readonly body: string;
}

/**
 * The `X-Till-Proof` of an answer, base64url: only who has the token can make it, so a till can tell this
 * terminal from a program that took its port. The key is the SHA-256 of the token's characters.
 */
export function tillProof(token: string, { nonce, method, path, status, body }: ProvenAnswer): string {
  const text = ['till-proof', nonce, method, path, String(status), body].join('\n');
  return createHmac('sha256', digest(token)).update(text).digest('base64url');
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
