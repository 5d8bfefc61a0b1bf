import { createHash, createHmac } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createTillToken } from '../../../src/terminal/till/guard.ts';
import { errorSchema, purchaseSchema } from '../../../src/terminal/till/schemas.ts';
import { startTillServer, tillOpenApi, type TillServer } from '../../../src/terminal/till/server.ts';
import { createFakeTillCheckout, type FakeTillCheckout } from '../../support/fake-till-checkout.ts';

const token = createTillToken();
const key = { till: '03', businessDay: '2023-06-10', receiptNumber: 'R-1001' };
const path = (receipt = key.receiptNumber, till = key.till): string =>
  `/v1/redemptions/${key.businessDay}/${till}/${receipt}`;
const redeemed = {
  state: 'redeemed',
  redemption: {
    epoch: 1,
    seq: 7,
    kindId: 'supermarket-20',
    serial: '42',
    faceValueFen: 2000,
    discountFen: 2000,
    payableFen: 10_850,
    atMs: Date.UTC(2023, 5, 10, 4, 0, 0),
  },
} as const;

let checkout: FakeTillCheckout;
let server: TillServer;
let refused: string[];

beforeEach(async () => {
  checkout = createFakeTillCheckout();
  refused = [];
  server = await startTillServer({ checkout, token, port: 0, onRefused: (reason) => refused.push(reason) });
});
afterEach(() => server.stop());

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: unknown;
}

/** Node's own client, because fetch doesn't let a caller choose Host. */
function ask(
  method: string,
  url: string,
  { body, headers = {} }: { body?: unknown; headers?: Record<string, string> } = {},
): Promise<Answer> {
  const text = typeof body === 'string' ? body : body === undefined ? null : JSON.stringify(body);
  const sent = {
    authorization: `Bearer ${token}`,
    ...(text === null
      ? {}
      : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }),
    ...headers,
  };
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      { host: '127.0.0.1', port: server.port, method, path: url, headers: sent },
      (response) => {
        let received = '';
        response.on('data', (chunk: Buffer) => (received += chunk.toString()));
        response.on('end', () => {
          const isJson = (response.headers['content-type'] ?? '').includes('json');
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: isJson ? JSON.parse(received) : received,
          });
        });
      },
    );
    request.on('error', reject);
    request.end(text ?? undefined);
  });
}

const codeOf = ({ body }: Answer): string => errorSchema.parse(body).error.code;
const open = (amountFen = 12_850, url = path()): Promise<Answer> => ask('PUT', url, { body: { amountFen } });

describe('a purchase from the till', () => {
  test('is opened once however often and however parallel it is asked for', async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, () => open()));
    expect(answers.map(({ status }) => status).sort((a, b) => a - b)).toEqual([
      ...Array.from({ length: 9 }, () => 200),
      201,
    ]);
    expect(checkout.opened()).toBe(1);
  });

  test('with another amount is an error and changes nothing', async () => {
    await open(12_850);
    const second = await open(12_851);
    expect([second.status, codeOf(second)]).toEqual([409, 'amount-differs']);
    expect(purchaseSchema.parse((await ask('GET', path())).body).amountFen).toBe(12_850);
  });

  test('is followed to its result without polling', async () => {
    await open();
    const following = ask('GET', `${path()}?waitS=30`);
    await vi.waitFor(() => expect(checkout.listeners()).toBe(1));
    checkout.set(key, redeemed);
    const purchase = purchaseSchema.parse((await following).body);
    expect(purchase).toMatchObject({
      state: 'redeemed',
      redemption: { discountFen: 2000, payableFen: 10_850, at: '2023-06-10T04:00:00.000Z' },
    });
    expect(checkout.listeners()).toBe(0);
  });

  test('shows a refusal while it waits for another code', async () => {
    await open();
    const params = { shortfallFen: 1 };
    checkout.set(key, { state: 'waiting', lastRefusal: { code: 'below-threshold', params } });
    expect((await ask('GET', path())).body).toMatchObject({
      state: 'waiting',
      lastRefusal: { code: 'below-threshold', params },
    });
  });

  test('is cancelled, twice is the same, and not after it was redeemed', async () => {
    await open();
    expect((await ask('DELETE', path())).body).toMatchObject({ state: 'cancelled' });
    expect((await ask('DELETE', path())).status).toBe(200);
    expect((await open(9_000)).status).toBe(201);
    checkout.set(key, redeemed);
    const late = await ask('DELETE', path());
    expect([late.status, codeOf(late)]).toEqual([409, 'too-late']);
    expect(late.body).toMatchObject({ purchase: { state: 'redeemed' } });
  });
});

