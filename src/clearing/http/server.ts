import type { IncomingMessage, RequestListener, Server as HttpServer, ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import swagger from '@fastify/swagger';
import fastify, {
  type FastifyBaseLogger,
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
} from 'fastify';
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import type { z } from 'zod';
import { type apiErrorSchema, MAX_REQUEST_BYTES } from '../../contract/clearing/protocol.ts';
import { seal } from '../context.ts';
import type { Clearing } from '../create-clearing.ts';
import { ApiError, type ApiErrorCode, HTTP_STATUS } from '../errors.ts';
import { openApiOptions } from './openapi.ts';
import { operatorRoutes } from './operator/routes.ts';
import { pageRoutes } from './page-routes.ts';
import { RateLimiter } from './rate-limit.ts';
import { settlementRoutes } from './settlement-routes.ts';
import { sealedRoutes } from './sealed-routes.ts';
import { terminalRoutes } from './terminal-routes.ts';

export type Server = FastifyInstance<
  HttpServer,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  ZodTypeProvider
>;

/** PEM texts. With `clientCa` every caller must show a certificate of that authority. */
export interface TlsFiles {
  readonly cert: string;
  readonly key: string;
  readonly clientCa: string | null;
}

export interface ServerOptions {
  /** Left out: plain HTTP, for loopback or behind a proxy that does TLS. */
  readonly tls?: TlsFiles;
  /** A pino logger; left out: silent. */
  readonly logger?: FastifyBaseLogger;
  /** For each terminal, and for each address that activates. */
  readonly rate?: { readonly burst: number; readonly perSecond: number };
  /** Where the operator's page was built to; null or left out: `/operator/` says how to build it. */
  readonly pageFolder?: string | null;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** The body's bytes as they came: what the signature covers. */
    rawBody: Buffer;
  }
}

/** A request may come without a body; then its signature covers none. */
const NO_BODY = Buffer.alloc(0);
const DEFAULT_RATE = { burst: 400, perSecond: 100 };

/** TLS 1.3 alone. Certificates on P-256: Electron's BoringSSL takes no Ed25519 ones. */
function tlsServer({ cert, key, clientCa }: TlsFiles, handler: RequestListener): HttpServer {
  return createHttpsServer(
    {
      cert,
      key,
      minVersion: 'TLSv1.3',
      ...(clientCa === null ? {} : { ca: clientCa, requestCert: true, rejectUnauthorized: true }),
    },
    handler,
  );
}

/** Clearing's HTTP side: routes, schemas, errors. Listens only when told to. */
export async function createServer(clearing: Clearing, options: ServerOptions = {}): Promise<Server> {
  const { tls } = options;
  const server: Server = fastify({
    ...(tls === undefined ? {} : { serverFactory: (handler: RequestListener) => tlsServer(tls, handler) }),
    ...(options.logger === undefined ? { logger: false } : { loggerInstance: options.logger }),
    bodyLimit: MAX_REQUEST_BYTES,
    trustProxy: false,
    // What the router itself refuses: a path that can't be decoded, or a part of one that is too long.
    frameworkErrors: (error, _request, reply) => {
      const answer = answerTo(error, clearing);
      // Its type knows of no answer: no route was found.
      (reply as unknown as FastifyReply).status(HTTP_STATUS[answer.error]).send(answer);
    },
  }).withTypeProvider<ZodTypeProvider>();
  server.setValidatorCompiler(validatorCompiler);
  server.setSerializerCompiler(serializerCompiler);
  server.decorateRequest('rawBody');
  server.addHook('onRequest', (request, _reply, done) => {
    request.rawBody = NO_BODY;
    done();
  });
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body: Buffer, done) => {
    request.rawBody = body;
    try {
      done(null, body.length === 0 ? undefined : JSON.parse(body.toString('utf8')));
    } catch {
      done(new ApiError('bad-request', 'the body is not JSON'));
    }
  });
  server.setErrorHandler((error: FastifyError, request, reply) => {
    const answer = answerTo(error, clearing);
    if (answer.error === 'internal') request.log.error({ err: error }, 'request failed');
    return reply.status(HTTP_STATUS[answer.error]).send(answer);
  });
  server.setNotFoundHandler((_request, reply) =>
    reply.status(404).send({ error: 'not-found', message: 'no such route' }),
  );
  await server.register(swagger, openApiOptions);
  const limiter = new RateLimiter(options.rate ?? DEFAULT_RATE, () => performance.now());
  await server.register(terminalRoutes, { clearing, limiter });
  await server.register(sealedRoutes, { clearing, limiter });
  await server.register(settlementRoutes, { clearing, limiter });
  await server.register(operatorRoutes, { clearing, limiter });
  pageRoutes(server, options.pageFolder ?? null);
  server.get('/v1/openapi.json', { schema: { hide: true } }, () => server.swagger());
  return server;
}

type ErrorAnswer = z.infer<typeof apiErrorSchema>;

function answerTo(error: FastifyError | ApiError, clearing: Clearing): ErrorAnswer {
  if (error instanceof ApiError) {
    const answer = { error: error.code, message: error.message };
    if (error.code !== 'stale') return answer;
    return { ...answer, time: seal(clearing.context, 'time', { serverTimeMs: clearing.context.now() }) };
  }
  const code = codeOfFault(error);
  // What went wrong inside is for the log, not for whoever asked.
  return { error: code, message: code === 'internal' ? 'internal error' : error.message };
}

/** PostgreSQL keeps no NUL in a text (SQLSTATE 22021); no id or name has one. */
const NOT_STORABLE_TEXT = '22021';

function codeOfFault(error: FastifyError): ApiErrorCode {
  if (error.code === 'FST_ERR_CTP_BODY_TOO_LARGE') return 'too-large';
  if (error.code === NOT_STORABLE_TEXT) return 'bad-request';
  const status = error.statusCode ?? 500;
  return status >= 400 && status < 500 ? 'bad-request' : 'internal';
}
