import { z } from 'zod';
import {
  dayTotalsAnswerSchema,
  dayTotalsQuerySchema,
  redemptionViewSchema,
} from '../../../contract/clearing/operator/campaigns.ts';
import { operatorIdSchema } from '../../../contract/clearing/operator/common.ts';
import { ApiError } from '../../errors.ts';
import { dayTotals, findRedemption } from '../../operator/reports.ts';
import { failures, operatorRoute } from './gate.ts';
import type { RouteParts } from './routes.ts';

/** What was settled: one redemption with all its lines, and a day's totals. */
export function reportRoutes({ server, clearing }: RouteParts): void {
  const { db } = clearing.context.storage;
  server.get(
    '/v1/operator/redemptions/:id',
    {
      schema: {
        ...operatorRoute,
        params: z.object({ id: operatorIdSchema }).strict(),
        response: { 200: redemptionViewSchema, ...failures },
      },
    },
    async (request) => {
      const found = await findRedemption(db, request.params.id);
      if (found === null) throw new ApiError('not-found', 'nothing settled under this id');
      return { ...found, lines: found.lines.map((line) => ({ ...line, shares: [...line.shares] })) };
    },
  );
  server.get(
    '/v1/operator/day-totals',
    {
      schema: {
        ...operatorRoute,
        querystring: dayTotalsQuerySchema,
        response: { 200: dayTotalsAnswerSchema, ...failures },
      },
    },
    async (request) => {
      const { day, by, storeId } = request.query;
      return { totals: [...(await dayTotals(db, day, by, storeId ?? null))] };
    },
  );
}
