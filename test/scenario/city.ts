import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { type Clearing, createClearing } from '../../src/clearing/create-clearing.ts';
import { createOperator, type Operator, type Role } from '../../src/clearing/operator/operators.ts';
import { admitStore, createStore } from '../../src/clearing/operator/stores.ts';
import { openSqlite } from '../../src/clearing/storage/storage.ts';
import type { Campaign, Category } from '../../src/domain/campaign.ts';
import { CLEARING_KEYS, secretOf } from '../simulation/keys.ts';
import { createPhone, type Phone } from '../support/demo-phone.ts';
import { createRandom, type Random } from '../torture/random.ts';
import { Counter } from './counter.ts';
import { FIRST_DAY_MS, type Plan, STORES } from './plan.ts';

/** Everybody who takes part, with one clock for all. */
export interface City {
  readonly plan: Plan;
  readonly clearing: Clearing;
  readonly campaign: Campaign;
  readonly clock: { nowMs: number };
  readonly random: Random;
  /** One person for each role, and two of them wherever two are needed. */
  readonly officials: Readonly<Record<Role, Operator>>;
  readonly counters: readonly Counter[];
  readonly countersOf: (category: Category) => readonly Counter[];
  readonly phone: (person: string) => Phone;
}

function seededBytes(seed: number): (bytes: number) => Buffer {
  let count = 0;
  return (bytes) => {
    count += 1;
    return createHash('shake256', { outputLength: bytes }).update(`scenario ${seed} ${count}`).digest();
  };
}

/** Builds the city in a folder: clearing on SQLite, its officials, admitted shops, activated counters. */
export async function buildCity(plan: Plan, seed: number, folder: string): Promise<City> {
  const clock = { nowMs: FIRST_DAY_MS + 8 * 3_600_000 };
  const clearing = await createClearing({
    storage: await openSqlite(join(folder, 'clearing.sqlite')),
    keys: CLEARING_KEYS,
    now: () => clock.nowMs,
    random: seededBytes(seed),
    packs: [plan.pack],
  });
  const { context } = clearing;
  const official = async (role: Role): Promise<Operator> =>
    (await createOperator(context, { id: role, name: role, roles: [role] })).operator;
  const officials = {
    admin: await official('admin'),
    district: await official('district'),
    bureau: await official('bureau'),
    unionpay: await official('unionpay'),
    finance: await official('finance'),
    auditor: await official('auditor'),
  };
  const counters: Counter[] = [];
  const categories = new Map<string, Category>();
  for (const store of STORES) {
    await createStore(context, officials.district, {
      ...store,
      nameZh: store.id,
      nameEn: store.id,
      basis: '限上企业',
    });
    await admitStore(context, officials.district, store.id, 'district');
    await admitStore(context, officials.bureau, store.id, 'city');
    categories.set(store.id, store.category);
    for (let nth = 1; nth <= store.counters; nth += 1) {
      const place = { storeId: store.id, counter: String(nth), cutOverMinutes: store.cutOverMinutes, folder };
      counters.push(await Counter.open(clearing, officials.admin, place));
    }
  }
  const phones = new Map<string, Phone>();
  return {
    plan,
    clearing,
    campaign: context.packs.latest(1),
    clock,
    random: createRandom(seed),
    officials,
    counters,
    countersOf: (category) => counters.filter(({ storeId }) => categories.get(storeId) === category),
    phone: (person) => {
      const phone = phones.get(person) ?? createPhone({ secret: secretOf(`${person} of ${seed}`) });
      phones.set(person, phone);
      return phone;
    },
  };
}
