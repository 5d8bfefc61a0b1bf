import type { z } from 'zod';
import type { apiErrorSchema } from '../../src/contract/clearing/protocol.ts';

type ServerCode = z.infer<typeof apiErrorSchema>['error'];

/** Clearing said no, or couldn't be asked: `unreachable`. `said` is the server's own word for it. */
export class Refusal extends Error {
  readonly code: ServerCode | 'unreachable';
  readonly said: string;
  constructor(code: ServerCode | 'unreachable', said: string) {
    super(`${code}: ${said}`);
    this.code = code;
    this.said = said;
  }
}

export type Query = Readonly<Record<string, string | number | undefined>>;

/** Questions to the clearing server that served this page. All of them throw a `Refusal`. */
export interface Api {
  get<T>(path: string, query?: Query): Promise<T>;
  /**
   * Each call is sent with an id of its own, so that nothing underway (a proxy, a retry of the browser's) can make it
   * happen twice.
   */
  post<T>(path: string, body?: unknown): Promise<T>;
  file(path: string): Promise<Blob>;
}

/** As operators know it; anything else was not made by clearing. */
const TOKEN = /^[A-Za-z0-9_-]{1,128}$/;

export function createApi(token: string): Api {
  async function send(method: 'GET' | 'POST', path: string, body?: unknown): Promise<Response> {
    if (!TOKEN.test(token)) throw new Refusal('forbidden', 'needs an operator token');
    const headers: Record<string, string> = { authorization: `Bearer ${token}` };
    if (method === 'POST') headers['request-id'] = crypto.randomUUID();
    if (body !== undefined) headers['content-type'] = 'application/json';
    const response = await fetch(path, {
      method,
      headers,
      cache: 'no-store',
      credentials: 'omit',
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }).catch((error: unknown) => {
      throw new Refusal('unreachable', String(error));
    });
    if (response.ok) return response;
    const answer = (await response.json().catch(() => null)) as z.infer<typeof apiErrorSchema> | null;
    throw new Refusal(answer?.error ?? 'internal', answer?.message ?? String(response.status));
  }
  return {
    async get<T>(path: string, query: Query = {}): Promise<T> {
      const set = Object.entries(query).flatMap(([name, value]) =>
        value === undefined ? [] : [[name, String(value)]],
      );
      const search = set.length === 0 ? '' : `?${new URLSearchParams(set).toString()}`;
      return (await (await send('GET', `${path}${search}`)).json()) as T;
    },
    async post<T>(path: string, body?: unknown): Promise<T> {
      return (await (await send('POST', path, body)).json()) as T;
    },
    file: async (path) => (await send('GET', path)).blob(),
  };
}

/** Hands a file to the browser's downloads. */
export async function download(api: Api, path: string, name: string): Promise<void> {
  const url = URL.createObjectURL(await api.file(path));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
