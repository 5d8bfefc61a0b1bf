import { type Context, hashSecret, newId } from '../context.ts';
import { ApiError } from '../errors.ts';
import { type Reader } from '../storage/storage.ts';

/** Who may do what on the operator's side. */
export const ROLES = [
  /** Makes operators, publishes packs, makes terminals. */
  'admin',
  /** First stage of a store's admission (属地商务主管部门初审). */
  'district',
  /** Second stage, suspension, second review of cars (市商务局). */
  'bureau',
  /** Issues vouchers, first review of cars, prepares settlement (中国银联). */
  'unionpay',
  /** Approves what moves money (财政局). */
  'finance',
  /** Reads everything, changes nothing (审计局). */
  'auditor',
] as const;
export type Role = (typeof ROLES)[number];

export interface Operator {
  readonly id: string;
  readonly name: string;
  readonly roles: readonly Role[];
}

/** Makes an operator; the token is shown once and kept as a hash only. */
export async function createOperator(
  context: Context,
  wanted: { readonly name: string; readonly roles: readonly Role[]; readonly id?: string | undefined },
): Promise<{ readonly operator: Operator; readonly token: string }> {
  const token = `zmd_${context.random(24).toString('base64url')}`;
  const operator = { id: wanted.id ?? newId(context, 'op'), name: wanted.name, roles: wanted.roles };
  await context.storage.db
    .insertInto('operators')
    .values({
      id: operator.id,
      name: operator.name,
      token_hash: hashSecret(token),
      roles: JSON.stringify(operator.roles),
      created_at_ms: context.now(),
      disabled: 0,
    })
    .execute();
  return { operator, token };
}

/** The operator of a token, or null. */
export async function findOperator(db: Reader, token: string): Promise<Operator | null> {
  const row = await db
    .selectFrom('operators')
    .selectAll()
    .where('token_hash', '=', hashSecret(token))
    .where('disabled', '=', 0)
    .executeTakeFirst();
  if (row === undefined) return null;
  return { id: row.id, name: row.name, roles: JSON.parse(row.roles) as Role[] };
}

/** Throws `forbidden` unless the operator has one of the roles. */
export function requireRole(operator: Operator, ...roles: readonly Role[]): void {
  if (roles.some((role) => operator.roles.includes(role))) return;
  throw new ApiError('forbidden', `needs one of the roles ${roles.join(', ')}`);
}

/** Keeps who did what. */
export async function audit(
  db: Reader,
  context: Pick<Context, 'now'>,
  operator: Operator,
  action: string,
  subject: string,
  details: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  await db
    .insertInto('audit')
    .values({
      at_ms: context.now(),
      operator: operator.id,
      action,
      subject,
      details: JSON.stringify(details),
    })
    .execute();
}
