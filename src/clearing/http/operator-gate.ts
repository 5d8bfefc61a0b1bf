import { type FastifyRequest } from 'fastify';
import { type Context } from '../context.ts';
import { ApiError } from '../errors.ts';
import { findOperator, type Operator } from '../operator/operators.ts';

export interface OperatorGate {
  /** Lets a request in that carries the token of an operator who isn't disabled. */
  readonly admit: (request: FastifyRequest) => Promise<void>;
  /** The operator of a request that was let in. */
  readonly operatorOf: (request: FastifyRequest) => Operator;
}

/** The one way in for operators, for each group of routes. */
export function createOperatorGate({ storage }: Pick<Context, 'storage'>): OperatorGate {
  const operators = new WeakMap<FastifyRequest, Operator>();
  return {
    admit: async (request) => {
      const token = /^Bearer ([A-Za-z0-9_-]{1,128})$/.exec(request.headers.authorization ?? '')?.[1];
      const operator = token === undefined ? null : await findOperator(storage.db, token);
      if (operator === null) throw new ApiError('forbidden', 'needs an operator token');
      operators.set(request, operator);
    },
    operatorOf: (request) => {
      const operator = operators.get(request);
      if (operator === undefined) throw new Error('an operator route was reached without a token');
      return operator;
    },
  };
}
