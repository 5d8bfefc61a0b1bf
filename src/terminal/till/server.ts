import swagger from '@fastify/swagger';
import fastify, { type FastifyInstance, type FastifyReply } from 'fastify';
import {
  jsonSchemaTransform,
  serializerCompiler,
  validatorCompiler,
  type ZodTypeProvider,
} from 'fastify-type-provider-zod';
import type { PurchaseKey, TillCheckout, TillPurchase } from './checkout.ts';
import { limitConnections } from './connections.ts';
import { guard, tillProof, type GuardAnswer } from './guard.ts';
import {
  challengeSchema,
  errorSchema,
  followQuerySchema,
  keySchema,
  openBodySchema,
  purchaseSchema,
  type ErrorBody,
  type PurchaseBody,
} from './schemas.ts';

/** A request is a few hundred bytes. */
const MAX_BODY_BYTES = 4096;
const REQUEST_TIMEOUT_MS = 10_000;
/** Who connects and says nothing, or next to nothing, is let go: a till on the same PC has its headers ready. */
const HEADERS_TIMEOUT_MS = 5_000;
/** Node looks at the two times so often; its own 30 s would make them meaningless. */
const CHECK_CONNECTIONS_MS = 1_000;
const MAX_CONNECTIONS = 50;
const PATH = '/v1/redemptions/:businessDay/:till/:receiptNumber';

export interface TillServerOptions {
  readonly checkout: TillCheckout;
  readonly token: string;
  /** 0: any free port. */
  readonly port: number;
  /** Called for a request that was turned away, with the reason; for the log. */
  readonly onRefused?: (reason: Exclude<GuardAnswer, 'ok'>) => void;
}

export interface TillServer {
  readonly port: number;
  stop(): Promise<void>;
}

/**
 * Starts the local HTTP interface for till software, on 127.0.0.1 only. Rejects if the port is taken.
 * What it does is in `openapi()`; rules, decisions and journal are those of the checkout.
 */
export async function startTillServer(options: TillServerOptions): Promise<TillServer> {
  let port = options.port;
  const app = await buildApp(options, () => port);
  await app.listen({ host: '127.0.0.1', port });
  const address = app.server.address();
  if (address === null || typeof address === 'string') throw new TypeError('the till server has no port');
  port = address.port;
  return { port, stop: () => app.close() };
}

/** The OpenAPI document of the interface, as JSON text. */
export async function tillOpenApi(): Promise<string> {
  const app = await buildApp({ checkout: NO_CHECKOUT, token: '', port: 0 }, () => 0);
  await app.ready();
  return JSON.stringify(app.swagger(), null, 2);
}

/** Behind a description there is nothing to call. */
const NO_CHECKOUT: TillCheckout = {
  openRedemption: () => Promise.resolve({ type: 'not-ready', code: 'not-activated' }),
  status: () => Promise.resolve(null),
  cancel: () => Promise.resolve({ type: 'not-found' }),
  onChange: () => () => undefined,
};

async function buildApp(options: TillServerOptions, port: () => number): Promise<FastifyInstance> {
  const { checkout, token, onRefused } = options;
  const app = fastify({
    bodyLimit: MAX_BODY_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    http: { headersTimeout: HEADERS_TIMEOUT_MS, connectionsCheckingInterval: CHECK_CONNECTIONS_MS },
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 64 },
  });
  const trust = limitConnections(app.server, MAX_CONNECTIONS);
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  await app.register(swagger, { openapi: OPENAPI, transform: jsonSchemaTransform });

  app.addHook('onRequest', async (request, reply) => {
    const answer = guard(request.headers, port(), token);
    if (answer === 'ok') {
      trust(request.raw.socket);
      return;
    }
    onRefused?.(answer);
    await fail(
      reply.header('connection', 'close'),
      answer === 'wrong-token' ? 401 : 403,
      answer,
      REFUSED[answer],
    );
  });
  // Also where the token is missing: a till makes sure of us before it sends the token.
  app.addHook('onSend', async (request, reply, body) => {
    const nonce = challengeSchema.safeParse(request.headers).data?.['x-till-challenge'];
    if (nonce === undefined) return;
    const answer = { nonce, method: request.method, path: request.url, status: reply.statusCode };
    reply.header('x-till-proof', tillProof(token, { ...answer, body: typeof body === 'string' ? body : '' }));
  });
  app.setNotFoundHandler((_request, reply) => fail(reply, 404, 'not-found', 'no such address'));
  app.setErrorHandler((error: Error & { statusCode?: number }, _request, reply) => {
    const status = error.statusCode ?? 500;
    if (status >= 500) return fail(reply, 500, 'internal', 'the terminal failed; ask for the state again');
    return fail(reply, status, 'bad-request', error.message.slice(0, 500));
  });
  addRoutes(app, checkout);
  app.get('/v1/openapi.json', { schema: { hide: true } }, () => app.swagger());
  return app;
}

