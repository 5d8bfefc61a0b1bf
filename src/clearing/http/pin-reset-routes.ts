import { type FastifyPluginAsync } from 'fastify';
import { z } from 'zod';
import { apiErrorSchema } from '../../contract/clearing/protocol.ts';
import { type Clearing } from '../create-clearing.ts';
import { requireRole } from '../operator/operators.ts';
import { issuePinReset, terminalUsers } from '../terminals/pin-reset.ts';
import { createOperatorGate } from './operator/gate.ts';
import { type RateLimiter } from './rate-limit.ts';
import { type Server } from './server.ts';

const idSchema = z.string().min(1).max(64);
const idParams = z.object({ id: idSchema }).strict();
const failures = { '4xx': apiErrorSchema, '5xx': apiErrorSchema };
const schema = { tags: ['operator'], security: [{ operator: [] }], params: idParams };

interface PinResetRoutesOptions {
  readonly clearing: Clearing;
  readonly limiter: RateLimiter;
}

/** For the operator who answers a shop's call: who is on that terminal, and a one-time code for one of them. */
export const pinResetRoutes: FastifyPluginAsync<PinResetRoutesOptions> = async (
  plain,
  { clearing, limiter },
) => {
  const server = plain as unknown as Server;
  const { context } = clearing;
  const { db } = context.storage;
  const { authorised, operatorOf } = createOperatorGate(context, limiter);
  server.addHook('preValidation', authorised);
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
      requireRole(operatorOf(request), 'admin', 'auditor');
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
    async (request) => issuePinReset(context, operatorOf(request), request.params.id, request.body),
  );
  await Promise.resolve();
};
