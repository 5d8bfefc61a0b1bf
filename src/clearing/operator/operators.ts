import { type OperatorView, ROLES, type Role } from '../../contract/clearing/operator/common.ts';
import { type Context, hashSecret, newId } from '../context.ts';
import { ApiError } from '../errors.ts';
import type { OperatorTable } from '../storage/schema.ts';
import type { Reader } from '../storage/storage.ts';

export { ROLES, type Role };

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

function viewOf(row: OperatorTable): OperatorView {
  return {
    id: row.id,
    name: row.name,
    roles: JSON.parse(row.roles) as Role[],
    disabled: row.disabled === 1,
    createdAtMs: row.created_at_ms,
  };
}

/** Everyone who has or had a token, by id. */
export async function listOperators(db: Reader): Promise<readonly OperatorView[]> {
  const rows = await db.selectFrom('operators').selectAll().orderBy('id').execute();
  return rows.map(viewOf);
}

/** Ends a token for good. Nobody ends their own, so that one administrator always remains. */
export async function disableOperator(context: Context, by: Operator, id: string): Promise<OperatorView> {
  requireRole(by, 'admin');
  if (by.id === id) throw new ApiError('conflict', 'nobody ends their own token');
  return context.storage.transaction(async (tx) => {
    const row = await tx
      .updateTable('operators')
      .set({ disabled: 1 })
      .where('id', '=', id)
      .returningAll()
      .executeTakeFirst();
    if (row === undefined) throw new ApiError('not-found', 'no such operator');
    await audit(tx, context, by, 'operator-disabled', id);
    return viewOf(row);
  });
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
