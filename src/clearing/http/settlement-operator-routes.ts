import { Readable } from 'node:stream';
import { z } from 'zod';
import { envelopeSchema } from '../../contract/clearing/envelope.ts';
import {
  approvalSchema,
  closedDaySchema,
  dayListSchema,
  dayParamsSchema,
  dayVerificationSchema,
  fileParamsSchema,
  payoutFilterSchema,
  payoutSchema,
  payoutsSchema,
  preparePayoutsSchema,
  reconciliationListSchema,
  rootKeySchema,
  SETTLEMENT_PATHS,
  tillReconciliationSchema,
  tillRequestSchema,
} from '../../contract/clearing/settlement-operator.ts';
import { businessDaySchema } from '../../contract/journal/entry.ts';
import { exportJournal } from '../audit/export-journal.ts';
import { ApiError } from '../errors.ts';
import { listReconciliations } from '../reconciliation/list.ts';
import { reconcileTill } from '../reconciliation/till.ts';
import { closeDay, findClosedDay, findFile } from '../settlement/close.ts';
import { listDays } from '../settlement/list-days.ts';
import {
  approvePayouts,
  findAdvice,
  listPayouts,
  type PayoutView,
  preparePayouts,
  rejectPayout,
} from '../settlement/payouts.ts';
import { verifyDay } from '../settlement/verify-day.ts';
import { failures, operatorRoute as operator } from './operator/gate.ts';
import type { RouteParts } from './operator/routes.ts';

const idParams = z.object({ id: z.string().min(1).max(64) }).strict();
/** Files go out as stored bytes, not as JSON. */
const rawAnswer = { 200: z.unknown(), ...failures };

const toPayout = (payout: PayoutView): z.infer<typeof payoutSchema> => ({
  ...payout,
  shares: [...payout.shares],
});

/** Settlement, reconciliation with tills, and audit: what operators do with the books. */
export function settlementOperatorRoutes({ server, clearing, operatorOf }: RouteParts): void {
  const { context } = clearing;
  const { db } = context.storage;
  const { days, payouts, till, reconciliations, journals, rootKey } = SETTLEMENT_PATHS;

  server.get(days, { schema: { ...operator, response: { 200: dayListSchema, ...failures } } }, async () => ({
    days: [...(await listDays(db))],
  }));
  server.get(
    `${days}/:day`,
    { schema: { ...operator, params: dayParamsSchema, response: { 200: closedDaySchema, ...failures } } },
    async (request) => {
      const closed = await findClosedDay(db, request.params.day);
      if (closed === null) throw new ApiError('not-found', 'this day is not closed');
      return closed;
    },
  );
  server.post(
    `${days}/:day/close`,
    { schema: { ...operator, params: dayParamsSchema, response: { 200: closedDaySchema, ...failures } } },
    (request) => closeDay(context, operatorOf(request), request.params.day),
  );
  server.get(
    `${days}/:day/verification`,
    {
      schema: { ...operator, params: dayParamsSchema, response: { 200: dayVerificationSchema, ...failures } },
    },
    async (request) => {
      const findings = await verifyDay(context, request.params.day);
      return { ok: findings.length === 0, findings: [...findings] };
    },
  );
  server.get(
    `${days}/:day/files/:name`,
    { schema: { ...operator, params: fileParamsSchema, response: rawAnswer } },
    async (request, reply) => {
      const { day, name } = request.params;
      const file = await findFile(db, day, name);
      if (file === null) throw new ApiError('not-found', 'no such file');
      const type = name.endsWith('.csv') ? 'text/csv; charset=utf-8' : 'application/json; charset=utf-8';
      // A buffer, so that the bytes go out as they were sealed.
      return reply
        .header('content-disposition', `attachment; filename="${name}"`)
        .type(type)
        .send(Buffer.from(file.content, 'utf8'));
    },
  );
  server.get(
    `${days}/:day/files/:name/signature`,
    { schema: { ...operator, params: fileParamsSchema, response: { 200: envelopeSchema, ...failures } } },
    async (request) => {
      const file = await findFile(db, request.params.day, request.params.name);
      if (file === null) throw new ApiError('not-found', 'no such file');
      return file.envelope;
    },
  );

  server.post(
    `${days}/:day/payouts`,
    {
      schema: {
        ...operator,
        params: dayParamsSchema,
        body: preparePayoutsSchema,
        response: { 200: payoutsSchema, ...failures },
      },
    },
    async (request) => {
      const order = { day: request.params.day, collect: request.body.collect };
      const prepared = await preparePayouts(context, operatorOf(request), order);
      return { payouts: prepared.map(toPayout) };
    },
  );
  server.get(
    payouts,
    {
      schema: { ...operator, querystring: payoutFilterSchema, response: { 200: payoutsSchema, ...failures } },
    },
    async (request) => ({ payouts: (await listPayouts(db, request.query)).map(toPayout) }),
  );
  server.post(
    `${payouts}/approvals`,
    { schema: { ...operator, body: approvalSchema, response: { 200: payoutsSchema, ...failures } } },
    async (request) => {
      const approved = await approvePayouts(context, operatorOf(request), request.body);
      return { payouts: approved.map(toPayout) };
    },
  );
  server.post(
    `${payouts}/:id/rejection`,
    {
      schema: {
        ...operator,
        params: idParams,
        body: z.object({ reason: z.string().min(1).max(200) }).strict(),
        response: { 200: payoutSchema, ...failures },
      },
    },
    async (request) => {
      const { params, body } = request;
      return toPayout(await rejectPayout(context, operatorOf(request), params.id, body.reason));
    },
  );
  server.get(
    `${payouts}/:id/advice`,
    { schema: { ...operator, params: idParams, response: { 200: envelopeSchema, ...failures } } },
    async (request) => {
      const advice = await findAdvice(db, request.params.id);
      if (advice === null) throw new ApiError('not-found', 'no such approved payout');
      return advice;
    },
  );

  server.post(
    till,
    {
      schema: {
        ...operator,
        body: tillRequestSchema,
        response: { 200: tillReconciliationSchema, ...failures },
      },
    },
    (request) => reconcileTill(context, operatorOf(request), request.body),
  );
  server.get(
    reconciliations,
    {
      schema: {
        ...operator,
        querystring: z.object({ day: businessDaySchema.optional() }).strict(),
        response: { 200: reconciliationListSchema, ...failures },
      },
    },
    async (request) => ({ reconciliations: await listReconciliations(db, request.query.day) }),
  );
  server.get(
    `${journals}/:id`,
    { schema: { ...operator, params: idParams, response: rawAnswer } },
    async (request, reply) => {
      const { id } = request.params;
      const lines = await exportJournal(context, operatorOf(request), id);
      return reply
        .header('content-disposition', 'attachment; filename="journal.ndjson"')
        .type('application/x-ndjson')
        .send(Readable.from(lines));
    },
  );
  server.get(rootKey, { schema: { ...operator, response: { 200: rootKeySchema, ...failures } } }, () => {
    const { keyId, publicKey } = context.keys.root;
    return { keyId, publicKey };
  });
}
