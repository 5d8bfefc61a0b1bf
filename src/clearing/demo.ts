import { zhumadian2023Pack } from '../contract/campaign/zhumadian-2023.ts';
import { businessDay, DAY_MS } from '../domain/business-day.ts';
import type { Context } from './context.ts';
import type { Category } from '../domain/campaign.ts';
import type { Operator } from './operator/operators.ts';
import { admitStore, createActivation, createStore, findStore } from './operator/stores.ts';

export interface DemoSeed {
  readonly stores: readonly {
    readonly storeId: string;
    readonly category: Category;
    readonly counter: string;
    readonly terminalId: string;
    readonly activationCode: string;
  }[];
}

const STORES = [
  { id: 'demo-supermarket', nameZh: '演示超市', nameEn: 'Demo supermarket', category: 'supermarket' },
  { id: 'demo-restaurant', nameZh: '演示餐厅', nameEn: 'Demo restaurant', category: 'catering' },
  { id: 'demo-petrol', nameZh: '演示加油站', nameEn: 'Demo petrol station', category: 'petrol' },
  { id: 'demo-appliance', nameZh: '演示家电城', nameEn: 'Demo appliance store', category: 'appliance' },
  { id: 'demo-car', nameZh: '演示汽车4S店', nameEn: 'Demo car dealer', category: 'car' },
] as const;

/** The plan of 2023 as if it had opened a month ago, announced ten days before that. */
export function demoPack(nowMs: number): unknown {
  return zhumadian2023Pack({
    announcedOn: businessDay(nowMs - 40 * DAY_MS),
    opensOn: businessDay(nowMs - 30 * DAY_MS),
    lastDay: businessDay(nowMs + 180 * DAY_MS),
    expiresAt: `${businessDay(nowMs + 360 * DAY_MS)}T00:00:00+08:00`,
  });
}

const district: Operator = { id: 'demo-district', name: 'Demo district', roles: ['admin', 'district'] };
const bureau: Operator = { id: 'demo-bureau', name: 'Demo bureau', roles: ['bureau'] };

/** One admitted store of each category with one counter; a fresh activation code for each at every start. */
export async function seedDemo(context: Context): Promise<DemoSeed> {
  const stores = [];
  for (const store of STORES) {
    if ((await findStore(context.storage.db, store.id)) === null) {
      await createStore(context, district, { ...store, cutOverMinutes: 0, basis: 'demonstration' });
      await admitStore(context, district, store.id, 'district');
      await admitStore(context, bureau, store.id, 'city');
    }
    const { terminalId, activationCode } = await createActivation(context, district, store.id, '1');
    stores.push({ storeId: store.id, category: store.category, counter: '1', terminalId, activationCode });
  }
  return { stores };
}
