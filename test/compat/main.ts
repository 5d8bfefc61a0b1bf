import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import type { CoreProcess } from '../support/core-process.ts';
import * as now from '../support/outside.ts';
import { startPostgres } from '../support/postgres.ts';
import { startBalancer } from '../support/tcp-balancer.ts';

/**
 * `npm run compat -- --old FOLDER [--engine sqlite|postgres]`: a checkout of an older commit, installed, leaves two
 * counters and a clearing database: one counter with unsent entries, one with held ones. This commit must open them,
 * settle to the fen, let two operators settle what is held, and find nothing wrong in any journal.
 */
const { values } = parseArgs({
  options: { old: { type: 'string' }, engine: { type: 'string', default: 'sqlite' } },
});
if (values.old === undefined) throw new Error('--old FOLDER is missing: a checkout of an older commit');
const old = (await import(join(resolve(values.old), 'test/support/outside.ts'))) as typeof now;
const PIN = '246810';
const DISCOUNT_FEN = 2000;
const ENTRIES_EACH = 3;

const work = mkdtempSync(join(tmpdir(), 'compat-'));
const postgres = values.engine === 'postgres' ? await startPostgres() : null;
if (postgres !== null) process.env['CLEARING_DATABASE'] = await postgres.database();
const books = join(work, 'clearing');
mkdirSync(books);

async function ask(clearing: now.ClearingDoor, token: string, path: string, body?: unknown) {
  const answer = await fetch(`${clearing.url}/v1/operator/${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  const value: unknown = await answer.json();
  return value;
}
const idSchema = z.object({ id: z.string() });
const tokenSchema = z.object({ token: z.string() });
const heldSchema = z.object({
  entries: z.array(
    z.object({
      terminalId: z.string(),
      epoch: z.int(),
      seq: z.int(),
      hash: z.string(),
      kind: z.string(),
      storeId: z.string(),
    }),
  ),
});
const accountsSchema = z.object({
  accounts: z.array(z.object({ name: z.string(), balanceFen: z.int() })),
});
const rowsSchema = z.array(z.object({ seq: z.int(), state: z.string() }));

const states = async (core: CoreProcess): Promise<readonly string[]> =>
  rowsSchema.parse(await core.call('redemptions.recent', { limit: 100 })).map(({ state }) => state);
async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 300; tries += 1) {
    if (await holds()) return;
    await new Promise((done) => setTimeout(done, 200));
  }
  throw new Error(`waited too long for ${what}`);
}
const settled = (core: CoreProcess): boolean => core.latest('sync')?.pendingCount === 0;

// The old commit works: each counter settles some, then redeems as many without a network.
// Both servers stand behind one address, as after an update in place.
const address: string[] = [];
const door = await startBalancer(address);
const phone = old.createPhone();
const before = await old.startClearing(books);
address[0] = before.url;
const [unsent, heldLater] = ['supermarket', 'restaurant'].map((name) => ({
  name,
  folder: old.makeDataFolder(join(work, name)),
}));
assert(unsent !== undefined && heldLater !== undefined);
const counters = [unsent, heldLater];
const second = tokenSchema.parse(
  await ask(before, before.operatorToken, 'operators', {
    name: 'second',
    roles: ['admin', 'district', 'bureau', 'unionpay', 'finance', 'auditor'],
  }),
).token;
const vouchers = old.voucherStock(before, phone);
await vouchers.order(counters.length * ENTRIES_EACH * 2);
const cores = counters.map(({ folder }) => old.startCoreProcess({ dataFolder: folder }));
const stores = z
  .object({ stores: z.array(z.object({ id: z.string(), category: z.string() })) })
  .parse(await ask(before, before.operatorToken, 'stores')).stores;
const store = stores.find(({ category }) => category === 'supermarket');
assert(store !== undefined);
for (const [index, core] of cores.entries()) {
  const activation = z
    .object({ activationCode: z.string() })
    .parse(
      await ask(before, before.operatorToken, `stores/${store.id}/activations`, { counter: `c${index}` }),
    );
  const activated = { ...before, activationCode: () => activation.activationCode };
  await old.openForBusiness(core, activated, door.url);
  for (let sold = 0; sold < ENTRIES_EACH; sold += 1) await old.redeemAt(core, phone, vouchers.next());
  await old.until('the first to settle', () => settled(core));
}
await before.stop();
for (const core of cores) {
  await old.until('no network', () => core.latest('sync')?.connection !== 'online');
  for (let sold = 0; sold < ENTRIES_EACH; sold += 1) {
    const state = await old.redeemAt(core, phone, vouchers.next());
    assert.equal(state?.step, 'accepted', JSON.stringify(state));
  }
}
await cores[0]?.kill();
await before.start();
const hold = (reason: string, suspended: boolean) =>
  ask(before, before.operatorToken, `stores/${store.id}/${suspended ? 'suspend' : 'resume'}`, { reason });
await hold('for this test', true);
const late = cores[1];
assert(late !== undefined);
await until(
  'the late ones to be held',
  async () => (await states(late)).filter((state) => state === 'held').length === ENTRIES_EACH,
);
await late.stop();
await hold('over', false);
await before.stop();
console.log(
  `left by the old commit: ${ENTRIES_EACH} unsent, ${ENTRIES_EACH} held, ${2 * ENTRIES_EACH} settled`,
);

// The new commit goes on.
const after = await now.startClearing(books);
address[0] = after.url;
const held = heldSchema.parse(await after.operator('/v1/operator/held')).entries;
assert.equal(held.length, ENTRIES_EACH);
const reopened = counters.map(({ folder }) => now.startCoreProcess({ dataFolder: folder }));
for (const core of reopened) await core.ready;
for (const { terminalId, epoch, seq, hash } of held) {
  const proposal = { terminalId, epoch, seq, hash, decision: 'settle', note: 'seen' };
  const { id } = idSchema.parse(await ask(after, after.operatorToken, 'held/proposals', proposal));
  await ask(after, second, `held/proposals/${id}/approve`, {});
}
for (const [index, core] of reopened.entries()) {
  const { app } = await core.call('app.snapshot', undefined);
  await core.call('access.signIn', { userId: app.users[0]?.id ?? '', pin: PIN });
  await until(`counter ${index} to have all settled`, async () => {
    const all = await states(core);
    return all.length === 2 * ENTRIES_EACH && all.every((state) => state === 'settled');
  });
}
const { accounts } = accountsSchema.parse(await after.operator('/v1/operator/campaigns/1/accounts'));
const paidFen = accounts
  .filter(({ name }) => name.startsWith('settlement'))
  .reduce((sum, { balanceFen }) => sum + balanceFen, 0);
assert.equal(paidFen, 2 * 2 * ENTRIES_EACH * DISCOUNT_FEN, JSON.stringify(accounts));
for (const core of reopened) await core.stop();
await after.stop();
for (const { folder } of counters) {
  const cli = join(import.meta.dirname, '../../src/cli/main.ts');
  console.log(
    execFileSync(process.execPath, [cli, 'verify-journal', join(folder, 'journal.db')], { encoding: 'utf8' }),
  );
}
await door.close();
await postgres?.stop();
console.log(`${values.engine}: all ${4 * ENTRIES_EACH} settled, ${paidFen} fen, journals verified`);
