import fc from 'fast-check';
import { generateKeyPairSync } from 'node:crypto';
import { expect, it } from 'vitest';
import { createClearing } from '../../../src/clearing/create-clearing.ts';
import { checkHere } from '../../../src/clearing/ingest/signatures.ts';
import { recoverExpired } from '../../../src/clearing/issuance/recovery.ts';
import { createKeys } from '../../../src/clearing/keys/keys.ts';
import { collectReturned } from '../../../src/clearing/ledger/collect.ts';
import { account, balances, paidByFunds, post } from '../../../src/clearing/ledger/ledger.ts';
import { createOperator, ROLES } from '../../../src/clearing/operator/operators.ts';
import { admitStore, createActivation, createStore } from '../../../src/clearing/operator/stores.ts';
import { issueDirectly } from '../../../src/clearing/operator/vouchers.ts';
import { lockMoney, type Storage } from '../../../src/clearing/storage/storage.ts';
import {
  activationRequestSchema,
  entriesRequestSchema,
  ROUTES,
} from '../../../src/contract/clearing/protocol.ts';
import { zhumadian2023Pack } from '../../../src/contract/campaign/zhumadian-2023.ts';
import type { Entry } from '../../../src/contract/journal/entry.ts';
import { DAY_MS } from '../../../src/domain/business-day.ts';
import { TestTerminal, type Transport } from '../../support/clearing-terminal.ts';
import { createPhone, type Phone } from '../../support/demo-phone.ts';
import { NOON } from '../../support/clearing-world.ts';
import { onEachEngine } from '../../support/engines.ts';
import { fundShares } from '../../support/fund-split-model.ts';

const FACE = 2000;
const PRICE = 10_000;
const keys = createKeys();
const terminalKeys = [0, 1].map(() => generateKeyPairSync('ed25519').privateKey);
const phones = Array.from({ length: 8 }, () => createPhone());

type Step =
  | { readonly type: 'claim' | 'wait' | 'recover' }
  | {
      readonly type: 'redeem';
      readonly terminal: number;
      readonly voucher: number;
      readonly offline: boolean;
    }
  | { readonly type: 'reverse'; readonly terminal: number; readonly of: number }
  | { readonly type: 'refund'; readonly terminal: number; readonly of: number; readonly whole: boolean }
  | { readonly type: 'send' | 'payout'; readonly terminal: number };

const small = fc.nat({ max: 20 });
/** Counted from the last one. */
const recent = fc.nat({ max: 2 });
const terminal = fc.nat({ max: 1 });
const stepArbitrary: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom<Step>({ type: 'claim' }) },
  { weight: 1, arbitrary: fc.constantFrom<Step>({ type: 'wait' }, { type: 'recover' }) },
  {
    weight: 8,
    arbitrary: fc.record({
      type: fc.constant('redeem' as const),
      terminal,
      voucher: small,
      offline: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('reverse' as const), terminal, of: recent }) },
  {
    weight: 3,
    arbitrary: fc.record({ type: fc.constant('refund' as const), terminal, of: recent, whole: fc.boolean() }),
  },
  {
    weight: 10,
    arbitrary: fc.record({ type: fc.constantFrom('send' as const, 'payout' as const), terminal }),
  },
);

/** A campaign with money for six vouchers, in funds that their shares don't fit. */
function smallPack(shares: readonly number[] | null, borneBy: 'merchant' | 'fund'): unknown {
  const plan = zhumadian2023Pack();
  const [kind] = plan.kinds;
  if (kind === undefined) throw new Error('a plan without kinds');
  return {
    ...plan,
    statedFundsFen: 12_000,
    categories: [],
    offlineDoubleSpendBorneBy: borneBy,
    ...(borneBy === 'fund' ? { lossReserveFen: 3 * FACE } : {}),
    kinds: [{ ...kind, quota: 6 }],
    funds: [1000, 1999, 9001].map((amountFen, index) => ({
      id: `fund-${String(index)}`,
      nameZh: '资金',
      nameEn: 'Fund',
      amountFen,
      ...(shares === null ? {} : { share: shares[index] }),
    })),
  };
}