const REFUSED: Readonly<Record<Exclude<GuardAnswer, 'ok'>, string>> = {
  'not-local': 'call this interface as 127.0.0.1 or localhost',
  'no-browsers': 'this interface is for till software, not for pages in a browser',
  'wrong-token': 'the token is missing or wrong',
};

function addRoutes(app: FastifyInstance, checkout: TillCheckout): void {
  const routes = app.withTypeProvider<ZodTypeProvider>();
  const asked = { security: [{ token: [] }], headers: challengeSchema, params: keySchema };
  const errors = { 400: errorSchema, 401: errorSchema, 403: errorSchema };

  routes.put(
    PATH,
    {
      schema: {
        summary: 'Open the redemption of one purchase',
        description: 'Safe to repeat: the same purchase with the same amounts is opened once.',
        ...asked,
        body: openBodySchema,
        response: { ...errors, 200: purchaseSchema, 201: purchaseSchema, 409: errorSchema, 503: errorSchema },
      },
    },
    async (request, reply) => {
      const { amountFen, listAmountFen = amountFen } = request.body;
      if (listAmountFen < amountFen)
        return fail(reply, 400, 'bad-request', 'listAmountFen is below amountFen');
      const answer = await checkout.openRedemption({ key: keyOf(request.params), amountFen, listAmountFen });
      switch (answer.type) {
        case 'opened':
          return reply.code(201).send(bodyOf(answer.purchase));
        case 'exists':
          return reply.code(200).send(bodyOf(answer.purchase));
        case 'amount-differs':
          return fail(reply, 409, 'amount-differs', 'this purchase has other amounts', answer.purchase);
        case 'wrong-day':
          return reply.code(409).send(wrongDay(answer.openDay));
        case 'busy':
          return fail(reply, 409, 'busy', 'another purchase is on the terminal');
        case 'not-ready':
          return fail(reply, 503, 'not-ready', answer.code);
      }
    },
  );
  routes.get(
    PATH,
    {
      schema: {
        summary: 'State and result of one purchase',
        ...asked,
        querystring: followQuerySchema,
        response: { ...errors, 200: purchaseSchema, 404: errorSchema },
      },
    },
    async (request, reply) => {
      const gone = new AbortController();
      reply.raw.once('close', () => gone.abort());
      const key = keyOf(request.params);
      const purchase = await follow(checkout, key, request.query.waitS * 1000, gone.signal);
      if (purchase === null) return fail(reply, 404, 'not-found', 'this purchase was never opened');
      return reply.send(bodyOf(purchase));
    },
  );
  routes.delete(
    PATH,
    {
      schema: {
        summary: 'Cancel a purchase on which nothing was redeemed',
        ...asked,
        response: { ...errors, 200: purchaseSchema, 404: errorSchema, 409: errorSchema },
      },
    },
    async (request, reply) => {
      const answer = await checkout.cancel(keyOf(request.params));
      switch (answer.type) {
        case 'cancelled':
          return reply.send(bodyOf(answer.purchase));
        case 'too-late':
          return fail(reply, 409, 'too-late', 'reverse it at the terminal', answer.purchase);
        case 'not-found':
          return fail(reply, 404, 'not-found', 'this purchase was never opened');
      }
    },
  );
}

