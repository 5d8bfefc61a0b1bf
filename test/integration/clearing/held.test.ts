import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { recoverExpired } from '../../../src/clearing/issuance/recovery.ts';
import { account, balances } from '../../../src/clearing/ledger/ledger.ts';
import { createOperator } from '../../../src/clearing/operator/operators.ts';
import { setStoreSuspended } from '../../../src/clearing/operator/stores.ts';
import {
  approvedSchema,
  heldAnswerSchema,
  type HeldEntry,
  proposalViewSchema,
} from '../../../src/contract/clearing/operator/held.ts';
import type { Entry } from '../../../src/contract/journal/entry.ts';
import type { TestTerminal } from '../../support/clearing-terminal.ts';
import { createWorld, type World } from '../../support/clearing-world.ts';
import { onEachEngine } from '../../support/engines.ts';

onEachEngine((engine) => {
  let world: World;
  let terminal: TestTerminal;
  let storeId: string;
  beforeEach(async () => {
    world = await createWorld({ storage: await engine.open() });
    storeId = await world.store('supermarket');
    terminal = await world.terminal(storeId);
  });
  afterEach(() => world.close());

  const nameOf = ({
    terminalId,
    epoch,
    seq,
    hash,
  }: Pick<Entry, 'terminalId' | 'epoch' | 'seq' | 'hash'>) => ({
    terminalId,
    epoch,
    seq,
    hash,
  });

  async function queue(query = ''): Promise<readonly HeldEntry[]> {
    const { body } = await world.call('GET', `/v1/operator/held${query}`);
    return heldAnswerSchema.parse(body).entries;
  }

  const propose = (entry: Entry, decision: 'settle' | 'refuse', note = 'seen by us') =>
    world.call('POST', '/v1/operator/held/proposals', { ...nameOf(entry), decision, note });

  async function proposed(entry: Entry, decision: 'settle' | 'refuse'): Promise<string> {
    const { status, body } = await propose(entry, decision);
    expect([status, body]).toMatchObject([200, {}]);
    return proposalViewSchema.parse(body).id;
  }

  const approve = (id: string, token = world.tokens.second) =>
    world.call('POST', `/v1/operator/held/proposals/${id}/approve`, undefined, token);

  async function balance(name: string): Promise<number> {
    const all = await balances(world.clearing.context.storage.db, 1);
    return all.find((one) => one.name === name)?.balanceFen ?? 0;
  }

  async function redeem(amountFen = 10_000): Promise<Entry> {
    const { phone } = await world.voucher({ kind: 'supermarket-20' });
    return terminal.redeem({
      evidence: phone.evidence(world.now()),
      atMs: world.now(),
      amountFen,
      discountFen: 2000,
    });
  }

  /** A redemption that is held because the store is suspended when it arrives. */
  async function heldRedemption(): Promise<Entry> {
    const entry = await redeem();
    await setStoreSuspended(world.clearing.context, world.operator, storeId, true, 'complaints');
    const { verdicts } = await terminal.send();
    expect(verdicts.at(-1)).toMatchObject({ verdict: 'held', reason: 'store-suspended' });
    return entry;
  }

  describe('a held redemption', () => {
    it('is settled when two people say so: the store is owed it, and the terminal learns it by the feed and for ever after', async () => {
      const entry = await heldRedemption();
      expect(await queue()).toMatchObject([
        { ...nameOf(entry), storeId, reason: 'store-suspended', discountFen: 2000, proposal: null },
      ]);
      const id = await proposed(entry, 'settle');
      expect(await balance(account.payable(storeId))).toBe(0);
      expect((await queue())[0]?.proposal).toMatchObject({
        id,
        decision: 'settle',
        proposedBy: world.operator.id,
      });
      const { status, body } = await approve(id);
      expect(status).toBe(200);
      expect(approvedSchema.parse(body).verdict).toMatchObject({
        verdict: 'settled',
        settlementDay: '2023-06-10',
      });
      expect(await balance(account.payable(storeId))).toBe(2000);
      expect(await queue()).toEqual([]);
      const feed = await terminal.feed();
      expect(feed.decisions).toMatchObject([
        { seq: entry.seq, hash: entry.hash, verdict: 'settled', reason: null },
      ]);
      expect(feed.changes).toMatchObject([{ change: 'spent' }]);
      expect((await terminal.send()).verdicts.at(-1)).toMatchObject({ verdict: 'settled' });
      expect(await approve(id)).toMatchObject({ status: 409 });
      expect(await balance(account.payable(storeId))).toBe(2000);
    });

    it('is refused with the reason when two people say so, and moves nothing', async () => {
      const entry = await heldRedemption();
      const { body } = await approve(await proposed(entry, 'refuse'));
      expect(approvedSchema.parse(body).verdict).toMatchObject({
        verdict: 'refused',
        reason: 'refused-by-operator',
        params: { note: 'seen by us', heldReason: 'store-suspended' },
        borneBy: 'merchant',
      });
      expect((await terminal.feed()).decisions).toMatchObject([{ verdict: 'refused' }]);
      expect((await terminal.send()).verdicts.at(-1)).toMatchObject({ verdict: 'refused' });
      expect(await balance(account.payable(storeId))).toBe(0);
      expect(await propose(entry, 'settle')).toMatchObject({ status: 404 });
    });

    it('needs another person for the second word, of the right role, and one proposal at a time', async () => {
      const entry = await heldRedemption();
      const id = await proposed(entry, 'settle');
      expect(await approve(id, world.tokens.operator)).toMatchObject({
        status: 403,
        body: { error: 'forbidden' },
      });
      expect(await approve(id, world.tokens.auditor)).toMatchObject({
        status: 403,
        body: { error: 'forbidden' },
      });
      expect(await propose(entry, 'refuse')).toMatchObject({ status: 409, body: { error: 'conflict' } });
      const { token } = await createOperator(world.clearing.context, { name: 'f', roles: ['finance'] });
      const rejected = await world.call(
        'POST',
        `/v1/operator/held/proposals/${id}/reject`,
        { note: 'not so' },
        token,
      );
      expect(rejected).toMatchObject({ status: 200, body: { status: 'rejected' } });
      expect(await approve(id)).toMatchObject({ status: 409 });
      expect((await terminal.feed()).decisions).toEqual([]);
      await proposed(entry, 'refuse');
    });

    it('is not settled once the voucher is spent elsewhere, whenever that happened', async () => {
      const { phone } = await world.voucher({ kind: 'supermarket-20' });
      const order = { atMs: world.now(), amountFen: 10_000, discountFen: 2000 };
      const entry = terminal.redeem({ ...order, evidence: phone.evidence(world.now()) });
      const { context } = world.clearing;
      await setStoreSuspended(context, world.operator, storeId, true, 'complaints');
      await terminal.send();
      const id = await proposed(entry, 'settle');
      const other = await world.terminal(await world.store('supermarket'));
      other.redeem({ ...order, evidence: phone.evidence(world.now()) });
      expect((await other.send()).verdicts.at(-1)).toMatchObject({ verdict: 'settled' });
      expect(await approve(id)).toMatchObject({
        status: 409,
        body: { error: 'conflict', message: 'it cannot be settled: spent-elsewhere' },
      });
      expect(await balance(account.payable(storeId))).toBe(0);
    });

    it('is not settled after the terminal has taken it back', async () => {
      const entry = await heldRedemption();
      terminal.reverse(entry, world.now());
      expect((await terminal.send()).verdicts.at(-1)).toMatchObject({ verdict: 'held' });
      expect(await propose(entry, 'settle')).toMatchObject({
        status: 409,
        body: { message: 'it cannot be settled: taken-back' },
      });
    });

    it('that came after its value was recovered takes it out of the free budget again', async () => {
      const entry = await redeem();
      const { context } = world.clearing;
      world.clock.nowMs = Date.parse('2023-06-17T00:00:00+08:00') + context.packs.latest(1).offline.maxAgeMs;
      expect(await recoverExpired(context, 1)).toEqual({ count: 1, amountFen: 2000 });
      const free = await balance(account.budget('supermarket'));
      expect((await terminal.send()).verdicts.at(-1)).toMatchObject({ verdict: 'held', reason: 'late' });
      expect((await approve(await proposed(entry, 'settle'))).status).toBe(200);
      expect(await balance(account.budget('supermarket'))).toBe(free - 2000);
      expect(await balance(account.reserved('supermarket'))).toBe(0);
      expect(await balance(account.payable(storeId))).toBe(2000);
    });
  });

  describe('what else is held', () => {
    it('a fork can only be refused, and the entry at its place keeps its verdict', async () => {
      const entry = await redeem();
      await terminal.send();
      const fork = { ...entry, hash: 'f'.repeat(64) };
      expect((await terminal.send([fork])).verdicts).toMatchObject([{ verdict: 'held', reason: 'fork' }]);
      expect(await queue('?reason=fork')).toMatchObject([{ hash: fork.hash, quarantined: true }]);
      expect(await propose(fork, 'settle')).toMatchObject({ status: 409 });
      expect((await approve(await proposed(fork, 'refuse'))).status).toBe(200);
      expect((await terminal.send([fork])).verdicts).toMatchObject([
        { verdict: 'refused', reason: 'refused-by-operator' },
      ]);
      expect((await terminal.send([entry])).verdicts).toMatchObject([{ verdict: 'settled' }]);
      expect(await queue()).toEqual([]);
    });

    it('a reversal after the business day gives the value back, and the voucher stays spent', async () => {
      const entry = await redeem();
      await terminal.send();
      world.clock.nowMs += 86_400_000;
      const late = terminal.reverse(entry, world.now());
      expect((await terminal.send([late])).verdicts).toMatchObject([
        { verdict: 'held', reason: 'reversal-too-late' },
      ]);
      const free = await balance(account.budget('supermarket'));
      const detail = await world.call(
        'GET',
        `/v1/operator/held/entry?${new URLSearchParams({ ...nameOf(late), epoch: '1', seq: String(late.seq) }).toString()}`,
      );
      expect(detail.body).toMatchObject({ settling: { possible: true, effect: 'refund', amountFen: 2000 } });
      expect((await approve(await proposed(late, 'settle'))).status).toBe(200);
      expect(await balance(account.payable(storeId))).toBe(0);
      expect(await balance(account.budget('supermarket'))).toBe(free + 2000);
      expect((await terminal.feed()).changes.map(({ change }) => change)).toEqual(['spent']);
    });

    it('a reversal after a return is a return: the value goes back, and the voucher stays spent', async () => {
      const entry = await redeem(20_000);
      terminal.refund(entry, world.now(), { returnedFen: 3000, backToFundFen: 0, paidOutFen: 3000 });
      await terminal.send();
      const reversal = terminal.reverse(entry, world.now());
      expect((await terminal.send([reversal])).verdicts).toMatchObject([
        { verdict: 'held', reason: 'already-corrected' },
      ]);
      const free = await balance(account.budget('supermarket'));
      expect((await approve(await proposed(reversal, 'settle'))).status).toBe(200);
      expect(await balance(account.budget('supermarket'))).toBe(free + 2000);
      expect((await terminal.feed()).changes.map(({ change }) => change)).toEqual(['spent']);
    });

    it('a reversal on the day of the calendar frees the voucher also when operators settle it', async () => {
      const { db } = world.clearing.context.storage;
      await db.updateTable('stores').set({ cut_over_minutes: 360 }).where('id', '=', storeId).execute();
      world.clock.nowMs = Date.parse('2023-06-11T01:00:00+08:00');
      const entry = await redeem();
      expect((await terminal.send()).verdicts.at(-1)).toMatchObject({ verdict: 'settled' });
      await setStoreSuspended(world.clearing.context, world.operator, storeId, true, 'complaints');
      const reversal = terminal.reverse(entry, world.now());
      expect((await terminal.send([reversal])).verdicts).toMatchObject([{ reason: 'store-suspended' }]);
      await setStoreSuspended(world.clearing.context, world.operator, storeId, false, 'looked into');
      expect((await approve(await proposed(reversal, 'settle'))).status).toBe(200);
      expect((await terminal.feed()).changes.map(({ change }) => change)).toEqual(['spent', 'unspent']);
    });

    it('a return behind one that is held names it, and both settle in their turn', async () => {
      const entry = await redeem(20_000);
      await terminal.send();
      const free = await balance(account.budget('supermarket'));
      await setStoreSuspended(world.clearing.context, world.operator, storeId, true, 'complaints');
      // 200 yuan with a voucher of 20 from 100 on: goods of 30 come back, then of 80, which leaves too little.
      const first = terminal.refund(entry, world.now(), {
        returnedFen: 3000,
        backToFundFen: 0,
        paidOutFen: 3000,
      });
      expect((await terminal.send([first])).verdicts).toMatchObject([{ reason: 'store-suspended' }]);
      await setStoreSuspended(world.clearing.context, world.operator, storeId, false, 'looked into');
      const second = terminal.refund(entry, world.now(), {
        returnedFen: 8000,
        backToFundFen: 2000,
        paidOutFen: 6000,
      });
      expect((await terminal.send([second])).verdicts).toMatchObject([
        { verdict: 'held', reason: 'earlier-return-held', params: { epoch: 1, seq: first.seq } },
      ]);
      for (const held of [first, second])
        expect((await approve(await proposed(held, 'settle'))).status).toBe(200);
      expect(await balance(account.budget('supermarket'))).toBe(free + 2000);
      expect(await balance(account.payable(storeId))).toBe(0);
      expect(await queue()).toEqual([]);
    });

    it('a return behind a held one of its own batch names it too; one whose sums are wrong by themselves does not', async () => {
      const entry = await redeem(20_000);
      await terminal.send();
      const wrong = { returnedFen: 3000, backToFundFen: 1000, paidOutFen: 2000 };
      terminal.refund(entry, world.now(), wrong);
      terminal.refund(entry, world.now(), wrong);
      expect((await terminal.send()).verdicts.slice(-2)).toMatchObject([
        { verdict: 'held', reason: 'amount-differs', params: { backToFundFen: 0, paidOutFen: 3000 } },
        { verdict: 'held', reason: 'earlier-return-held', params: { epoch: 1, seq: entry.seq + 1 } },
      ]);
    });
  });
});
