import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  budgetsAnswerSchema,
  campaignsAnswerSchema,
  claimOutcomeSchema,
  recoveredSchema,
  roundsAnswerSchema,
} from '../../../src/contract/clearing/operator/campaigns.ts';
import type { Role } from '../../../src/contract/clearing/operator/common.ts';
import { alarmsAnswerSchema } from '../../../src/contract/clearing/operator/held.ts';
import { storesAnswerSchema, terminalsAnswerSchema } from '../../../src/contract/clearing/operator/stores.ts';
import { zhumadian2023Pack } from '../../../src/contract/campaign/zhumadian-2023.ts';
import { createOperator } from '../../../src/clearing/operator/operators.ts';
import { createPhone } from '../../support/demo-phone.ts';
import { createWorld, type World } from '../../support/clearing-world.ts';
import { onEachEngine } from '../../support/engines.ts';

const SUPERMARKET_STORE = { nameZh: '店', nameEn: 'Store', category: 'supermarket' };
const ON_THE_LIST = { eligibility: 'above-designated-size', evidence: 'list of 2023, line 17' };

onEachEngine((engine) => {
  let world: World;
  beforeEach(async () => {
    world = await createWorld({ storage: await engine.open() });
  });
  afterEach(() => world.close());

  const as = async (...roles: Role[]): Promise<string> =>
    (await createOperator(world.clearing.context, { name: roles.join(' '), roles })).token;
  const post = (path: string, body?: unknown, token?: string) =>
    world.call('POST', `/v1/operator${path}`, body, token);
  const get = async (path: string): Promise<unknown> => (await world.call('GET', `/v1/operator${path}`)).body;

  describe('a store', () => {
    it('is admitted by the district with the basis of its eligibility, then by the city, by two people of the right roles', async () => {
      const [district, city, both] = [
        await as('district'),
        await as('bureau'),
        await as('district', 'bureau'),
      ];
      const created = await post('/stores', { ...SUPERMARKET_STORE, id: 'S-1' }, district);
      expect(created).toMatchObject({ status: 200, body: { status: 'not-admitted', basis: '' } });
      expect(await post('/stores/S-1/admissions/city', undefined, city)).toMatchObject({ status: 409 });
      expect(await post('/stores/S-1/admissions/district', {}, both)).toMatchObject({ status: 400 });
      expect(await post('/stores/S-1/admissions/district', ON_THE_LIST, city)).toMatchObject({ status: 403 });
      expect(await post('/stores/S-1/admissions/district', ON_THE_LIST, both)).toMatchObject({
        status: 200,
        body: { status: 'not-admitted', basis: 'above-designated-size: list of 2023, line 17' },
      });
      expect(await post('/stores/S-1/admissions/city', undefined, both)).toMatchObject({ status: 403 });
      expect(await post('/stores/S-1/admissions/city', undefined, city)).toMatchObject({
        status: 200,
        body: { status: 'admitted' },
      });
      expect(storesAnswerSchema.parse(await get('/stores?status=admitted&limit=1'))).toMatchObject({
        stores: [{ id: 'S-1' }],
        more: false,
      });
    });

    it('has terminals that are listed, suspended, and retired for good', async () => {
      const storeId = await world.store('supermarket');
      const terminal = await world.terminal(storeId);
      await terminal.send();
      const listed = terminalsAnswerSchema.parse(await get(`/terminals?storeId=${storeId}`));
      expect(listed.terminals).toMatchObject([
        { id: terminal.terminalId, status: 'active', epoch: 1, headSeq: 1, broken: false },
      ]);
      const path = `/terminals/${terminal.terminalId}/status`;
      expect(await post(path, { status: 'suspended', reason: 'stolen' })).toMatchObject({
        status: 200,
        body: { status: 'suspended' },
      });
      expect(await post(path, { status: 'retired', reason: 'stolen' })).toMatchObject({ status: 200 });
      expect(await post(path, { status: 'active', reason: 'found' })).toMatchObject({ status: 409 });
    });
  });

  describe('vouchers', () => {
    it('are claimed in a round, one each, first come first served; expired ones go back and make the next round', async () => {
      const round = {
        kind: 'supermarket-20',
        quota: 1,
        opensAtMs: world.now(),
        closesAtMs: world.now() + 1000,
      };
      const claim = {
        campaignNumber: 1,
        kind: 'supermarket-20',
        person: 'ann',
        publicKey: createPhone().publicKey,
      };
      const claimed = async (body: object) => claimOutcomeSchema.parse((await post('/claims', body)).body);
      expect(await claimed(claim)).toEqual({ status: 'refused', reason: 'no-round-open' });
      expect(await post('/campaigns/1/rounds', round)).toMatchObject({ status: 200, body: { round: 1 } });
      const first = await claimed(claim);
      expect(first).toMatchObject({ status: 'issued' });
      expect(await claimed(claim)).toEqual(first);
      expect(await claimed({ ...claim, person: 'bob', publicKey: createPhone().publicKey })).toEqual({
        status: 'refused',
        reason: 'all-claimed',
      });
      expect(await post('/claims', claim, await as('bureau'))).toMatchObject({ status: 403 });
      const { rounds, left } = roundsAnswerSchema.parse(await get('/campaigns/1/rounds'));
      expect(rounds).toMatchObject([{ kind: 'supermarket-20', quota: 1, issued: 1 }]);
      expect(left[0]).toEqual({ kind: 'supermarket-20', count: 19_999 });
      world.clock.nowMs += 30 * 86_400_000;
      expect(recoveredSchema.parse((await post('/campaigns/1/recoveries')).body)).toEqual({
        count: 1,
        amountFen: 2000,
      });
      expect(roundsAnswerSchema.parse(await get('/campaigns/1/rounds')).left[0]?.count).toBe(20_000);
    });

    it('that were given out wrongly are revoked: every terminal learns it, and the value is free again', async () => {
      const terminal = await world.terminal(await world.store('supermarket'));
      const { phone, voucher } = await world.voucher({ kind: 'supermarket-20' });
      const path = `/campaigns/1/vouchers/${String(voucher.serial)}`;
      expect(await get(path)).toMatchObject({ kind: 'supermarket-20', status: 'live', spent: null });
      expect(await post(`${path}/revoke`, { reason: 'a mistake' })).toMatchObject({
        body: { status: 'revoked' },
      });
      expect(await post(`${path}/revoke`, { reason: 'a mistake' })).toMatchObject({ status: 409 });
      expect((await terminal.feed()).changes).toMatchObject([
        { change: 'revoked', serial: String(voucher.serial) },
      ]);
      terminal.redeem({
        evidence: phone.evidence(world.now()),
        atMs: world.now(),
        amountFen: 10_000,
        discountFen: 2000,
      });
      expect((await terminal.send()).verdicts[1]).toMatchObject({
        verdict: 'refused',
        reason: 'voucher-revoked',
      });
      const { categories } = budgetsAnswerSchema.parse(await get('/campaigns/1/budgets'));
      expect(categories[0]).toMatchObject({ freeFen: 100_000_000, reservedFen: 0, redeemedFen: 0 });
    });
  });

  describe('a campaign', () => {
    it('shows fund by fund and category by category how its money is spent', async () => {
      const storeId = await world.store('supermarket');
      const terminal = await world.terminal(storeId);
      const { phone } = await world.voucher({ kind: 'supermarket-20' });
      await world.voucher({ kind: 'supermarket-40' });
      terminal.redeem({
        evidence: phone.evidence(world.now()),
        atMs: world.now(),
        amountFen: 10_000,
        discountFen: 2000,
      });
      await terminal.send();
      const budgets = budgetsAnswerSchema.parse(await get('/campaigns/1/budgets'));
      expect(budgets.funds.map(({ paidFen }) => paidFen)).toEqual([667, 667, 333, 333]);
      expect(budgets.categories[0]).toEqual({
        category: 'supermarket',
        budgetFen: 100_000_000,
        freeFen: 99_994_000,
        reservedFen: 4000,
        redeemedFen: 2000,
        returningFen: 0,
      });
      expect(budgets).toMatchObject({ unallottedFen: 0, unpaidFen: 2000, lossReserve: { amountFen: 0 } });
    });

    it('gets a new pack whose problems are told and change nothing, and whose warnings are told and do not stop it', async () => {
      const wrong = await post('/campaigns', { pack: { ...zhumadian2023Pack(), version: 1 } });
      expect(wrong).toMatchObject({
        status: 200,
        body: { published: false, problems: [{ path: 'version' }] },
      });
      const right = await post('/campaigns', { pack: { ...zhumadian2023Pack(), version: 2 } });
      expect(right).toMatchObject({ body: { published: true, campaignNumber: 1, version: 2 } });
      expect(right.body).toHaveProperty(['warnings', 0, 'message'], expect.stringContaining('1500'));
      const { campaigns } = campaignsAnswerSchema.parse(await get('/campaigns'));
      expect(campaigns).toMatchObject([{ number: 1, version: 2 }]);
      expect(await post('/campaigns', { pack: {} }, await as('finance'))).toMatchObject({ status: 403 });
      expect(await world.call('GET', '/v1/operator/campaigns/7')).toMatchObject({ status: 404 });
    });
  });

  describe('an alarm', () => {
    it('stays open until somebody says what was done about it, once', async () => {
      const terminal = await world.terminal(await world.store('supermarket'));
      const [first] = terminal.journal;
      if (first === undefined) throw new Error('no entry');
      await terminal.send();
      await terminal.send([{ ...first, hash: 'f'.repeat(64) }]);
      const { alarms } = alarmsAnswerSchema.parse(await get('/alarms'));
      expect(alarms).toMatchObject([{ code: 'fork', terminalId: terminal.terminalId, acknowledgedBy: null }]);
      const path = `/alarms/${String(alarms[0]?.id)}/acknowledge`;
      expect(await post(path, { note: 'x' }, world.tokens.auditor)).toMatchObject({ status: 403 });
      expect(await post(path, { note: 'terminal replaced' })).toMatchObject({ status: 200 });
      expect(await post(path, { note: 'terminal replaced' })).toMatchObject({ status: 409 });
      expect(alarmsAnswerSchema.parse(await get('/alarms')).alarms).toEqual([]);
      expect(alarmsAnswerSchema.parse(await get('/alarms?state=acknowledged')).alarms).toHaveLength(1);
    });
  });

  describe('an operator', () => {
    it('without a token, with a wrong one or a disabled one gets nothing', async () => {
      const { operator, token } = await createOperator(world.clearing.context, {
        name: 'gone',
        roles: ['admin'],
      });
      expect(await world.call('GET', '/v1/operator/me', undefined, token)).toMatchObject({
        body: { id: operator.id, roles: ['admin'] },
      });
      expect(await post(`/operators/${operator.id}/disable`)).toMatchObject({ body: { disabled: true } });
      for (const wrong of [token, 'zmd_wrong', ''])
        expect(await world.call('GET', '/v1/operator/me', undefined, wrong)).toMatchObject({
          status: 403,
          body: { error: 'forbidden' },
        });
    });

    it('who sends the same Request-Id again is refused, and nothing happens twice', async () => {
      const send = async (id: string) => {
        const response = await fetch(`${world.base}/v1/operator/stores`, {
          method: 'POST',
          headers: {
            authorization: `Bearer ${world.tokens.operator}`,
            'content-type': 'application/json',
            'request-id': id,
          },
          body: JSON.stringify(SUPERMARKET_STORE),
        });
        return [response.status, ((await response.json()) as { readonly error?: string }).error];
      };
      expect(await send('request-0000000001')).toEqual([200, undefined]);
      expect(await send('request-0000000001')).toEqual([409, 'replayed']);
      expect(await send('short')).toEqual([400, 'bad-request']);
      expect(storesAnswerSchema.parse(await get('/stores')).stores).toHaveLength(1);
    });
  });
});
