import type { z } from 'zod';
import type { storesQuerySchema, StoreView } from '../../contract/clearing/operator/stores.ts';
import { DAY_MS } from '../../domain/business-day.ts';
import type { Category } from '../../domain/campaign.ts';
import { type Context, hashSecret, newId } from '../context.ts';
import { ApiError } from '../errors.ts';
import type { StoreTable } from '../storage/schema.ts';
import type { Reader } from '../storage/storage.ts';
import { audit, type Operator, requireRole } from './operators.ts';

/** An activation code is good for this long, milliseconds. */
const ACTIVATION_LIFE_MS = 7 * DAY_MS;

export interface NewStore {
  readonly id?: string | undefined;
  readonly nameZh: string;
  readonly nameEn: string;
  readonly category: Category;
  readonly cutOverMinutes: number;
  /** Why it may take part (plan section 六: 限上、准限上企业 …). */
  readonly basis: string;
}

/** Enters a store; it takes part only after both stages of admission. */
export async function createStore(context: Context, operator: Operator, store: NewStore): Promise<StoreView> {
  requireRole(operator, 'admin', 'district');
  const id = store.id ?? newId(context, 'st');
  const { db } = context.storage;
  if ((await findStore(db, id)) !== null) throw new ApiError('conflict', 'a store with this id exists');
  await db
    .insertInto('stores')
    .values({
      id,
      name_zh: store.nameZh,
      name_en: store.nameEn,
      category: store.category,
      status: 'not-admitted',
      cut_over_minutes: store.cutOverMinutes,
      basis: store.basis,
      district_by: null,
      city_by: null,
      suspended_at_ms: null,
      created_at_ms: context.now(),
    })
    .execute();
  await audit(db, context, operator, 'store-created', id, { category: store.category });
  return readStoreView(db, id);
}

export async function findStore(db: Reader, id: string): Promise<StoreView | null> {
  const row = await db.selectFrom('stores').selectAll().where('id', '=', id).executeTakeFirst();
  return row === undefined ? null : viewOf(row);
}

function viewOf(row: StoreTable): StoreView {
  return {
    id: row.id,
    nameZh: row.name_zh,
    nameEn: row.name_en,
    category: row.category,
    status: row.status,
    cutOverMinutes: row.cut_over_minutes,
    basis: row.basis,
    districtBy: row.district_by,
    cityBy: row.city_by,
  };
}

/** Stores by id, a page at a time. */
export async function listStores(
  db: Reader,
  { status, category, after, limit }: z.infer<typeof storesQuerySchema>,
): Promise<{ readonly stores: StoreView[]; readonly more: boolean }> {
  let query = db
    .selectFrom('stores')
    .selectAll()
    .where('id', '>', after)
    .orderBy('id')
    .limit(limit + 1);
  if (status !== undefined) query = query.where('status', '=', status);
  if (category !== undefined) query = query.where('category', '=', category);
  const rows = await query.execute();
  return { stores: rows.slice(0, limit).map(viewOf), more: rows.length > limit };
}

export async function readStoreView(db: Reader, id: string): Promise<StoreView> {
  const store = await findStore(db, id);
  if (store === null) throw new ApiError('not-found', 'no such store');
  return store;
}

/**
 * One stage of the admission: the district first (属地商务主管部门初审), then the city (市商务局), by two people
 * (plan section 六 and 九). The district may write down what the eligibility rests on; the city needs that.
 */
