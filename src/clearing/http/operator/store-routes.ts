import { z } from 'zod';
import { operatorIdSchema } from '../../../contract/clearing/operator/common.ts';
import {
  activationViewSchema,
  districtAdmissionSchema,
  newActivationSchema,
  newStoreSchema,
  reasonSchema,
  storesAnswerSchema,
  storesQuerySchema,
  storeViewSchema,
  terminalsAnswerSchema,
  terminalsQuerySchema,
  terminalStatusSchema,
  terminalViewSchema,
} from '../../../contract/clearing/operator/stores.ts';
import {
  admitStore,
  createActivation,
  createStore,
  listStores,
  readStoreView,
  setStoreSuspended,
  setTerminalStatus,
} from '../../operator/stores.ts';
import { listTerminals, readTerminal } from '../../operator/terminals.ts';
import { failures, operatorRoute } from './gate.ts';
import type { RouteParts } from './routes.ts';

const idParams = z.object({ id: operatorIdSchema }).strict();
const storeAnswer = { 200: storeViewSchema, ...failures };

/** Stores: entered, admitted in two stages, suspended; their terminals. */
export function storeRoutes({ server, clearing, operatorOf }: RouteParts): void {
  const { context } = clearing;
  const { db } = context.storage;
  server.get(
    '/v1/operator/stores',
    {
      schema: {
        ...operatorRoute,
        querystring: storesQuerySchema,
        response: { 200: storesAnswerSchema, ...failures },
      },
    },
    (request) => listStores(db, request.query),
  );
  server.post(
    '/v1/operator/stores',
    { schema: { ...operatorRoute, body: newStoreSchema, response: storeAnswer } },
    (request) => createStore(context, operatorOf(request), request.body),
  );
  server.get(
    '/v1/operator/stores/:id',
    { schema: { ...operatorRoute, params: idParams, response: storeAnswer } },
    (request) => readStoreView(db, request.params.id),
  );
  server.post(
    '/v1/operator/stores/:id/admissions/district',
    { schema: { ...operatorRoute, params: idParams, body: districtAdmissionSchema, response: storeAnswer } },
    (request) => {
      const { eligibility, evidence } = request.body;
      const basis = `${eligibility}: ${evidence}`;
      return admitStore(context, operatorOf(request), request.params.id, 'district', basis);
    },
  );
  server.post(
    '/v1/operator/stores/:id/admissions/city',
    { schema: { ...operatorRoute, params: idParams, response: storeAnswer } },
    (request) => admitStore(context, operatorOf(request), request.params.id, 'city'),
  );
  for (const [action, suspended] of [
    ['suspend', true],
    ['resume', false],
  ] as const) {
    server.post(
      `/v1/operator/stores/:id/${action}`,
      { schema: { ...operatorRoute, params: idParams, body: reasonSchema, response: storeAnswer } },
      (request) =>
        setStoreSuspended(context, operatorOf(request), request.params.id, suspended, request.body.reason),
    );
  }
  server.post(
    '/v1/operator/stores/:id/activations',
    {
      schema: {
        ...operatorRoute,
        params: idParams,
        body: newActivationSchema,
        response: { 200: activationViewSchema, ...failures },
      },
    },
    (request) => createActivation(context, operatorOf(request), request.params.id, request.body.counter),
  );
  server.get(
    '/v1/operator/terminals',
    {
      schema: {
        ...operatorRoute,
        querystring: terminalsQuerySchema,
        response: { 200: terminalsAnswerSchema, ...failures },
      },
    },
    (request) => listTerminals(db, request.query),
  );
  server.get(
    '/v1/operator/terminals/:id',
    { schema: { ...operatorRoute, params: idParams, response: { 200: terminalViewSchema, ...failures } } },
    (request) => readTerminal(db, request.params.id),
  );
  server.post(
    '/v1/operator/terminals/:id/status',
    {
      schema: {
        ...operatorRoute,
        params: idParams,
        body: terminalStatusSchema,
        response: { 200: terminalViewSchema, ...failures },
      },
    },
    async (request) => {
      const { status, reason } = request.body;
      await setTerminalStatus(context, operatorOf(request), request.params.id, status, reason);
      return readTerminal(db, request.params.id);
    },
  );
}
