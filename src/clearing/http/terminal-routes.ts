import type { FastifyPluginAsync } from 'fastify';
import { z } from 'zod';
import { envelopeSchema } from '../../contract/clearing/envelope.ts';
import {
  activationRequestSchema,
  apiErrorSchema,
  authorisationRequestSchema,
  captureRequestSchema,
  entriesRequestSchema,
  feedRequestSchema,
  releaseRequestSchema,
  ROUTES,
} from '../../contract/clearing/protocol.ts';
import { authorise } from '../authorisations/authorise.ts';
import { capture, release } from '../authorisations/finish.ts';
import type { Clearing } from '../create-clearing.ts';
import { ApiError } from '../errors.ts';
import type { RateLimiter } from './rate-limit.ts';
import type { Server } from './server.ts';
import { createSignedGate } from './signed-request.ts';

interface TerminalRoutesOptions {
  readonly clearing: Clearing;
  readonly limiter: RateLimiter;
}

const idParams = z.object({ id: z.string().min(1).max(64) }).strict();
const answers = { 200: envelopeSchema, '4xx': apiErrorSchema, '5xx': apiErrorSchema };

/** What terminals ask; all but the activation is signed, and every answer is sealed. */
export const terminalRoutes: FastifyPluginAsync<TerminalRoutesOptions> = async (
  plain,
  { clearing, limiter },
) => {
  const server = plain as unknown as Server;
  const { signed, signerOf } = createSignedGate(clearing.context, limiter);

  server.post(
    ROUTES.activate,
    {
      schema: { tags: ['terminal'], body: activationRequestSchema, response: answers },
      preValidation: (request, _reply, done) => {
        done(limiter.take(request.ip) ? undefined : new ApiError('too-many', 'too many requests'));
      },
    },
    (request) => clearing.activate(request.body),
  );
  server.post(
    ROUTES.feed,
    { schema: { tags: ['terminal'], body: feedRequestSchema, response: answers }, preValidation: signed },
    (request) => clearing.feed(signerOf(request), request.body),
  );
  server.post(
    ROUTES.entries,
    { schema: { tags: ['terminal'], body: entriesRequestSchema, response: answers }, preValidation: signed },
    (request) => clearing.ingest(signerOf(request), request.body.entries),
  );
  server.post(
    ROUTES.authorise,
    {
      schema: { tags: ['terminal'], body: authorisationRequestSchema, response: answers },
      preValidation: signed,
    },
    (request) => authorise(clearing.context, signerOf(request), request.body),
  );
  server.post(
    `${ROUTES.authorise}/:id/capture`,
    {
      schema: { tags: ['terminal'], params: idParams, body: captureRequestSchema, response: answers },
      preValidation: signed,
    },
    (request) => capture(clearing.context, signerOf(request), request.params.id),
  );
  server.post(
    `${ROUTES.authorise}/:id/release`,
    {
      schema: { tags: ['terminal'], params: idParams, body: releaseRequestSchema, response: answers },
      preValidation: signed,
    },
    (request) => release(clearing.context, signerOf(request), request.params.id),
  );
  await Promise.resolve();
};