export async function admitStore(
  context: Context,
  operator: Operator,
  id: string,
  stage: 'district' | 'city',
  basis: string | null = null,
): Promise<StoreView> {
  requireRole(operator, stage === 'district' ? 'district' : 'bureau');
  return context.storage.transaction(async (tx) => {
    const store = await readStoreView(tx, id);
    if (stage === 'district') {
      if (store.districtBy !== null)
        throw new ApiError('conflict', 'the district has passed this store already');
      await tx
        .updateTable('stores')
        .set({ district_by: operator.id, basis: basis ?? store.basis })
        .where('id', '=', id)
        .execute();
    } else {
      if (store.districtBy === null) throw new ApiError('conflict', 'the district comes first');
      if (store.districtBy === operator.id)
        throw new ApiError('forbidden', 'the second stage needs another person');
      if (store.basis === '') throw new ApiError('conflict', 'nothing says what its eligibility rests on');
      if (store.status === 'admitted') throw new ApiError('conflict', 'the store is admitted already');
      await tx
        .updateTable('stores')
        .set({ city_by: operator.id, status: 'admitted', suspended_at_ms: null })
        .where('id', '=', id)
        .execute();
    }
    await audit(tx, context, operator, `store-admitted-${stage}`, id, { basis: basis ?? store.basis });
    return readStoreView(tx, id);
  });
}

/** Takes a store out (plan section 十, 4), or back in. */
export async function setStoreSuspended(
  context: Context,
  operator: Operator,
  id: string,
  suspended: boolean,
  reason: string,
): Promise<StoreView> {
  requireRole(operator, 'bureau');
  return context.storage.transaction(async (tx) => {
    const store = await readStoreView(tx, id);
    if (store.status === 'not-admitted') throw new ApiError('conflict', 'the store is not admitted');
    await tx
      .updateTable('stores')
      .set({
        status: suspended ? 'suspended' : 'admitted',
        suspended_at_ms: suspended ? context.now() : null,
      })
      .where('id', '=', id)
      .execute();
    await audit(tx, context, operator, suspended ? 'store-suspended' : 'store-resumed', id, { reason });
    return readStoreView(tx, id);
  });
}

/** Makes a counter's terminal, or a new epoch for one that was restored, and a code to activate it with. */
export async function createActivation(
  context: Context,
  operator: Operator,
  storeId: string,
  counter: string,
): Promise<{ readonly terminalId: string; readonly activationCode: string; readonly expiresAtMs: number }> {
  requireRole(operator, 'admin');
  return context.storage.transaction(async (tx) => {
    await readStoreView(tx, storeId);
    const existing = await tx
      .selectFrom('terminals')
      .select(['id', 'status'])
      .where('store_id', '=', storeId)
      .where('counter', '=', counter)
      .executeTakeFirst();
    if (existing !== undefined && existing.status !== 'active')
      throw new ApiError('conflict', `the terminal of this counter is ${existing.status}`);
    const terminalId = existing?.id ?? newId(context, 't');
    if (existing === undefined) {
      await tx
        .insertInto('terminals')
        .values({
          id: terminalId,
          store_id: storeId,
          counter,
          status: 'active',
          epoch: 0,
          software_version: '',
          last_seen_at_ms: null,
        })
        .execute();
    }
    const activationCode = context.random(10).toString('hex').toUpperCase();
    const expiresAtMs = context.now() + ACTIVATION_LIFE_MS;
    await tx
      .insertInto('activation_codes')
      .values({
        code_hash: hashSecret(activationCode),
        terminal_id: terminalId,
        expires_at_ms: expiresAtMs,
        used_at_ms: null,
        used_by_key: null,
        answer: null,
      })
      .execute();
    await audit(tx, context, operator, 'activation-created', terminalId, { storeId, counter });
    return { terminalId, activationCode, expiresAtMs };
  });
}

/** Suspends, resumes or retires a terminal; a retired one stays so. */
export async function setTerminalStatus(
  context: Context,
  operator: Operator,
  id: string,
  status: 'active' | 'suspended' | 'retired',
  reason: string,
): Promise<void> {
  requireRole(operator, 'admin', 'bureau');
  await context.storage.transaction(async (tx) => {
    const terminal = await tx
      .selectFrom('terminals')
      .select('status')
      .where('id', '=', id)
      .executeTakeFirst();
    if (terminal === undefined) throw new ApiError('not-found', 'no such terminal');
    if (terminal.status === 'retired') throw new ApiError('conflict', 'a retired terminal stays retired');
    await tx.updateTable('terminals').set({ status }).where('id', '=', id).execute();
    await audit(tx, context, operator, `terminal-${status}`, id, { reason });
  });
}
