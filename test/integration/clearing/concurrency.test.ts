import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createClearing } from '../../../src/clearing/create-clearing.ts';
import { createServer } from '../../../src/clearing/http/server.ts';
import { type Claim, ClaimDesk, type ClaimOutcome } from '../../../src/clearing/issuance/claims.ts';
import { openRound } from '../../../src/clearing/issuance/rounds.ts';
import { balances } from '../../../src/clearing/ledger/ledger.ts';
import { openPostgres } from '../../../src/clearing/storage/storage.ts';
import { httpTransport } from '../../support/clearing-terminal.ts';
import { createWorld, type World } from '../../support/clearing-world.ts';
import { createPhone } from '../../support/demo-phone.ts';
import { onEachEngine, postgresEngine } from '../../support/engines.ts';

/** Debits less credits: zero at every moment. */
async function imbalance(world: World): Promise<number> {
  const all = await balances(world.clearing.context.storage.db, 1);
  return all.reduce((sum, { side, balanceFen }) => sum + (side === 'debit' ? balanceFen : -balanceFen), 0);
}

async function balanceOf(world: World, name: string): Promise<number | undefined> {
  const all = await balances(world.clearing.context.storage.db, 1);
  return all.find((account) => account.name === name)?.balanceFen;
}

const people = (count: number): readonly Claim[] =>
  Array.from({ length: count }, (_, index) => ({
    campaignNumber: 1,
    kind: 'supermarket-20',
    person: `person ${index}`,
    algorithm: 'ed25519',
    publicKey: createPhone().publicKey,
  }));

async function openRoundOf(world: World, quota: number): Promise<void> {
  await openRound(world.clearing.context, world.operator, {
    campaignNumber: 1,
    kind: 'supermarket-20',
    quota,
    opensAtMs: world.now(),
    closesAtMs: world.now() + 3_600_000,
  });
}

const issuedOf = (outcomes: readonly ClaimOutcome[]): readonly number[] =>
  outcomes.flatMap((outcome) => (outcome.status === 'issued' ? outcome.voucher.serial : []));

onEachEngine((engine) => {
  let world: World;
  beforeEach(async () => {
    world = await createWorld({ storage: await engine.open() });
  });
  afterEach(() => world.close());

  describe('people who claim at once', () => {
    it('get exactly the last 10 vouchers, 200 of them, each from a desk of its own', async () => {
      await openRoundOf(world, 10);
      const outcomes = await Promise.all(
        people(200).map((claim) => new ClaimDesk(world.clearing.context).claim(claim)),
      );
      expect(new Set(issuedOf(outcomes)).size).toBe(10);
      expect(outcomes.filter(({ status }) => status === 'refused')).toHaveLength(190);
      expect(await balanceOf(world, 'reserved:supermarket')).toBe(20_000);
      expect(await imbalance(world)).toBe(0);
    });

    it('get one voucher each, also when one person claims 20 times', async () => {
      await openRoundOf(world, 10);
      const [claim] = people(1) as [Claim];
      const outcomes = await Promise.all(
        Array.from({ length: 20 }, () => new ClaimDesk(world.clearing.context).claim(claim)),
      );
      expect(new Set(issuedOf(outcomes)).size).toBe(1);
      expect(await balanceOf(world, 'reserved:supermarket')).toBe(2000);
    });
  });

  describe('a journal batch', () => {
    it('sent by 20 connections at once counts once, with the same verdicts for all', async () => {
      const storeId = await world.store('supermarket');
      const terminal = await world.terminal(storeId);
      for (let nth = 0; nth < 5; nth += 1) {
        const { phone } = await world.voucher({ kind: 'supermarket-20' });
        const order = { atMs: world.now(), amountFen: 10_000, discountFen: 2000 };
        terminal.redeem({ ...order, evidence: phone.evidence(world.now()) });
      }
      const answers = await Promise.all(Array.from({ length: 20 }, () => terminal.send()));
      const [first] = answers;
      expect(first?.verdicts.map(({ verdict }) => verdict)).toEqual([
        'recorded',
        ...Array.from({ length: 5 }, () => 'settled'),
      ]);
      for (const answer of answers) expect(answer).toEqual(first);
      expect(await balanceOf(world, `payable:${storeId}`)).toBe(10_000);
      expect(await balanceOf(world, 'reserved:supermarket')).toBe(0);
      expect((await terminal.feed()).changes).toHaveLength(5);
      expect(await imbalance(world)).toBe(0);
    });
  });

  describe('one voucher', () => {
    it('taken by 10 counters at once is settled once, and refused to nine', async () => {
      const counters = await Promise.all(
        Array.from({ length: 10 }, async () => world.terminal(await world.store('supermarket'))),
      );
      const { phone } = await world.voucher({ kind: 'supermarket-20' });
      const order = { atMs: world.now(), amountFen: 10_000, discountFen: 2000, offline: true };
      for (const counter of counters) counter.redeem({ ...order, evidence: phone.evidence(world.now()) });
      const answers = await Promise.all(counters.map((counter) => counter.send()));
      const reasons = answers.map(({ verdicts }) => verdicts[1]?.reason ?? verdicts[1]?.verdict).sort();
      expect(reasons).toEqual([...Array.from({ length: 9 }, () => 'already-redeemed'), 'settled']);
      expect(await imbalance(world)).toBe(0);
    });
  });
});

describe('two nodes of one PostgreSQL database', () => {
  const postgres = postgresEngine();
  it('settle one voucher once, and take one batch once, whichever node each part reaches', async () => {
    const address = await postgres.address();
    const world = await createWorld({ storage: await openPostgres(address) });
    const { keys } = world.clearing.context;
    const other = await createClearing({ storage: await openPostgres(address), keys, now: world.now });
    const otherServer = await createServer(other);
    const otherBase = await otherServer.listen({ port: 0, host: '127.0.0.1' });

    const here = await world.terminal(await world.store('supermarket'));
    const there = await world.terminal(await world.store('supermarket'));
    there.transport = httpTransport(otherBase, world.now);
    const pairs = [];
    for (let nth = 0; nth < 20; nth += 1) {
      const { phone } = await world.voucher({ kind: 'supermarket-20' });
      const order = { atMs: world.now(), amountFen: 10_000, discountFen: 2000, offline: true };
      const evidence = phone.evidence(world.now());
      pairs.push([here.redeem({ ...order, evidence }), there.redeem({ ...order, evidence })] as const);
    }
    await here.send(here.journal.slice(0, 1));
    await there.send(there.journal.slice(0, 1));
    for (const pair of pairs) {
      const [ours, theirs] = await Promise.all([here.send([pair[0]]), there.send([pair[1]])]);
      const words = [ours, theirs].map(({ verdicts }) => verdicts[0]?.verdict).sort();
      expect(words).toEqual(['refused', 'settled']);
    }
    expect(await balanceOf(world, 'reserved:supermarket')).toBe(0);
    expect(await balanceOf(world, 'settlement')).toBe(20 * 2000);
    expect(await imbalance(world)).toBe(0);
    await otherServer.close();
    await other.close();
    await world.close();
  });
});