describe('harm', () => {
  test('two tills at once: each gets an answer of its own, and one place is given once', async () => {
    const answers = await Promise.all([open(100, path('A', '1')), open(200, path('B', '2'))]);
    expect(answers.map(({ status }) => status).sort((a, b) => a - b)).toEqual([201, 409]);
    expect(answers.filter(({ status }) => status === 409).map(codeOf)).toEqual(['busy']);
  });

  test('a till that dies between request and answer finds the purchase as it left it', async () => {
    const body = JSON.stringify({ amountFen: 12_850 });
    const head = [
      `PUT ${path()} HTTP/1.1`,
      `host: 127.0.0.1:${server.port}`,
      `authorization: Bearer ${token}`,
      'content-type: application/json',
      `content-length: ${body.length}`,
    ];
    const socket = connect(server.port, '127.0.0.1');
    await new Promise<void>((resolve) =>
      socket.write(`${head.join('\r\n')}\r\n\r\n${body}`, () => {
        socket.destroy();
        resolve();
      }),
    );
    await vi.waitFor(() => expect(checkout.opened()).toBe(1), { timeout: 10_000 });
    expect((await open()).status).toBe(200);
    expect(checkout.opened()).toBe(1);
  });

  test('a till that hangs up while it follows leaves nothing behind', async () => {
    await open();
    const socket = connect(server.port, '127.0.0.1');
    socket.write(
      `GET ${path()}?waitS=30 HTTP/1.1\r\nhost: 127.0.0.1:${server.port}\r\nauthorization: Bearer ${token}\r\n\r\n`,
    );
    await vi.waitFor(() => expect(checkout.listeners()).toBe(1), { timeout: 10_000 });
    socket.destroy();
    await vi.waitFor(() => expect(checkout.listeners()).toBe(0), { timeout: 10_000 });
  });

  test.each([
    ['say nothing', ''],
    ['begin a request', 'GET / HTTP/1.1\r\n'],
    ['are refused', `GET / HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n`],
  ])('a hundred connections that %s shut no till out and are closed soon', async (_name, said) => {
    const idle = Array.from({ length: 100 }, () => connect(server.port, '127.0.0.1'));
    let closed = 0;
    for (const socket of idle) {
      // Read, or the end is never seen.
      socket
        .on('error', () => undefined)
        .on('close', () => (closed += 1))
        .resume();
      socket.write(said);
    }
    await vi.waitFor(() => expect(closed).toBeGreaterThanOrEqual(50));
    const answers = await Promise.all(Array.from({ length: 10 }, () => open()));
    expect(answers.map(({ status }) => status).sort((a, b) => b - a)[0]).toBe(201);
    await vi.waitFor(() => expect(closed).toBe(100), { timeout: 9_000 });
  });

  test('a till that follows a purchase is not pushed out by connections without the token', async () => {
    await open();
    const following = ask('GET', `${path()}?waitS=30`);
    await vi.waitFor(() => expect(checkout.listeners()).toBe(1));
    const idle = Array.from({ length: 200 }, () => connect(server.port, '127.0.0.1'));
    for (const socket of idle) socket.on('error', () => undefined);
    await vi.waitFor(() => expect(idle.filter(({ closed }) => closed).length).toBeGreaterThan(100));
    checkout.set(key, redeemed);
    expect((await following).body).toMatchObject({ state: 'redeemed' });
    for (const socket of idle) socket.destroy();
  });

  test.each([
    ['none', {}],
    ['another', { authorization: `Bearer ${createTillToken()}` }],
    ['one too short', { authorization: 'Bearer x' }],
    ['another scheme', { authorization: `Basic ${token}` }],
  ])('a wrong token (%s) opens nothing', async (_name, headers) => {
    const sent = { authorization: '', ...headers };
    const answer = await ask('PUT', path(), { body: { amountFen: 100 }, headers: sent });
    expect([answer.status, codeOf(answer)]).toEqual([401, 'wrong-token']);
    expect(checkout.opened()).toBe(0);
    expect(refused).toEqual(['wrong-token']);
  });

  test.each([
    ['a foreign page', 'PUT', { origin: 'https://evil.example' }, 'no-browsers'],
    ['a page without origin', 'PUT', { origin: 'null' }, 'no-browsers'],
    ['a navigation', 'GET', { 'sec-fetch-site': 'cross-site' }, 'no-browsers'],
    [
      'a preflight',
      'OPTIONS',
      { origin: 'https://evil.example', 'access-control-request-method': 'PUT' },
      'no-browsers',
    ],
    ['a page that rebinds its name', 'PUT', { host: 'evil.example' }, 'not-local'],
    ['a rebinding page with the port', 'PUT', { host: 'evil.example:47110' }, 'not-local'],
    ['another name of this machine', 'PUT', { host: '0.0.0.0' }, 'not-local'],
  ])('%s in a browser gets nowhere even with the token', async (_name, method, headers, code) => {
    const answer = await ask(method, path(), {
      headers,
      ...(method === 'PUT' ? { body: { amountFen: 100 } } : {}),
    });
    expect([answer.status, codeOf(answer)]).toEqual([403, code]);
    expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
    expect(checkout.opened()).toBe(0);
  });

  test.each([
    ['no number', { amountFen: '100' }],
    ['a fraction', { amountFen: 1.5 }],
    ['nothing', { amountFen: 0 }],
    ['more than any purchase', { amountFen: 1_000_000_000 }],
    ['a field too many', { amountFen: 100, discountFen: 100 }],
    ['list below paid', { amountFen: 100, listAmountFen: 99 }],
    ['no JSON', '{"amountFen":'],
    ['too much', `{"amountFen":100,"x":"${'x'.repeat(10_000)}"}`],
  ])('an amount that is %s opens nothing', async (_name, body) => {
    const answer = await ask('PUT', path(), { body });
    expect([400, 413]).toContain(answer.status);
    expect(codeOf(answer)).toBe('bad-request');
    expect(checkout.opened()).toBe(0);
  });

  test.each([
    '2023-02-30/1/R',
    '2023-06-10/1/..%2F..',
    '2023-06-10/a%20b/R',
    `2023-06-10/1/${'9'.repeat(33)}`,
  ])('a purchase key such as %s opens nothing', async (name) => {
    const answer = await ask('PUT', `/v1/redemptions/${name}`, { body: { amountFen: 100 } });
    expect([400, 404]).toContain(answer.status);
    expect(checkout.opened()).toBe(0);
  });
});

