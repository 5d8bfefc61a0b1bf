import { z } from 'zod';
import {
  newOperatorSchema,
  operatorIdSchema,
  operatorViewSchema,
  ROLES,
} from '../../../contract/clearing/operator/common.ts';
import { createOperator, disableOperator, listOperators, requireRole } from '../../operator/operators.ts';
import { failures, operatorRoute } from './gate.ts';
import type { RouteParts } from './routes.ts';

const idParams = z.object({ id: operatorIdSchema }).strict();

/** Who the operators are, and who one is oneself. */
export function operatorsRoutes({ server, clearing, operatorOf }: RouteParts): void {
  const { context } = clearing;
  const me = z.object({ id: operatorIdSchema, name: z.string(), roles: z.array(z.enum(ROLES)) }).strict();
  server.get(
    '/v1/operator/me',
    { schema: { ...operatorRoute, response: { 200: me, ...failures } } },
    (request) => {
      const { id, name, roles } = operatorOf(request);
      return { id, name, roles: [...roles] };
    },
  );
  server.get(
    '/v1/operator/operators',
    {
      schema: {
        ...operatorRoute,
        response: { 200: z.object({ operators: z.array(operatorViewSchema) }).strict(), ...failures },
      },
    },
    async (request) => {
      requireRole(operatorOf(request), 'admin', 'auditor');
      return { operators: [...(await listOperators(context.storage.db))] };
    },
  );
  server.post(
    '/v1/operator/operators',
    {
      schema: {
        ...operatorRoute,
        body: newOperatorSchema,
        response: { 200: z.object({ id: operatorIdSchema, token: z.string() }).strict(), ...failures },
      },
    },
    async (request) => {
      requireRole(operatorOf(request), 'admin');
      const { operator, token } = await createOperator(context, request.body);
      return { id: operator.id, token };
    },
  );
  server.post(
    '/v1/operator/operators/:id/disable',
    { schema: { ...operatorRoute, params: idParams, response: { 200: operatorViewSchema, ...failures } } },
    (request) => disableOperator(context, operatorOf(request), request.params.id),
  );
}
