import type { openAxios } from './axios-client.ts';
import type { TlsOptions } from './transport.ts';
import type { HttpAnswer, HttpClient } from './types.ts';

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
  // Loaded at the first request, with all of Node's network: the core is ready to scan before it needs them.
  let opened: ReturnType<typeof openAxios> | null = null;
  return {
    send: async (request): Promise<HttpAnswer> => {
      try {
        const { openAxios } = await import('./axios-client.ts');
        opened ??= openAxios(tls);
        return await opened.send(request);
      } catch (error) {
        return { kind: 'unknown', message: describeError(error) };
      }
    },
    close: () => opened?.close(),
  };
}
