import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { authorisationSchema, ROUTES, authorisationPath } from '../../../src/contract/clearing/protocol.ts';
import { balances } from '../../../src/clearing/ledger/ledger.ts';
import { createPaymentCode } from '../../../src/clearing/operator/payment-codes.ts';
import { ClaimDesk } from '../../../src/clearing/issuance/claims.ts';
import { openRound } from '../../../src/clearing/issuance/rounds.ts';
import { recoverExpired } from '../../../src/clearing/issuance/recovery.ts';
import { createPhone } from '../../support/demo-phone.ts';
import { createWorld, type World } from '../../support/clearing-world.ts';
import { onEachEngine } from '../../support/engines.ts';

onEachEngine((engine) => {
  let world: World;
  beforeEach(async () => {
    world = await createWorld({ storage: await engine.open() });
  });
  afterEach(() => world.close());

  /** Debits less credits: zero at every moment. */
  async function imbalance(): Promise<number> {
    const all = await balances(world.clearing.context.storage.db, 1);
    return all.reduce((sum, { side, balanceFen }) => sum + (side === 'debit' ? balanceFen : -balanceFen), 0);
  }

  describe('corrections', () => {
    it('free the voucher by a reversal, so that it is settled again elsewhere, and the books stay balanced', async () => {
      const terminal = await world.terminal(await world.store('supermarket'));
      const { phone } = await world.voucher({ kind: 'supermarket-20' });
      const order = { atMs: world.now(), amountFen: 10_000, discountFen: 2000 };
      const first = terminal.redeem({ ...order, evidence: phone.evidence(world.now()) });
      terminal.reverse(first, world.now());
      terminal.redeem({ ...order, evidence: phone.evidence(world.now()) });
      const { verdicts } = await terminal.send();
      expect(verdicts.map(({ verdict }) => verdict)).toEqual(['recorded', 'settled', 'settled', 'settled']);
      expect((await terminal.feed()).changes.map(({ change }) => change)).toEqual([
        'spent',
        'unspent',
        'spent',
      ]);
      expect(await imbalance()).toBe(0);
    });

    it('refuse the second of two terminals that took the same voucher', async () => {
      const one = await world.terminal(await world.store('supermarket'));
      const two = await world.terminal(await world.store('supermarket'));
      const { phone } = await world.voucher({ kind: 'supermarket-20' });
      const order = { atMs: world.now(), amountFen: 10_000, discountFen: 2000, offline: true };
      one.redeem({ ...order, evidence: phone.evidence(world.now()) });
      two.redeem({ ...order, evidence: phone.evidence(world.now()) });
      await one.send();
      const { verdicts } = await two.send();
      expect(verdicts[1]).toMatchObject({
        verdict: 'refused',
        reason: 'already-redeemed',
        borneBy: 'merchant',
      });
    });
  });

  describe('an authorisation', () => {
    it('is reserved, captured and settled once; a release of an unknown id refuses a later request', async () => {
      const storeId = await world.store('supermarket');
      const terminal = await world.terminal(storeId);
      await world.voucher({ kind: 'supermarket-20', person: 'ann' });
      const { code } = await createPaymentCode(world.clearing.context, world.operator, {
        campaignNumber: 1,
        person: 'ann',
      });
      const purchase = {
        storeId,
        till: '1',
        businessDay: '2023-06-10',
        receiptNumber: 'n-1',
        amountFen: 10_000,
        listAmountFen: 10_000,
        vehicle: null,
      };
      const ask = async (path: string, body: unknown) =>
        terminal.open(
          'authorisation',
          await terminal.transport.signed(path, body, terminal.terminalId, terminal.key),
          authorisationSchema,
        );
      const request = { authorisationId: 'a-1', code, campaignNumber: 1, purchase };
      expect(await ask(ROUTES.authorise, request)).toMatchObject({ status: 'reserved', discountFen: 2000 });
      expect(await ask(authorisationPath('a-1', 'capture'), { confirmedAtMs: world.now() })).toMatchObject({
        status: 'captured',
      });
      terminal.redeem({
        evidence: { type: 'authorisation', authorisationId: 'a-1' },
        atMs: world.now(),
        amountFen: 10_000,
        discountFen: 2000,
        receiptNumber: 'n-1',
      });
      const { verdicts } = await terminal.send();
      expect(verdicts[1]).toMatchObject({ verdict: 'settled' });
      expect(await ask(authorisationPath('a-2', 'release'), { reason: 'timeout' })).toMatchObject({
        status: 'released',
      });
      expect(await ask(ROUTES.authorise, { ...request, authorisationId: 'a-2' })).toMatchObject({
        status: 'released',
      });
      expect(await imbalance()).toBe(0);
    });
  });

  describe('a round', () => {
    it('gives exactly its 10 vouchers to 200 people who claim at once, and takes expired ones back late enough', async () => {
      const { context } = world.clearing;
      await openRound(context, world.operator, {
        campaignNumber: 1,
        kind: 'supermarket-20',
        quota: 10,
        opensAtMs: world.now(),
        closesAtMs: world.now() + 1000,
      });
      const desk = new ClaimDesk(context);
      const { publicKey } = createPhone();
      const outcomes = await Promise.all(
        Array.from({ length: 200 }, (_, index) =>
          desk.claim({
            campaignNumber: 1,
            kind: 'supermarket-20',
            person: `p${String(index)}`,
            algorithm: 'ed25519',
            publicKey,
          }),
        ),
      );
      expect(outcomes.filter(({ status }) => status === 'issued')).toHaveLength(10);
      world.clock.nowMs = Date.parse('2023-06-17T00:00:00+08:00');
      expect((await recoverExpired(context, 1)).count).toBe(0);
      world.clock.nowMs += context.packs.latest(1).offline.maxAgeMs;
      expect(await recoverExpired(context, 1)).toEqual({ count: 10, amountFen: 20_000 });
      expect(await imbalance()).toBe(0);
    });
  });
});
