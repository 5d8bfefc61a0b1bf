import type { FastifyPluginAsync } from 'fastify';
import { envelopeSchema } from '../../contract/clearing/envelope.ts';
import { apiErrorSchema } from '../../contract/clearing/protocol.ts';
import { reconciliationRequestSchema } from '../../contract/clearing/reconciliation.ts';
import {
  dayTotalsRequestSchema,
  readBackRequestSchema,
  statementRequestSchema,
  STORE_ROUTES,
} from '../../contract/clearing/settlement.ts';
import type { Clearing } from '../create-clearing.ts';
import { reconcileTerminal } from '../reconciliation/reconcile.ts';
import { readBackJournal, storeDayTotals, storeStatement } from '../settlement/store-reads.ts';
import type { RateLimiter } from './rate-limit.ts';
import type { Server } from './server.ts';
import { createSignedGate } from './signed-request.ts';

interface SettlementRoutesOptions {
  readonly clearing: Clearing;
  readonly limiter: RateLimiter;
}

const answers = { 200: envelopeSchema, '4xx': apiErrorSchema, '5xx': apiErrorSchema };

/** What terminals ask of the books: signed, and answered sealed, like all that terminals ask. */
export const settlementRoutes: FastifyPluginAsync<SettlementRoutesOptions> = async (
  plain,
  { clearing, limiter },
) => {
  const server = plain as unknown as Server;
  const { context } = clearing;
  const { signed, signerOf } = createSignedGate(context, limiter);
  const tags = ['terminal'];

  server.post(
    STORE_ROUTES.dayTotals,
    { schema: { tags, body: dayTotalsRequestSchema, response: answers }, preValidation: signed },
    (request) => storeDayTotals(context, signerOf(request), request.body),
  );
  server.post(
    STORE_ROUTES.statement,
    { schema: { tags, body: statementRequestSchema, response: answers }, preValidation: signed },
    (request) => storeStatement(context, signerOf(request), request.body),
  );
  server.post(
    STORE_ROUTES.reconcile,
    { schema: { tags, body: reconciliationRequestSchema, response: answers }, preValidation: signed },
    (request) => reconcileTerminal(context, signerOf(request), request.body),
  );
  server.post(
    STORE_ROUTES.readBack,
    { schema: { tags, body: readBackRequestSchema, response: answers }, preValidation: signed },
    (request) => readBackJournal(context, signerOf(request), request.body.after),
  );
  await Promise.resolve();
};
