import type { z } from 'zod';
import type { issuerKeyViewSchema } from '../../contract/clearing/operator/issuer-keys.ts';
import type { Context } from '../context.ts';
import { ApiError } from '../errors.ts';
import { publishRing } from '../packs/key-ring.ts';
import { audit, type Operator, requireRole } from './operators.ts';

type IssuerKeyView = z.infer<typeof issuerKeyViewSchema>;

/** The issuer keys as terminals know them, oldest first. */
export async function listIssuerKeys(context: Context): Promise<readonly IssuerKeyView[]> {
  const ring = await context.rings.current(context.storage.db);
  return [...ring.keys.values()].map(({ data: { number, algorithm, revokedAtMs } }) => ({
    number,
    algorithm,
    revokedAtMs,
  }));
}

/**
 * Ends a key that is no longer only clearing's: from now on no voucher under it is redeemed, online or, once a
 * terminal has had its next feed, offline. What was redeemed before stays. Needs the role `admin`; revoking it again
 * changes nothing. Refuses `not-found`.
 */
export async function revokeIssuerKey(
  context: Context,
  operator: Operator,
  number: number,
  reason: string,
): Promise<IssuerKeyView> {
  requireRole(operator, 'admin');
  const key = await find(context, number);
  if (key.revokedAtMs !== null) return key;
  await publishRing(context.storage, context.keys, context.now(), {
    number,
    audit: (tx) => audit(tx, context, operator, 'issuer-key-revoked', String(number), { reason }),
  });
  return find(context, number);
}

async function find(context: Context, number: number): Promise<IssuerKeyView> {
  const key = (await listIssuerKeys(context)).find((one) => one.number === number);
  if (key === undefined) throw new ApiError('not-found', 'no such issuer key');
  return key;
}