/** As till-api.md tells the maker of a till. */
const proofOf = (tillToken: string, parts: readonly string[]): string =>
  createHmac('sha256', createHash('sha256').update(tillToken).digest())
    .update(['till-proof', ...parts].join('\n'))
    .digest('base64url');

describe('a till that asks who answers', () => {
  const nonce = 'q8Zr-w_2Vb0yK1nE';
  const challenge = { 'x-till-challenge': nonce };
  const raw = (method: string, url: string, headers: Record<string, string>): Promise<Response> =>
    fetch(`http://127.0.0.1:${server.port}${url}`, { method, headers: { ...challenge, ...headers } });
  const withToken = { authorization: `Bearer ${token}` };

  test.each([
    ['before it sends the token', 'GET', '/v1/openapi.json', {}, 401],
    ['with its token', 'GET', '/v1/openapi.json', withToken, 200],
    ['for a purchase', 'GET', `${path()}?waitS=1`, withToken, 404],
    ['when it gives one up', 'DELETE', path(), withToken, 404],
    ['in vain', 'GET', '/v2', withToken, 404],
  ])('gets the proof %s', async (_name, method, url, headers, status) => {
    const answer = await raw(method, url, headers);
    expect(answer.status).toBe(status);
    expect(answer.headers.get('x-till-proof')).toBe(
      proofOf(token, [nonce, method, url, String(status), await answer.text()]),
    );
  });

  test('gets none that fits another answer, and none unasked', async () => {
    const proofs = await Promise.all(
      ['R-1', 'R-2'].map(async (receipt) =>
        (await raw('GET', path(receipt), withToken)).headers.get('x-till-proof'),
      ),
    );
    expect(new Set([...proofs, null]).size).toBe(3);
    expect((await ask('GET', path())).headers['x-till-proof']).toBeUndefined();
  });

  test.each(['short', 'x'.repeat(65), 'with blanks and more'])('gets none for %s', async (given) => {
    const answer = await raw('GET', path(), { ...withToken, 'x-till-challenge': given });
    expect([answer.status, answer.headers.get('x-till-proof')]).toEqual([400, null]);
  });

  test("finds the manual's example true", async () => {
    const manual = await readFile(new URL('../../../docs/till-api.md', import.meta.url), 'utf8');
    const proof = proofOf('A'.repeat(43), [nonce, 'GET', '/v1/openapi.json', '401', EXAMPLE_BODY]);
    expect(manual).toContain(EXAMPLE_BODY);
    expect(manual).toContain(`X-Till-Proof: ${proof}\n`);
    expect(await (await raw('GET', '/v1/openapi.json', {})).text()).toBe(EXAMPLE_BODY);
  });
});

const EXAMPLE_BODY =
  '{"error":{"code":"wrong-token","message":"the token is missing or wrong"},"purchase":null}';

test('the interface is described in OpenAPI, with the token, and the description needs the token too', async () => {
  const document = (await ask('GET', '/v1/openapi.json')).body;
  expect(document).toMatchObject({
    paths: {
      '/v1/redemptions/{businessDay}/{till}/{receiptNumber}': {
        put: { security: [{ token: [] }] },
        get: {},
        delete: {},
      },
    },
  });
  expect(JSON.parse(await tillOpenApi())).toEqual(document);
  expect((await ask('GET', '/v1/openapi.json', { headers: { authorization: '' } })).status).toBe(401);
});

test('the committed description is that of this program', async () => {
  const committed = await readFile(new URL('../../../docs/till-api.json', import.meta.url), 'utf8');
  expect(committed).toBe(`${await tillOpenApi()}\n`);
});

test('it listens on 127.0.0.1 and on no other address', async () => {
  const reached = await new Promise<boolean>((resolve) => {
    const socket = connect(server.port, '127.0.0.2');
    socket.once('connect', () => resolve(true));
    socket.once('error', () => resolve(false));
  });
  expect(reached).toBe(false);
});