async function createPlay(pack: unknown, storage: Storage) {
  const clock = { nowMs: NOON };
  const clearing = await createClearing({
    storage,
    keys,
    packs: [pack],
    now: () => clock.nowMs,
    checkSignatures: checkHere,
  });
  const { context } = clearing;
  const { db } = context.storage;
  const { operator } = await createOperator(context, { name: 'one', roles: ROLES });
  const { operator: second } = await createOperator(context, { name: 'two', roles: ROLES });
  const transport: Transport = {
    plain: (_path, body) => clearing.activate(activationRequestSchema.parse(body)),
    signed: (path, body, terminalId) => {
      if (path !== ROUTES.entries) throw new Error(path);
      return clearing.ingest(terminalId, entriesRequestSchema.parse(body).entries);
    },
  };
  const terminals = await Promise.all(
    terminalKeys.map(async (key, index) => {
      const store = await createStore(context, operator, {
        id: `S${String(index)}`,
        nameZh: '店',
        nameEn: 'Store',
        category: 'supermarket',
        cutOverMinutes: 0,
        basis: 'test',
      });
      await admitStore(context, operator, store.id, 'district');
      await admitStore(context, second, store.id, 'city');
      const { activationCode } = await createActivation(context, operator, store.id, '1');
      const one = new TestTerminal(transport, key);
      await one.activate(activationCode, clock.nowMs);
      return { one, sent: 0, redemptions: [] as Entry[] };
    }),
  );
  const claimed: Phone[] = [];
  /** By fund: what came back with payouts, negative. */
  const collected: number[] = [];

  async function payOut(storeId: string): Promise<void> {
    await context.storage.transaction(async (tx) => {
      await lockMoney(tx);
      const lines = await tx
        .selectFrom('lines')
        .selectAll()
        .where('store_id', '=', storeId)
        .where('payout_id', 'is', null)
        .execute();
      if (lines.length === 0) return;
      const owed =
        (await balances(tx, 1)).find(({ name }) => name === account.payable(storeId))?.balanceFen ?? 0;
      const debt =
        (await balances(tx, 1)).find(({ name }) => name === account.receivable(storeId))?.balanceFen ?? 0;
      const campaign = context.packs.latest(1);
      const transfer = { what: 'payout', reference: 'p', atMs: clock.nowMs };
      await post(tx, 1, transfer, [
        { account: account.payable(storeId), amountFen: owed },
        { account: account.settlement, amountFen: -owed },
      ]);
      const ofLosses = await tx
        .selectFrom('lines as correction')
        .innerJoin('lines as corrected', 'corrected.id', 'correction.corrects')
        .select('correction.amount_fen as amount')
        .where('correction.store_id', '=', storeId)
        .where('correction.payout_id', 'is', null)
        .where('correction.kind', '=', 'refund')
        .where('corrected.kind', '=', 'loss')
        .where('corrected.payout_id', 'is not', null)
        .execute();
      const cover = ofLosses.reduce((total, { amount }) => total - amount, 0);
      const shares = await collectReturned(
        tx,
        campaign,
        {
          storeId,
          parts: [
            { of: 'supermarket', amountFen: debt - cover },
            { of: 'cover', amountFen: cover },
          ],
        },
        transfer,
      );
      for (const [index, share] of shares.entries()) collected[index] = (collected[index] ?? 0) + share;
      await tx
        .updateTable('lines')
        .set({ payout_id: 'p' })
        .where('store_id', '=', storeId)
        .where('payout_id', 'is', null)
        .execute();
    });
  }

  async function take(step: Step): Promise<void> {
    switch (step.type) {
      case 'claim': {
        const phone = phones[claimed.length];
        if (phone === undefined) return;
        // The ninth is refused: the budget is spent.
        const voucher = await issueDirectly(context, operator, {
          campaignNumber: 1,
          kind: 'supermarket-20',
          person: null,
          algorithm: 'ed25519',
          publicKey: phone.publicKey,
          notBeforeMs: null,
          notAfterMs: null,
        }).catch(() => null);
        if (voucher === null) return;
        phone.keep(voucher);
        claimed.push(phone);
        return;
      }
      case 'wait':
        clock.nowMs += 5 * DAY_MS;
        return;
      case 'recover':
        await recoverExpired(context, 1);
        return;
      case 'redeem': {
        const phone = claimed[step.voucher % Math.max(1, claimed.length)];
        const place = terminals[step.terminal];
        if (phone === undefined || place === undefined) return;
        const atMs = clock.nowMs;
        place.redemptions.push(
          place.one.redeem({
            evidence: phone.evidence(atMs),
            atMs,
            amountFen: PRICE,
            discountFen: FACE,
            offline: step.offline,
          }),
        );
        return;
      }
      case 'reverse':
      case 'refund': {
        const place = terminals[step.terminal];
        const of = place?.redemptions.at(-1 - step.of);
        if (place === undefined || of === undefined) return;
        if (step.type === 'reverse') place.one.reverse(of, clock.nowMs);
        else if (step.whole)
          place.one.refund(of, clock.nowMs, {
            returnedFen: PRICE,
            backToFundFen: FACE,
            paidOutFen: PRICE - FACE,
          });
        else place.one.refund(of, clock.nowMs, { returnedFen: 100, backToFundFen: FACE, paidOutFen: 0 });
        return;
      }
      case 'send': {
        const place = terminals[step.terminal];
        const waiting = place?.one.journal.slice(place.sent) ?? [];
        if (place === undefined || waiting.length === 0) return;
        await place.one.send(waiting);
        place.sent = place.one.journal.length;
        return;
      }
      case 'payout':
        await payOut(`S${String(step.terminal)}`);
        return;
    }
  }

  async function look(): Promise<void> {
    const all = await balances(db, 1);
    for (const { name, balanceFen } of all) expect(balanceFen, name).toBeGreaterThanOrEqual(0);
    expect(
      all.reduce((sum, { side, balanceFen }) => sum + (side === 'debit' ? balanceFen : -balanceFen), 0),
    ).toBe(0);
    const campaign = context.packs.latest(1);
    const paid = await paidByFunds(db, campaign);
    const total = paid.reduce<number>((sum, amount) => sum + amount, 0);
    expect(paid, 'the funds stand where the split of their total says').toEqual(
      fundShares(
        total,
        campaign.funds.map(({ amountFen, share }) => ({ weight: share ?? amountFen, capFen: amountFen })),
      ),
    );
    const lines = await db.selectFrom('lines').selectAll().orderBy('id').execute();
    for (const { shares: text, amount_fen: amount, kind, corrects } of lines) {
      const shares = (JSON.parse(text) as number[]).reduce((sum, share) => sum + share, 0);
      const isLoss = kind === 'loss' || lines.some(({ id, kind: of }) => id === corrects && of === 'loss');
      if (isLoss) expect(shares).toBe(0);
      else if (kind === 'refund') expect([0, amount]).toContain(shares);
      else expect(shares, 'a line adds up to the fen').toBe(amount);
    }
    expect(paid, 'the lines say what each fund paid').toEqual(
      paid.map((_, index) =>
        lines.reduce(
          (sum, { shares }) => sum + ((JSON.parse(shares) as number[])[index] ?? 0),
          collected[index] ?? 0,
        ),
      ),
    );
    const alarms = await db.selectFrom('alarms').select('code').where('code', '=', 'books-short').execute();
    expect(alarms, 'clearing can pay all that it issued').toEqual([]);
  }

  return { take, look, close: () => clearing.close() };
}

/** A run on PostgreSQL costs a new database. */
const RUNS = { sqlite: 40, postgres: 10 };

onEachEngine((engine) => {
  it('whatever is claimed, redeemed, expired, reversed, refunded and paid out, no account falls below zero, all accounts add up to zero, and shares add up to the fen', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(stepArbitrary, { minLength: 10, maxLength: 60 }),
        fc.constantFrom(null, [1, 1, 1], [5, 1, 1], [65_535, 1, 65_535]),
        fc.constantFrom('merchant' as const, 'fund' as const),
        async (steps, shares, borneBy) => {
          const play = await createPlay(smallPack(shares, borneBy), await engine.open());
          try {
            for (const step of steps) {
              await play.take(step);
              if (step.type !== 'redeem') await play.look();
            }
          } finally {
            await play.close();
          }
        },
      ),
      { numRuns: RUNS[engine.name] },
    );
  });
});
