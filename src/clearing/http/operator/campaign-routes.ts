import { z } from 'zod';
import {
  accountsAnswerSchema,
  budgetsAnswerSchema,
  campaignsAnswerSchema,
  campaignViewSchema,
  newRoundSchema,
  publishedSchema,
  publishPackSchema,
  recoveredSchema,
  roundsAnswerSchema,
  roundViewSchema,
} from '../../../contract/clearing/operator/campaigns.ts';
import { recoverExpired } from '../../issuance/recovery.ts';
import { listRounds, openRound } from '../../issuance/rounds.ts';
import { balances } from '../../ledger/ledger.ts';
import { budgetsOf, campaignView, requireCampaign } from '../../operator/budgets.ts';
import { publishCampaign } from '../../operator/campaigns.ts';
import { requireRole } from '../../operator/operators.ts';
import { failures, operatorRoute } from './gate.ts';
import type { RouteParts } from './routes.ts';

const numberParams = z.object({ number: z.coerce.number().int().min(1).max(65_535) }).strict();

/** Campaigns: their packs, how the money is being spent, rounds, and expired vouchers taken back. */
export function campaignRoutes({ server, clearing, operatorOf }: RouteParts): void {
  const { context } = clearing;
  const { db } = context.storage;
  server.get(
    '/v1/operator/campaigns',
    { schema: { ...operatorRoute, response: { 200: campaignsAnswerSchema, ...failures } } },
    async () => {
      await context.packs.refresh(db);
      return { campaigns: context.packs.all().map(({ campaign }) => campaignView(campaign)) };
    },
  );
  server.post(
    '/v1/operator/campaigns',
    {
      schema: { ...operatorRoute, body: publishPackSchema, response: { 200: publishedSchema, ...failures } },
    },
    (request) => publishCampaign(context, operatorOf(request), request.body.pack),
  );
  server.get(
    '/v1/operator/campaigns/:number',
    {
      schema: { ...operatorRoute, params: numberParams, response: { 200: campaignViewSchema, ...failures } },
    },
    async (request) => campaignView(await requireCampaign(context, request.params.number)),
  );
  server.get(
    '/v1/operator/campaigns/:number/accounts',
    {
      schema: {
        ...operatorRoute,
        params: numberParams,
        response: { 200: accountsAnswerSchema, ...failures },
      },
    },
    async (request) => {
      const { number } = await requireCampaign(context, request.params.number);
      return { accounts: [...(await balances(db, number))] };
    },
  );
  server.get(
    '/v1/operator/campaigns/:number/budgets',
    {
      schema: { ...operatorRoute, params: numberParams, response: { 200: budgetsAnswerSchema, ...failures } },
    },
    async (request) => budgetsOf(db, await requireCampaign(context, request.params.number)),
  );
  server.get(
    '/v1/operator/campaigns/:number/rounds',
    {
      schema: { ...operatorRoute, params: numberParams, response: { 200: roundsAnswerSchema, ...failures } },
    },
    async (request) => listRounds(db, await requireCampaign(context, request.params.number), context.now()),
  );
  server.post(
    '/v1/operator/campaigns/:number/rounds',
    {
      schema: {
        ...operatorRoute,
        params: numberParams,
        body: newRoundSchema,
        response: { 200: roundViewSchema, ...failures },
      },
    },
    async (request) => {
      const { number: campaignNumber } = await requireCampaign(context, request.params.number);
      return openRound(context, operatorOf(request), { campaignNumber, ...request.body });
    },
  );
  server.post(
    '/v1/operator/campaigns/:number/recoveries',
    {
      schema: { ...operatorRoute, params: numberParams, response: { 200: recoveredSchema, ...failures } },
    },
    async (request) => {
      requireRole(operatorOf(request), 'unionpay');
      const { number } = await requireCampaign(context, request.params.number);
      return recoverExpired(context, number);
    },
  );
}
