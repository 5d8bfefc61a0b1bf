import type { FastifyPluginAsync } from 'fastify';
import { envelopeSchema } from '../../contract/clearing/envelope.ts';
import { apiErrorSchema } from '../../contract/clearing/protocol.ts';
import { SEALED_ROUTE, sealedPartSchema } from '../../contract/clearing/sealed-journal.ts';
import type { Clearing } from '../create-clearing.ts';
import { takeSealed } from '../ingest/sealed.ts';
import type { RateLimiter } from './rate-limit.ts';
import type { Server } from './server.ts';
import { createSignedGate } from './signed-request.ts';

interface SealedRoutesOptions {
  readonly clearing: Clearing;
  readonly limiter: RateLimiter;
}

/** Where any terminal hands on what another one exported. */
export const sealedRoutes: FastifyPluginAsync<SealedRoutesOptions> = async (plain, { clearing, limiter }) => {
  const server = plain as unknown as Server;
  const { signed, signerOf } = createSignedGate(clearing.context, limiter);
  server.post(
    SEALED_ROUTE,
    {
      schema: {
        tags: ['terminal'],
        body: sealedPartSchema,
        response: { 200: envelopeSchema, '4xx': apiErrorSchema, '5xx': apiErrorSchema },
      },
      preValidation: signed,
    },
    (request) => takeSealed(clearing.context, signerOf(request), request.body),
  );
  await Promise.resolve();
};
