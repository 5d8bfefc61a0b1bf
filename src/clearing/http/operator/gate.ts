import type { FastifyRequest } from 'fastify';
import { apiErrorSchema } from '../../../contract/clearing/protocol.ts';
import type { Context } from '../../context.ts';
import { ApiError } from '../../errors.ts';
import { findOperator, type Operator } from '../../operator/operators.ts';
import type { RateLimiter } from '../rate-limit.ts';
import { keepNonce } from '../signed-request.ts';

export interface OperatorGate {
  /** Lets a request in that carries an operator's token, is not too many, and was not sent before. */
  readonly authorised: (request: FastifyRequest) => Promise<void>;
  /** Who sent a request that was let in. */
  readonly operatorOf: (request: FastifyRequest) => Operator;
}

/** A round's opening brings ten thousand claims at once, all by one wallet: the claim desk bounds those itself. */
export const CLAIMS_ROUTE = '/v1/operator/claims';
const TOKEN = /^Bearer ([A-Za-z0-9_-]{1,128})$/;
const REQUEST_ID = /^[A-Za-z0-9_-]{16,64}$/;

/** For the schema of every operator's route. */
export const operatorRoute = { tags: ['operator'], security: [{ operator: [] }] };
export const failures = { '4xx': apiErrorSchema, '5xx': apiErrorSchema };

/**
 * The one way in for operators, for each group of routes. A request may carry `Request-Id`, 16 to 64 characters of its
 * sender's choice: the same one again is `replayed`, so that what may have arrived can safely be sent again.
 */
export function createOperatorGate(context: Context, limiter: RateLimiter): OperatorGate {
  const operators = new WeakMap<FastifyRequest, Operator>();
  return {
    authorised: async (request) => {
      const token = TOKEN.exec(request.headers.authorization ?? '')?.[1];
      const operator = token === undefined ? null : await findOperator(context.storage.db, token);
      if (operator === null) {
        // Guessing tokens is slow.
        if (!limiter.take(`guess ${request.ip}`)) throw new ApiError('too-many', 'too many wrong tokens');
        throw new ApiError('forbidden', 'needs an operator token');
      }
      const isQueued = request.routeOptions.url === CLAIMS_ROUTE;
      if (!isQueued && !limiter.take(`operator ${operator.id}`))
        throw new ApiError('too-many', 'too many requests');
      const requestId = request.headers['request-id'];
      if (requestId !== undefined) {
        if (typeof requestId !== 'string' || !REQUEST_ID.test(requestId))
          throw new ApiError('bad-request', 'not a Request-Id: 16 to 64 of A-Z a-z 0-9 _ -');
        await keepNonce(context, `operator ${operator.id}`, requestId, context.now());
      }
      operators.set(request, operator);
    },
    operatorOf: (request) => {
      const operator = operators.get(request);
      if (operator === undefined) throw new Error('an operator route was reached without a token');
      return operator;
    },
  };
}
