import { z } from 'zod';
import {
  CAR_CLAIM_STATUSES,
  CAR_REVIEWERS,
  carClaimRequestSchema,
  carClaimSchema,
  carPapersSchema,
  carReviewRequestSchema,
} from '../../contract/clearing/car-papers.ts';
import { base64UrlSchema } from '../../contract/journal/entry.ts';
import {
  carClaimPlaceSchema,
  listCarClaims,
  readCarClaim,
  readCarPapers,
  submitCarClaim,
} from '../cars/car-claims.ts';
import { readCarVoucher, reviewCarClaim } from '../cars/review.ts';
import { requireRole } from '../operator/operators.ts';
import { failures, operatorRoute as anyOperator } from './operator/gate.ts';
import type { RouteParts } from './operator/routes.ts';

const idParams = z.object({ id: z.string().min(1).max(64) }).strict();
const operatorRoute = { ...anyOperator, tags: ['cars'] };
const claimAnswer = { 200: carClaimSchema, ...failures };
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

/**
 * Car vouchers: the wallet hands in papers (role `unionpay`), two people review them (`unionpay`, then `bureau`), the
 * wallet fetches the voucher. Lists and claims carry no personal data; the papers do, and reading them is audited.
 */
export function carRoutes({ server, clearing, operatorOf }: RouteParts): void {
  const { context } = clearing;

  server.post(
    '/v1/operator/car-claims',
    { schema: { ...operatorRoute, body: carClaimRequestSchema, response: claimAnswer } },
    async (request) => submitCarClaim(context, operatorOf(request), request.body),
  );
  server.get(
    '/v1/operator/car-claims',
    {
      schema: {
        ...operatorRoute,
        querystring: z
          .object({
            campaignNumber: z.coerce.number().int().min(1).max(65_535).default(1),
            status: z.enum(CAR_CLAIM_STATUSES),
            after: carClaimPlaceSchema.optional(),
          })
          .strict(),
        response: {
          200: z.object({ claims: z.array(carClaimSchema), next: z.string().nullable() }).strict(),
          ...failures,
        },
      },
    },
    async (request) => {
      requireRole(operatorOf(request), 'unionpay', 'bureau', 'auditor');
      const { campaignNumber, status, after = null } = request.query;
      return listCarClaims(context, { campaignNumber, status, after });
    },
  );
  server.get(
    '/v1/operator/car-claims/:id',
    { schema: { ...operatorRoute, params: idParams, response: claimAnswer } },
    async (request) => {
      requireRole(operatorOf(request), 'unionpay', 'bureau', 'auditor');
      return readCarClaim(context, request.params.id);
    },
  );
  server.get(
    '/v1/operator/car-claims/:id/papers',
    { schema: { ...operatorRoute, params: idParams, response: { 200: carPapersSchema, ...failures } } },
    async (request) => readCarPapers(context, operatorOf(request), request.params.id),
  );
  for (const reviewer of CAR_REVIEWERS) {
    server.post(
      `/v1/operator/car-claims/:id/reviews/${reviewer}`,
      {
        schema: { ...operatorRoute, params: idParams, body: carReviewRequestSchema, response: claimAnswer },
      },
      async (request) =>
        reviewCarClaim(context, operatorOf(request), request.params.id, reviewer, request.body),
    );
  }
  server.get(
    '/v1/operator/car-claims/:id/voucher',
    { schema: { ...operatorRoute, params: idParams, response: { 200: voucherAnswer, ...failures } } },
    async (request) => readCarVoucher(context, operatorOf(request), request.params.id),
  );
}
