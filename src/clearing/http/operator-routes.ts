import { type FastifyPluginAsync, type FastifyRequest } from 'fastify';
import { z } from 'zod';
import { apiErrorSchema, ed25519KeySchema } from '../../contract/clearing/protocol.ts';
import { base64UrlSchema, businessDaySchema } from '../../contract/journal/entry.ts';
import { CATEGORIES } from '../../domain/campaign.ts';
import { type Clearing } from '../create-clearing.ts';
import { ApiError } from '../errors.ts';
import { balances } from '../ledger/ledger.ts';
import { createOperator, findOperator, type Operator, requireRole, ROLES } from '../operator/operators.ts';
import { dayTotals, findRedemption } from '../operator/reports.ts';
import { createPaymentCode } from '../operator/payment-codes.ts';
import {
  admitStore,
  createActivation,
  createStore,
  readStoreView,
  setStoreSuspended,
  setTerminalStatus,
} from '../operator/stores.ts';
import { issueDirectly } from '../operator/vouchers.ts';
import { type Server } from './server.ts';

const idSchema = z.string().min(1).max(64);
const idParams = z.object({ id: idSchema }).strict();
const reasonBody = z.object({ reason: z.string().min(1).max(200) }).strict();
const failures = { '4xx': apiErrorSchema, '5xx': apiErrorSchema };
const security = [{ operator: [] }];

const storeBody = z
  .object({
    id: z
      .string()
      .regex(/^[A-Za-z0-9._-]{1,64}$/)
      .optional(),
    nameZh: z.string().min(1).max(80),
    nameEn: z.string().min(1).max(80),
    category: z.enum(CATEGORIES),
    cutOverMinutes: z.int().min(0).max(360).default(0),
    basis: z.string().max(200).default(''),
  })
  .strict();
const storeAnswer = z
  .object({
    id: idSchema,
    nameZh: z.string(),
    nameEn: z.string(),
    category: z.enum(CATEGORIES),
    status: z.enum(['admitted', 'suspended', 'not-admitted']),
    cutOverMinutes: z.int(),
    basis: z.string(),
    districtBy: z.string().nullable(),
    cityBy: z.string().nullable(),
  })
  .strict();
const voucherBody = z
  .object({
    campaignNumber: z.int().min(1).max(65_535).default(1),
    kind: z.string().min(1).max(64),
    person: z.string().min(1).max(200).nullable().default(null),
    algorithm: z.enum(['ed25519', 'sm2']).default('ed25519'),
    publicKey: z.union([ed25519KeySchema, base64UrlSchema.length(44)]),
    notBeforeMs: z.int().min(0).max(4_102_444_800_000).nullable().default(null),
    notAfterMs: z.int().min(0).max(4_102_444_800_000).nullable().default(null),
  })
  .strict();
const voucherAnswer = z
  .object({
    campaignNumber: z.int(),
    kind: z.string(),
    serial: z.int(),
    grant: base64UrlSchema,
    issuerSignature: base64UrlSchema,
    notBeforeMs: z.int(),
    notAfterMs: z.int(),
  })
  .strict();

interface OperatorRoutesOptions {
  readonly clearing: Clearing;
}

