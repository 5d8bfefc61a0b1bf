import { randomBytes, type KeyObject } from 'node:crypto';
import { apiErrorSchema, signedTimeSchema } from '../../contract/clearing/protocol.ts';
import { signRequest } from '../../contract/clearing/http-signature.ts';
import type { Fault } from '../../contract/terminal/errors.ts';
import { openSigned } from './exchange.ts';
import type { HttpAnswer, HttpClient, SyncIdentity, TerminalClock } from './types.ts';

export type ClearingAnswer =
  | { readonly kind: 'ok'; readonly body: string; readonly roundTripMs: number }
  /** Clearing answered, and refused: asking again won't help by itself. */
  | { readonly kind: 'refused'; readonly fault: Fault }
  /** No answer, or none that can be read: what became of the request is unknown. */
  | { readonly kind: 'unknown'; readonly fault: Fault; readonly retryAfterMs: number | null };

export interface ClearingClient {
  /** Sends a signed request, and once more where clearing says that this terminal's clock is off. */
  post(path: string, body: string, how: { readonly timeoutMs: number }): Promise<ClearingAnswer>;
}

export interface ClearingClientOptions {
  readonly clearingUrl: string;
  readonly identity: SyncIdentity;
  readonly trustedKeys: ReadonlyMap<string, KeyObject>;
  readonly clock: TerminalClock;
  readonly http: HttpClient;
  readonly signal: AbortSignal;
}

function unreachable(
  message: string,
  retryAfterMs: number | null = null,
): ClearingAnswer & { readonly kind: 'unknown' } {
  return {
    kind: 'unknown',
    fault: { code: 'clearing-unreachable', params: { message: message.slice(0, 200) } },
    retryAfterMs,
  };
}

export function createClearingClient(options: ClearingClientOptions): ClearingClient {
  const { clearingUrl, identity, trustedKeys, clock, http, signal } = options;

  const sendSigned = (path: string, body: string, timeoutMs: number): Promise<HttpAnswer> => {
    const bytes = Buffer.from(body, 'utf8');
    const claim = {
      createdS: Math.floor(clock.wireNowMs() / 1000),
      nonce: randomBytes(16).toString('base64url'),
      keyId: identity.terminalId,
    };
    const headers = signRequest({ ...claim, method: 'POST', path, body: bytes }, identity.key);
    return http({
      method: 'POST',
      url: new URL(path, clearingUrl).href,
      headers: { ...headers },
      body,
      timeoutMs,
      signal,
    });
  };

  /** Our clock is off: clearing says by how much, and the same request goes again. True if the clock was set. */
  const setClock = (body: string, roundTripMs: number): boolean => {
    const parsed = apiErrorSchema.safeParse(parseJson(body));
    if (!parsed.success || parsed.data.error !== 'stale' || parsed.data.time === undefined) return false;
    const time = openSigned('time', JSON.stringify(parsed.data.time), trustedKeys, signedTimeSchema);
    if (time.ok) clock.onSignedTime(time.value.serverTimeMs, roundTripMs);
    return time.ok;
  };

  return {
    post: async (path, body, { timeoutMs }) => {
      for (let attempt = 1; ; attempt += 1) {
        const tripMs = clock.startTrip();
        const answer = await sendSigned(path, body, timeoutMs);
        const roundTripMs = tripMs();
        if (answer.kind === 'unknown') return unreachable(answer.message);
        if (answer.status === 200) return { kind: 'ok', body: answer.body, roundTripMs };
        if (answer.status >= 500 || answer.status === 429)
          return unreachable(`status ${answer.status}`, answer.retryAfterMs);
        if (attempt > 1 || !setClock(answer.body, roundTripMs)) return refusal(answer.status, answer.body);
      }
    },
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function refusal(status: number, body: string): ClearingAnswer {
  const parsed = apiErrorSchema.safeParse(parseJson(body));
  if (!parsed.success) return unreachable(`status ${status}`);
  return {
    kind: 'refused',
    fault: { code: 'clearing-refused', params: { status, error: parsed.data.error } },
  };
}
