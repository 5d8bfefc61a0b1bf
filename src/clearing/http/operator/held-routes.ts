import { z } from 'zod';
import { noteSchema, operatorIdSchema } from '../../../contract/clearing/operator/common.ts';
import {
  alarmsAnswerSchema,
  alarmsQuerySchema,
  alarmViewSchema,
  approvedSchema,
  heldAnswerSchema,
  heldDetailSchema,
  heldNameSchema,
  heldQuerySchema,
  newProposalSchema,
  proposalViewSchema,
} from '../../../contract/clearing/operator/held.ts';
import { acknowledgeAlarm, listAlarms } from '../../operator/alarms.ts';
import {
  approveProposal,
  proposeDecision,
  readHeld,
  rejectProposal,
} from '../../operator/held/decide-held.ts';
import { listHeld } from '../../operator/held/queue.ts';
import { failures, operatorRoute } from './gate.ts';
import type { RouteParts } from './routes.ts';

const proposalParams = z.object({ id: operatorIdSchema }).strict();
const alarmParams = z.object({ id: z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER) }).strict();
const noteBody = z.object({ note: noteSchema }).strict();

/** Entries that wait for two operators' decision, and alarms. */
export function heldRoutes({ server, clearing, operatorOf }: RouteParts): void {
  const { context } = clearing;
  const { db } = context.storage;
  server.get(
    '/v1/operator/held',
    {
      schema: {
        ...operatorRoute,
        querystring: heldQuerySchema,
        response: { 200: heldAnswerSchema, ...failures },
      },
    },
    async (request) => {
      const { entries, more } = await listHeld(db, request.query);
      return { entries: [...entries], more };
    },
  );
  server.get(
    '/v1/operator/held/entry',
    {
      schema: {
        ...operatorRoute,
        querystring: heldNameSchema,
        response: { 200: heldDetailSchema, ...failures },
      },
    },
    (request) => readHeld(context, request.query),
  );
  server.post(
    '/v1/operator/held/proposals',
    {
      schema: {
        ...operatorRoute,
        body: newProposalSchema,
        response: { 200: proposalViewSchema, ...failures },
      },
    },
    (request) => proposeDecision(context, operatorOf(request), request.body),
  );
  server.post(
    '/v1/operator/held/proposals/:id/approve',
    { schema: { ...operatorRoute, params: proposalParams, response: { 200: approvedSchema, ...failures } } },
    (request) => approveProposal(context, operatorOf(request), request.params.id),
  );
  server.post(
    '/v1/operator/held/proposals/:id/reject',
    {
      schema: {
        ...operatorRoute,
        params: proposalParams,
        body: noteBody,
        response: { 200: proposalViewSchema, ...failures },
      },
    },
    (request) => rejectProposal(context, operatorOf(request), request.params.id, request.body.note),
  );
  server.get(
    '/v1/operator/alarms',
    {
      schema: {
        ...operatorRoute,
        querystring: alarmsQuerySchema,
        response: { 200: alarmsAnswerSchema, ...failures },
      },
    },
    (request) => listAlarms(db, request.query),
  );
  server.post(
    '/v1/operator/alarms/:id/acknowledge',
    {
      schema: {
        ...operatorRoute,
        params: alarmParams,
        body: noteBody,
        response: { 200: alarmViewSchema, ...failures },
      },
    },
    (request) => acknowledgeAlarm(context, operatorOf(request), request.params.id, request.body.note),
  );
}
