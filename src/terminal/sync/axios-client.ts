import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import axios from 'axios';
import type { TlsOptions } from './transport.ts';
import type { HttpAnswer, HttpClient } from './types.ts';

/** The longest answer that is read: a feed with packs stays far below. */
const MAX_ANSWER_BYTES = 16_777_216;

/** Seconds; the other form, a date, is by a clock that may not be ours. */
function retryAfter(header: unknown): number | null {
  return typeof header === 'string' && /^\d{1,6}$/.test(header) ? Number(header) * 1000 : null;
}

/** What HTTP costs to load, in a file of its own for `createHttpClient`. `send` throws what axios throws. */
export function openAxios(tls: TlsOptions): { readonly send: HttpClient; close(): void } {
  const httpAgent = new HttpAgent({ keepAlive: true, maxSockets: 2 });
  const httpsAgent = new HttpsAgent({ keepAlive: true, maxSockets: 2, ...tls });
  return {
    send: async ({ method, url, headers, body, timeoutMs, signal }): Promise<HttpAnswer> => {
      const response = await axios.request<string>({
        method,
        url,
        headers: { 'content-type': 'application/json', ...headers },
        data: body,
        // axios counts from the connection's start to the last byte of the answer only with a signal of its own.
        timeout: timeoutMs,
        signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
        responseType: 'text',
        transformRequest: [(data: string) => data],
        transformResponse: [(data: string) => data],
        validateStatus: () => true,
        maxRedirects: 0,
        maxContentLength: MAX_ANSWER_BYTES,
        maxBodyLength: MAX_ANSWER_BYTES,
        proxy: false,
        httpAgent,
        httpsAgent,
      });
      const retryAfterMs = retryAfter(response.headers['retry-after']);
      return { kind: 'answer', status: response.status, body: response.data, retryAfterMs };
    },
    close: () => {
      httpAgent.destroy();
      httpsAgent.destroy();
    },
  };
}