/** The purchase at its next change, or after `waitMs`. A caller that hung up is let go at once. */
async function follow(
  checkout: TillCheckout,
  key: PurchaseKey,
  waitMs: number,
  gone: AbortSignal,
): Promise<TillPurchase | null> {
  // Listening begins before the first look, so that no change falls in between.
  const changes = listen(checkout, gone);
  try {
    const endsAtMs = performance.now() + waitMs;
    let latest = await checkout.status(key);
    const before = JSON.stringify(latest?.status);
    while (latest !== null && !isFinal(latest) && JSON.stringify(latest.status) === before) {
      const leftMs = endsAtMs - performance.now();
      if (leftMs <= 0 || gone.aborted) break;
      await changes.next(leftMs);
      latest = await checkout.status(key);
    }
    return latest;
  } finally {
    changes.stop();
  }
}

/** Changes since the last `next`, each waited for at most `waitMs`; a hang-up counts as one. */
function listen(
  checkout: TillCheckout,
  gone: AbortSignal,
): { readonly next: (waitMs: number) => Promise<void>; readonly stop: () => void } {
  let changed = false;
  let wake: () => void = () => undefined;
  const onChange = (): void => {
    changed = true;
    wake();
  };
  const unlisten = checkout.onChange(onChange);
  gone.addEventListener('abort', onChange);
  return {
    next: async (waitMs) => {
      if (!changed) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, waitMs);
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
      changed = false;
    },
    stop: () => {
      unlisten();
      gone.removeEventListener('abort', onChange);
    },
  };
}

function isFinal({ status }: TillPurchase): boolean {
  return status.state !== 'waiting' && status.state !== 'unknown';
}

function keyOf({ till, businessDay, receiptNumber }: PurchaseKey): PurchaseKey {
  return { till, businessDay, receiptNumber };
}

function bodyOf({ key, amountFen, listAmountFen, status }: TillPurchase): PurchaseBody {
  const redemption = 'redemption' in status ? status.redemption : null;
  return {
    ...keyOf(key),
    amountFen,
    listAmountFen,
    state: status.state,
    lastRefusal: status.state === 'waiting' ? status.lastRefusal : null,
    redemption: redemption === null ? null : withIsoTime(redemption),
  };
}

function withIsoTime<T extends { readonly atMs: number }>({
  atMs,
  ...rest
}: T): Omit<T, 'atMs'> & { at: string } {
  return { ...rest, at: new Date(atMs).toISOString() };
}

function wrongDay(openDay: string): ErrorBody {
  const message = `the business day that is open at the terminal is ${openDay}`;
  return { error: { code: 'wrong-day', message, openDay }, purchase: null };
}

function fail(
  reply: FastifyReply,
  status: number,
  code: ErrorBody['error']['code'],
  message: string,
  purchase: TillPurchase | null = null,
): FastifyReply {
  const body: ErrorBody = { error: { code, message }, purchase: purchase === null ? null : bodyOf(purchase) };
  return reply.code(status).send(body);
}

const OPENAPI = {
  openapi: '3.1.0',
  info: {
    title: 'Voucher terminal: till interface',
    version: '1',
    description:
      'For till software on the same machine. Open the redemption of a purchase, let the customer show the ' +
      'code at the terminal, follow it, and collect payableFen. A purchase is known by store (the ' +
      "terminal's), till, business day and receipt number. An answer to a request with X-Till-Challenge carries " +
      'X-Till-Proof, also without a token (401): base64url(HMAC-SHA-256(SHA-256(token), "till-proof", challenge, ' +
      'method, path with query, status and body, joined by line feeds)).',
  },
  components: { securitySchemes: { token: { type: 'http' as const, scheme: 'bearer' } } },
};
