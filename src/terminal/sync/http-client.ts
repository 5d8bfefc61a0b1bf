import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { TlsOptions } from './transport.ts';
import type { HttpAnswer, HttpClient } from './types.ts';

/** The longest answer that is read: a feed with packs stays far below. */
const MAX_ANSWER_BYTES = 16_777_216;

function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return 'code' in error && typeof error.code === 'string' ? error.code : error.message;
}

/**
 * HTTP over kept-alive connections, TLS 1.3 where the address says https. Whatever goes wrong on the way is
 * `unknown`: the request may or may not have been carried out.
 */
export function createHttpClient(tls: TlsOptions = { minVersion: 'TLSv1.3' }): {
  readonly send: HttpClient;
  close(): void;
} {
  const httpAgent = new HttpAgent({ keepAlive: true, maxSockets: 2 });
  const httpsAgent = new HttpsAgent({ keepAlive: true, maxSockets: 2, ...tls });
  const send: HttpClient = async ({ method, url, headers, body, timeoutMs, signal }): Promise<HttpAnswer> => {
    try {
      // Loaded at the first request: the core is ready to scan before it needs a network.
      const { default: axios } = await import('axios');
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
      return { kind: 'answer', status: response.status, body: response.data };
    } catch (error) {
      return { kind: 'unknown', message: describeError(error) };
    }
  };
  return {
    send,
    close: () => {
      httpAgent.destroy();
      httpsAgent.destroy();
    },
  };
}
