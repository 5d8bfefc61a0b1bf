import { z } from 'zod';
import {
  claimOutcomeSchema,
  claimSchema,
  directIssueSchema,
  issuedVoucherSchema,
  newPaymentCodeSchema,
  paymentCodeSchema,
  voucherViewSchema,
} from '../../../contract/clearing/operator/campaigns.ts';
import { reasonSchema } from '../../../contract/clearing/operator/stores.ts';
import { ClaimDesk } from '../../issuance/claims.ts';
import { requireRole } from '../../operator/operators.ts';
import { createPaymentCode } from '../../operator/payment-codes.ts';
import { issueDirectly, readVoucher, revokeVoucher } from '../../operator/vouchers.ts';
import { CLAIMS_ROUTE, failures, operatorRoute } from './gate.ts';
import type { RouteParts } from './routes.ts';

const voucherParams = z
  .object({
    number: z.coerce.number().int().min(1).max(65_535),
    serial: z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER),
  })
  .strict();

/** What the wallet asks (UnionPay's part): claims, payment codes; and single vouchers. */
export function issuanceRoutes({ server, clearing, operatorOf }: RouteParts): void {
  const { context } = clearing;
  const desk = new ClaimDesk(context);
  server.post(
    CLAIMS_ROUTE,
    { schema: { ...operatorRoute, body: claimSchema, response: { 200: claimOutcomeSchema, ...failures } } },
    (request) => {
      requireRole(operatorOf(request), 'unionpay');
      return desk.claim(request.body);
    },
  );
  server.post(
    '/v1/operator/payment-codes',
    {
      schema: {
        ...operatorRoute,
        body: newPaymentCodeSchema,
        response: { 200: paymentCodeSchema, ...failures },
      },
    },
    (request) => createPaymentCode(context, operatorOf(request), request.body),
  );
  server.post(
    '/v1/operator/vouchers',
    {
      schema: {
        ...operatorRoute,
        body: directIssueSchema,
        response: { 200: issuedVoucherSchema, ...failures },
      },
    },
    (request) => issueDirectly(context, operatorOf(request), request.body),
  );
  server.get(
    '/v1/operator/campaigns/:number/vouchers/:serial',
    {
      schema: { ...operatorRoute, params: voucherParams, response: { 200: voucherViewSchema, ...failures } },
    },
    (request) => readVoucher(context, request.params.number, request.params.serial),
  );
  server.post(
    '/v1/operator/campaigns/:number/vouchers/:serial/revoke',
    {
      schema: {
        ...operatorRoute,
        params: voucherParams,
        body: reasonSchema,
        response: { 200: voucherViewSchema, ...failures },
      },
    },
    (request) => {
      const { number, serial } = request.params;
      return revokeVoucher(context, operatorOf(request), number, serial, request.body.reason);
    },
  );
}