/** Operators come with a bearer token; what each may do depends on the roles. */
export const operatorRoutes: FastifyPluginAsync<OperatorRoutesOptions> = async (plain, { clearing }) => {
  const server = plain as unknown as Server;
  const { context } = clearing;
  const { db } = context.storage;
  const operators = new WeakMap<FastifyRequest, Operator>();
  const operatorOf = (request: FastifyRequest): Operator => {
    const operator = operators.get(request);
    if (operator === undefined) throw new Error('an operator route was reached without a token');
    return operator;
  };
  server.addHook('preValidation', async (request) => {
    const token = /^Bearer ([A-Za-z0-9_-]{1,128})$/.exec(request.headers.authorization ?? '')?.[1];
    const operator = token === undefined ? null : await findOperator(db, token);
    if (operator === null) throw new ApiError('forbidden', 'needs an operator token');
    operators.set(request, operator);
  });

  server.post(
    '/v1/operator/operators',
    {
      schema: {
        tags: ['operator'],
        security,
        body: z
          .object({ name: z.string().min(1).max(80), roles: z.array(z.enum(ROLES)).min(1).max(ROLES.length) })
          .strict(),
        response: { 200: z.object({ id: idSchema, token: z.string() }).strict(), ...failures },
      },
    },
    async (request) => {
      requireRole(operatorOf(request), 'admin');
      const { operator, token } = await createOperator(context, request.body);
      return { id: operator.id, token };
    },
  );
  server.post(
    '/v1/operator/stores',
    {
      schema: { tags: ['operator'], security, body: storeBody, response: { 200: storeAnswer, ...failures } },
    },
    (request) => createStore(context, operatorOf(request), request.body),
  );
  server.get(
    '/v1/operator/stores/:id',
    {
      schema: { tags: ['operator'], security, params: idParams, response: { 200: storeAnswer, ...failures } },
    },
    (request) => readStoreView(db, request.params.id),
  );
  for (const stage of ['district', 'city'] as const) {
    server.post(
      `/v1/operator/stores/:id/admissions/${stage}`,
      {
        schema: {
          tags: ['operator'],
          security,
          params: idParams,
          response: { 200: storeAnswer, ...failures },
        },
      },
      (request) => admitStore(context, operatorOf(request), request.params.id, stage),
    );
  }
  for (const [action, suspended] of [
    ['suspend', true],
    ['resume', false],
  ] as const) {
    server.post(
      `/v1/operator/stores/:id/${action}`,
      {
        schema: {
          tags: ['operator'],
          security,
          params: idParams,
          body: reasonBody,
          response: { 200: storeAnswer, ...failures },
        },
      },
      (request) =>
        setStoreSuspended(context, operatorOf(request), request.params.id, suspended, request.body.reason),
    );
  }
  server.post(
    '/v1/operator/stores/:id/activations',
    {
      schema: {
        tags: ['operator'],
        security,
        params: idParams,
        body: z.object({ counter: z.string().min(1).max(40) }).strict(),
        response: {
          200: z.object({ terminalId: idSchema, activationCode: z.string(), expiresAtMs: z.int() }).strict(),
          ...failures,
        },
      },
    },
    (request) => createActivation(context, operatorOf(request), request.params.id, request.body.counter),
  );
  server.post(
    '/v1/operator/terminals/:id/status',
    {
      schema: {
        tags: ['operator'],
        security,
        params: idParams,
        body: z
          .object({ status: z.enum(['active', 'suspended', 'retired']), reason: z.string().min(1).max(200) })
          .strict(),
        response: { 200: z.object({ status: z.string() }).strict(), ...failures },
      },
    },
    async (request) => {
      const { status, reason } = request.body;
      await setTerminalStatus(context, operatorOf(request), request.params.id, status, reason);
      return { status };
    },
  );
  server.post(
    '/v1/operator/vouchers',
    {
      schema: {
        tags: ['operator'],
        security,
        body: voucherBody,
        response: { 200: voucherAnswer, ...failures },
      },
    },
    (request) => issueDirectly(context, operatorOf(request), request.body),
  );
  server.post(
    '/v1/operator/payment-codes',
    {
      schema: {
        tags: ['operator'],
        security,
        body: z
          .object({
            campaignNumber: z.int().min(1).max(65_535).default(1),
            person: z.string().min(1).max(200),
          })
          .strict(),
        response: {
          200: z.object({ code: z.string(), expiresAtMs: z.int() }).strict(),
          ...failures,
        },
      },
    },
    (request) => createPaymentCode(context, operatorOf(request), request.body),
  );
  server.get(
    '/v1/operator/redemptions/:id',
    {
      schema: {
        tags: ['operator'],
        security,
        params: idParams,
        response: {
          200: z
            .object({
              redemptionId: idSchema,
              terminalId: idSchema,
              epoch: z.int(),
              seq: z.int(),
              storeId: idSchema,
              serial: z.int(),
              kindNumber: z.int(),
              lines: z.array(
                z
                  .object({
                    kind: z.string(),
                    amountFen: z.int(),
                    shares: z.array(z.int()),
                    redemptionDay: businessDaySchema,
                    settlementDay: businessDaySchema,
                    payoutId: z.string().nullable(),
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
      const found = await findRedemption(db, request.params.id);
      if (found === null) throw new ApiError('not-found', 'nothing settled under this id');
      return { ...found, lines: found.lines.map((line) => ({ ...line, shares: [...line.shares] })) };
    },
  );
  server.get(
    '/v1/operator/day-totals',
    {
      schema: {
        tags: ['operator'],
        security,
        querystring: z
          .object({
            day: businessDaySchema,
            by: z.enum(['redemption', 'settlement']).default('redemption'),
            storeId: idSchema.optional(),
          })
          .strict(),
        response: {
          200: z
            .object({
              totals: z.array(
                z
                  .object({
                    storeId: idSchema,
                    campaignNumber: z.int(),
                    kindNumber: z.int(),
                    kind: z.string(),
                    count: z.int(),
                    amountFen: z.int(),
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
      const { day, by, storeId } = request.query;
      return { totals: [...(await dayTotals(db, day, by, storeId ?? null))] };
    },
  );
  server.get(
    '/v1/operator/campaigns/:number/accounts',
    {
      schema: {
        tags: ['operator'],
        security,
        params: z.object({ number: z.coerce.number().int().min(1).max(65_535) }).strict(),
        response: {
          200: z
            .object({
              accounts: z.array(
                z
                  .object({ name: z.string(), side: z.enum(['debit', 'credit']), balanceFen: z.int() })
                  .strict(),
              ),
            })
            .strict(),
          ...failures,
        },
      },
    },
    async (request) => ({ accounts: [...(await balances(db, request.params.number))] }),
  );
  await Promise.resolve();
};
