import { z } from 'zod';
import {
  issuerKeysAnswerSchema,
  issuerKeyViewSchema,
  revokeKeySchema,
} from '../../../contract/clearing/operator/issuer-keys.ts';
import { listIssuerKeys, revokeIssuerKey } from '../../operator/issuer-keys.ts';
import { requireRole } from '../../operator/operators.ts';
import { failures, operatorRoute } from './gate.ts';
import type { RouteParts } from './routes.ts';

const numberParams = z.object({ number: z.coerce.number().int().min(1).max(65_535) }).strict();

/** The keys that vouchers are issued under, and the end of one that was stolen. */
export function issuerKeyRoutes({ server, clearing, operatorOf }: RouteParts): void {
  const { context } = clearing;
  server.get(
    '/v1/operator/issuer-keys',
    { schema: { ...operatorRoute, response: { 200: issuerKeysAnswerSchema, ...failures } } },
    async (request) => {
      requireRole(operatorOf(request), 'admin', 'auditor');
      return { keys: [...(await listIssuerKeys(context))] };
    },
  );
  server.post(
    '/v1/operator/issuer-keys/:number/revoke',
    {
      schema: {
        ...operatorRoute,
        params: numberParams,
        body: revokeKeySchema,
        response: { 200: issuerKeyViewSchema, ...failures },
      },
    },
    (request) => revokeIssuerKey(context, operatorOf(request), request.params.number, request.body.reason),
  );
}
