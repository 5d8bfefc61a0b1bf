import { type FastifyPluginAsync, type FastifyRequest } from 'fastify';
import { z } from 'zod';
import { apiErrorSchema } from '../../contract/clearing/protocol.ts';
import { type Clearing } from '../create-clearing.ts';
import { ApiError } from '../errors.ts';
import { findOperator, type Operator, requireRole } from '../operator/operators.ts';
import { issuePinReset, terminalUsers } from '../terminals/pin-reset.ts';
import { type Server } from './server.ts';

const idSchema = z.string().min(1).max(64);
const idParams = z.object({ id: idSchema }).strict();
const failures = { '4xx': apiErrorSchema, '5xx': apiErrorSchema };
const schema = { tags: ['operator'], security: [{ operator: [] }], params: idParams };

interface PinResetRoutesOptions {
  readonly clearing: Clearing;
}

/** For the operator who answers a shop's call: who is on that terminal, and a one-time code for one of them. */
export const pinResetRoutes: FastifyPluginAsync<PinResetRoutesOptions> = async (plain, { clearing }) => {
  const server = plain as unknown as Server;
  const { context } = clearing;
  const { db } = context.storage;
  const operatorOf = async (request: FastifyRequest): Promise<Operator> => {
    const token = /^Bearer ([A-Za-z0-9_-]{1,128})$/.exec(request.headers.authorization ?? '')?.[1];
    const operator = token === undefined ? null : await findOperator(db, token);
    if (operator === null) throw new ApiError('forbidden', 'needs an operator token');
    return operator;
  };
  server.get(
    '/v1/operator/terminals/:id/users',
    {
      schema: {
        ...schema,
        response: {
          200: z
            .object({
              users: z.array(
                z
                  .object({
                    userId: idSchema,
                    name: z.string(),
                    role: z.enum(['cashier', 'manager', 'support']),
                  })
                  .strict(),
              ),
            })
            .strict(),
          ...failures,
        },
      },
    },
    async (request) => {
      requireRole(await operatorOf(request), 'admin', 'auditor');
      return { users: [...(await terminalUsers(db, request.params.id))] };
    },
  );
  server.post(
    '/v1/operator/terminals/:id/pin-resets',
    {
      schema: {
        ...schema,
        body: z.object({ userId: idSchema, reason: z.string().min(1).max(200) }).strict(),
        response: { 200: z.object({ code: z.string(), expiresAtMs: z.int() }).strict(), ...failures },
      },
    },
    async (request) => issuePinReset(context, await operatorOf(request), request.params.id, request.body),
  );
  await Promise.resolve();
};
