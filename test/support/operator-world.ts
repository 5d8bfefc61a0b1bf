import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { submitCarClaim } from '../../src/clearing/cars/car-claims.ts';
import { demoPack } from '../../src/clearing/demo.ts';
import { loadKeys } from '../../src/clearing/keys/keys.ts';
import { createOperator, type Role } from '../../src/clearing/operator/operators.ts';
import { setStoreSuspended } from '../../src/clearing/operator/stores.ts';
import { openSqlite } from '../../src/clearing/storage/storage.ts';
import { businessDay, DAY_MS } from '../../src/domain/business-day.ts';
import { carClaim, carPapers } from './car-claim.ts';
import { createWorld } from './clearing-world.ts';

/** What clearing holds when the operators come to work: everything of it happened yesterday. */
export interface OperatorWorld {
  readonly day: string;
  readonly tokens: Readonly<Record<Role, string>>;
  readonly claimId: string;
  readonly contradictingClaimId: string;
}

const PEOPLE: Readonly<Record<Role, string>> = {
  admin: '管理员赵',
  district: '初审钱',
  bureau: '商务局孙',
  unionpay: '银联李',
  finance: '财政周',
  auditor: '审计吴',
};

/**
 * Leaves a data folder for a clearing process: yesterday one redemption was settled, and two returns of it with wrong
 * sums are held; one is held because its store was suspended when it came, one terminal's journal has a gap, two car
 * claims wait, a till's file differs.
 */
export async function prepareYesterday(dataFolder: string): Promise<OperatorWorld> {
  mkdirSync(dataFolder, { recursive: true });
  const todayMs = Date.now();
  const nowMs = todayMs - DAY_MS;
  const day = businessDay(nowMs);
  const world = await createWorld({
    storage: await openSqlite(join(dataFolder, 'clearing.sqlite')),
    keys: loadKeys(join(dataFolder, 'keys.json')),
    nowMs,
    packs: [demoPack(todayMs)],
  });
  const { context } = world.clearing;
  const order = async () => {
    const { phone } = await world.voucher({ kind: 'supermarket-40' });
    const evidence = phone.evidence(nowMs);
    return { evidence, atMs: nowMs, amountFen: 25_000, discountFen: 4000 };
  };
  const good = await world.terminal(await world.store('supermarket'));
  const sold = good.redeem({ ...(await order()), receiptNumber: '0001' });
  await good.send();
  const wrongly = { returnedFen: 1000, backToFundFen: 500, paidOutFen: 500 };
  for (let times = 0; times < 2; times += 1) good.refund(sold, nowMs, wrongly);
  await good.send();
  await world.call('POST', '/v1/operator/reconciliations/till', {
    storeId: good.storeId,
    day,
    csv: 'receipt,amount\n0001,30.00\n',
  });
  const suspended = await world.terminal(await world.store('supermarket'));
  suspended.redeem(await order());
  await setStoreSuspended(context, world.operator, suspended.storeId, true, 'complaints');
  await suspended.send();
  const gapped = await world.terminal(await world.store('supermarket'));
  gapped.redeem(await order());
  gapped.redeem(await order());
  await gapped.send(gapped.journal.filter((_, index) => index !== 1));
  await world.voucher({ kind: 'catering-60' });
  const issuedOn = businessDay(todayMs - 5 * DAY_MS);
  const claimed = async (ownerName?: string): Promise<string> => {
    const papers = carPapers({
      invoice: { issuedOn },
      registration: { registeredOn: issuedOn, ...(ownerName === undefined ? {} : { ownerName }) },
    });
    const { id } = await submitCarClaim(context, world.operator, carClaim(papers).claim);
    return id;
  };
  const claimId = await claimed();
  const contradictingClaimId = await claimed('张大海');
  const tokens: Partial<Record<Role, string>> = {};
  for (const [role, name] of Object.entries(PEOPLE) as [Role, string][])
    tokens[role] = (await createOperator(context, { id: `op-${role}`, name, roles: [role] })).token;
  // Where the process would have left it for an operator who may do everything.
  writeFileSync(join(dataFolder, 'operator-token'), world.tokens.operator, { mode: 0o600 });
  await world.close();
  return { day, tokens: tokens as Record<Role, string>, claimId, contradictingClaimId };
}
