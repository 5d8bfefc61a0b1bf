import { z } from 'zod';
import { operatorNamesSchema } from '../../../contract/clearing/operator/common.ts';
import { proposalsAnswerSchema, proposalsQuerySchema } from '../../../contract/clearing/operator/held.ts';
import { proposalView } from '../../operator/held/queue.ts';
import { listOperators } from '../../operator/operators.ts';
import { failures, operatorRoute } from './gate.ts';
import type { RouteParts } from './routes.ts';

const empty = z.object({}).strict();

/** What every operator needs to see who did what: names for ids, and which decisions were taken. */
export function pageDataRoutes({ server, clearing }: RouteParts): void {
  const { db } = clearing.context.storage;
  server.get(
    '/v1/operator/names',
    {
      schema: { ...operatorRoute, querystring: empty, response: { 200: operatorNamesSchema, ...failures } },
    },
    async () => ({ names: (await listOperators(db)).map(({ id, name }) => ({ id, name })) }),
  );
  server.get(
    '/v1/operator/held/proposals',
    {
      schema: {
        ...operatorRoute,
        querystring: proposalsQuerySchema,
        response: { 200: proposalsAnswerSchema, ...failures },
      },
    },
    async (request) => {
      const { status, limit } = request.query;
      let query = db.selectFrom('proposals').selectAll().orderBy('proposed_at_ms', 'desc').limit(limit);
      if (status !== undefined) query = query.where('status', '=', status);
      return { proposals: (await query.execute()).map(proposalView) };
    },
  );
}
