import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { account, balances, post } from '../../../src/clearing/ledger/ledger.ts';
import { lockMoney } from '../../../src/clearing/storage/storage.ts';
import { createWorld, type World } from '../../support/clearing-world.ts';
import { onEachEngine } from '../../support/engines.ts';

onEachEngine((engine) => {
  let world: World;
  beforeEach(async () => {
    world = await createWorld({ storage: await engine.open() });
  });
  afterEach(() => world.close());

  describe('a redemption that reaches clearing', () => {
    it('is settled, spends the voucher for all terminals, and pays the store out of four funds', async () => {
      const storeId = await world.store('supermarket');
      const terminal = await world.terminal(storeId);
      const { phone, voucher } = await world.voucher({ kind: 'supermarket-20' });
      const entry = terminal.redeem({
        evidence: phone.evidence(world.now()),
        atMs: world.now(),
        amountFen: 10_000,
        discountFen: 2000,
      });
      const { verdicts, head } = await terminal.send();
      expect(verdicts.map(({ verdict, reason }) => [verdict, reason])).toEqual([
        ['recorded', null],
        ['settled', null],
      ]);
      expect(head).toEqual({ epoch: 1, seq: 2, hash: entry.hash });
      const feed = await terminal.feed();
      expect(feed.changes).toEqual([
        { number: 1, campaignNumber: 1, serial: String(voucher.serial), change: 'spent' },
      ]);
      const totals = await world.call('GET', `/v1/operator/day-totals?day=2023-06-10&storeId=${storeId}`);
      expect(totals.body).toEqual({
        totals: [
          { storeId, campaignNumber: 1, kindNumber: 1, kind: 'redemption', count: 1, amountFen: 2000 },
        ],
      });
      const { redemptionId } = JSON.parse(entry.body) as { redemptionId: string };
      const found = await world.call('GET', `/v1/operator/redemptions/${redemptionId}`);
      expect(found.body).toMatchObject({
        serial: voucher.serial,
        lines: [{ amountFen: 2000, shares: [667, 667, 333, 333] }],
      });
    });

    it('gets the same verdict when it is sent again, and counts once', async () => {
      const terminal = await world.terminal(await world.store('supermarket'));
      const { phone } = await world.voucher({ kind: 'supermarket-20' });
      terminal.redeem({
        evidence: phone.evidence(world.now()),
        atMs: world.now(),
        amountFen: 10_000,
        discountFen: 2000,
      });
      const first = await terminal.send();
      world.clock.nowMs += 86_400_000;
      const second = await terminal.send();
      expect(second.verdicts).toEqual(first.verdicts);
      expect((await terminal.feed()).changes).toHaveLength(1);
    });

    it('is held where the books could not carry it, alone: an alarm, no money, and what comes with it is settled', async () => {
      const terminal = await world.terminal(await world.store('supermarket'));
      const redeem = async (kind: string, amountFen: number, discountFen: number): Promise<void> => {
        const { phone } = await world.voucher({ kind });
        terminal.redeem({ evidence: phone.evidence(world.now()), atMs: world.now(), amountFen, discountFen });
      };
      await redeem('supermarket-20', 10_000, 2000);
      await redeem('supermarket-40', 20_000, 4000);
      const { storage } = world.clearing.context;
      // Somebody's mistake, or worse: what two claims had put aside is there for one of them only.
      await storage.transaction(async (tx) => {
        await lockMoney(tx);
        await post(tx, 1, { what: 'mistake', reference: 'test', atMs: world.now() }, [
          { account: account.reserved('supermarket'), amountFen: 3000 },
          { account: account.budget('supermarket'), amountFen: -3000 },
        ]);
      });
      const { verdicts } = await terminal.send();
      expect(verdicts.map(({ verdict, reason }) => [verdict, reason])).toEqual([
        ['recorded', null],
        ['settled', null],
        ['held', 'books-short'],
      ]);
      const books = new Map(
        (await balances(storage.db, 1)).map(({ name, balanceFen }) => [name, balanceFen]),
      );
      expect(books.get(account.reserved('supermarket'))).toBe(1000);
      const { alarms } = (await world.call('GET', '/v1/operator/alarms')).body as {
        readonly alarms: readonly { readonly code: string }[];
      };
      expect(alarms.map(({ code }) => code)).toEqual(['books-short']);
      expect((await terminal.send()).verdicts).toEqual(verdicts);
    });
  });
});
