import type { FastifyPluginAsync } from 'fastify';
import type { Clearing } from '../../create-clearing.ts';
import type { RateLimiter } from '../rate-limit.ts';
import { carRoutes } from '../car-routes.ts';
import { pinResetRoutes } from '../pin-reset-routes.ts';
import type { Server } from '../server.ts';
import { settlementOperatorRoutes } from '../settlement-operator-routes.ts';
import { campaignRoutes } from './campaign-routes.ts';
import { createOperatorGate, type OperatorGate } from './gate.ts';
import { heldRoutes } from './held-routes.ts';
import { issuanceRoutes } from './issuance-routes.ts';
import { issuerKeyRoutes } from './issuer-key-routes.ts';
import { operatorsRoutes } from './operators-routes.ts';
import { pageDataRoutes } from './page-data-routes.ts';
import { reportRoutes } from './report-routes.ts';
import { storeRoutes } from './store-routes.ts';

/** What a group of an operator's routes is made with. */
export interface RouteParts {
  readonly server: Server;
  readonly clearing: Clearing;
  readonly operatorOf: OperatorGate['operatorOf'];
}

interface OperatorRoutesOptions {
  readonly clearing: Clearing;
  readonly limiter: RateLimiter;
}

/** Operators come with a bearer token; what each may do depends on the roles. */
export const operatorRoutes: FastifyPluginAsync<OperatorRoutesOptions> = async (
  plain,
  { clearing, limiter },
) => {
  const server = plain as unknown as Server;
  const { authorised, operatorOf } = createOperatorGate(clearing.context, limiter);
  server.addHook('preValidation', authorised);
  const parts: RouteParts = { server, clearing, operatorOf };
  operatorsRoutes(parts);
  issuerKeyRoutes(parts);
  storeRoutes(parts);
  campaignRoutes(parts);
  issuanceRoutes(parts);
  heldRoutes(parts);
  reportRoutes(parts);
  settlementOperatorRoutes(parts);
  carRoutes(parts);
  pinResetRoutes(parts);
  pageDataRoutes(parts);
  await Promise.resolve();
};
