import type { Context } from '../../../src/clearing/context.ts';
import { createOperator, type Operator, ROLES } from '../../../src/clearing/operator/operators.ts';
import { admitStore, createStore } from '../../../src/clearing/operator/stores.ts';

/** A supermarket that district and city have admitted, and an operator who may do everything. */
export async function admittedStore(
  context: Context,
): Promise<{ readonly operator: Operator; readonly storeId: string }> {
  const { operator } = await createOperator(context, { name: 'one', roles: ROLES });
  const { operator: second } = await createOperator(context, { name: 'two', roles: ROLES });
  const { id } = await createStore(context, operator, {
    nameZh: '店',
    nameEn: 'Store',
    category: 'supermarket',
    cutOverMinutes: 0,
    basis: 'measurement',
  });
  await admitStore(context, operator, id, 'district');
  await admitStore(context, second, id, 'city');
  return { operator, storeId: id };
}
