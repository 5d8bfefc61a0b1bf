import { z } from 'zod';
import { idSchema } from '../../contract/clearing/protocol.ts';
import { requireRole } from '../operator/operators.ts';
import { issuePinReset, terminalUsers } from '../terminals/pin-reset.ts';
import { failures, operatorRoute } from './operator/gate.ts';
import type { RouteParts } from './operator/routes.ts';

const idParams = z.object({ id: idSchema }).strict();
const schema = { ...operatorRoute, params: idParams };

/** For the operator who answers a shop's call: who is on that terminal, and a one-time code for one of them. */
export function pinResetRoutes({ server, clearing, operatorOf }: RouteParts): void {
  const { context } = clearing;
  const { db } = context.storage;
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
    (request) => issuePinReset(context, operatorOf(request), request.params.id, request.body),
  );
}
