import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
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

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
