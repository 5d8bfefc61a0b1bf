import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ed25519PublicKey, type Envelope } from '../../../src/contract/clearing/envelope.ts';
import type { Entry } from '../../../src/contract/journal/entry.ts';
import {
  type DayManifest,
  type SettlementFile,
  sha256Hex,
  verifySettlementFile,
} from '../../../src/contract/clearing/settlement-file.ts';
import { closeDueDays } from '../../../src/clearing/settlement/close-due.ts';
import { balances } from '../../../src/clearing/ledger/ledger.ts';
import type { PayoutView } from '../../../src/clearing/settlement/payouts.ts';
import type { TestTerminal } from '../../support/clearing-terminal.ts';
import { createWorld, NOON, type World } from '../../support/clearing-world.ts';
import { onEachEngine } from '../../support/engines.ts';

const DAY = '2023-06-10';
const NEXT = '2023-06-11';
const DAY_MS = 86_400_000;
const DAYS = '/v1/operator/settlement/days';
const PAYOUTS = '/v1/operator/settlement/payouts';

let world: World;
let terminal: TestTerminal;

async function redeem(): Promise<Entry> {
  const { phone } = await world.voucher({ kind: 'supermarket-20' });
  const atMs = world.now();
  return terminal.redeem({ evidence: phone.evidence(atMs), atMs, amountFen: 10_000, discountFen: 2000 });
}

const refund = (entry: Entry): Entry =>
  terminal.refund(entry, world.now(), { returnedFen: 10_000, backToFundFen: 2000, paidOutFen: 8000 });

async function post<T>(path: string, body: unknown = {}, token?: string): Promise<T> {
  const answer = await world.call('POST', path, body, token);
  if (answer.status !== 200) throw new Error(`${String(answer.status)} ${JSON.stringify(answer.body)}`);
  return answer.body as T;
}

const close = (day: string): Promise<{ readonly manifest: DayManifest; readonly envelope: Envelope }> =>
  post(`${DAYS}/${day}/close`);

async function prepare(day: string, collect = false): Promise<readonly PayoutView[]> {
  const { payouts } = await post<{ payouts: readonly PayoutView[] }>(`${DAYS}/${day}/payouts`, { collect });
  return payouts;
}

async function approve(payouts: readonly PayoutView[], paidOn: string): Promise<void> {
  const ids = payouts.map(({ id }) => id);
  await post(`${PAYOUTS}/approvals`, { ids, paidOn, reference: 'bank-1' }, world.tokens.second);
}

async function raw(path: string): Promise<Buffer> {
  const response = await fetch(`${world.base}${path}`, {
    headers: { authorization: `Bearer ${world.tokens.operator}` },
  });
  expect(response.status).toBe(200);
  return Buffer.from(await response.arrayBuffer());
}

async function file(day: string, part: string): Promise<SettlementFile> {
  const closed = await world.call('GET', `${DAYS}/${day}`);
  const { manifest } = closed.body as { readonly manifest: DayManifest };
  const name = manifest.files.find(({ fileName }) => fileName.includes(part) && fileName.endsWith('.json'));
  return JSON.parse((await raw(`${DAYS}/${day}/files/${name?.fileName ?? ''}`)).toString()) as SettlementFile;
}

async function books(): Promise<ReadonlyMap<string, number>> {
  const all = await balances(world.clearing.context.storage.db, 1);
  const debits = all.reduce((sum, one) => sum + (one.side === 'debit' ? one.balanceFen : -one.balanceFen), 0);
  expect(debits).toBe(0);
  return new Map(all.map(({ name, balanceFen }) => [name, balanceFen]));
}

const findings = async (day: string): Promise<unknown> =>
  (await world.call('GET', `${DAYS}/${day}/verification`)).body;

onEachEngine((engine) => {
  beforeEach(async () => {
    world = await createWorld({ storage: await engine.open() });
    terminal = await world.terminal(await world.store('supermarket'));
  });
  afterEach(() => world.close());

  describe('a closed day', () => {
    it('has a sealed file for the store and for each fund, whose sums agree, in both forms', async () => {
      await redeem();
      await redeem();
      await terminal.send();
      world.clock.nowMs = NOON + DAY_MS;
      const { manifest } = await close(DAY);
      expect(manifest.files).toHaveLength(2 * (1 + 4));
      expect(manifest.heads).toEqual([
        { terminalId: terminal.terminalId, epoch: 1, seq: 3, hash: terminal.lastHash },
      ]);
      const { root } = world.clearing.context.keys;
      const keys = new Map([[root.keyId, ed25519PublicKey(root.publicKey)]]);
      for (const { fileName, sha256, bytes } of manifest.files) {
        const content = await raw(`${DAYS}/${DAY}/files/${fileName}`);
        expect([content.length, sha256Hex(content)]).toEqual([bytes, sha256]);
        const seal = JSON.parse(
          (await raw(`${DAYS}/${DAY}/files/${fileName}/signature`)).toString(),
        ) as Envelope;
        expect(verifySettlementFile(content, seal, keys)).toMatchObject({ ok: true });
        content[content.length - 3] = 48;
        expect(verifySettlementFile(content, seal, keys)).toMatchObject({ reason: 'hash-differs' });
      }
      const funds = await Promise.all(
        ['city', 'yicheng', 'kaifaqu', 'unionpay'].map((fund) => file(DAY, `fund-${fund}`)),
      );
      expect(funds.map(({ control }) => control.byFund[0]?.netFen)).toEqual([1333, 1333, 667, 667]);
      const store = await file(DAY, 'store-');
      expect(store.control).toMatchObject({ lines: 2, netFen: 4000 });
      expect(store.lines.map(({ redemptionDay, settlementDay }) => [redemptionDay, settlementDay])).toEqual([
        [DAY, DAY],
        [DAY, DAY],
      ]);
      const csv = (await raw(`${DAYS}/${DAY}/files/${store.name}.csv`)).toString();
      expect(csv.trim().split('\r\n').at(-1)).toMatch(/^合计,全部 2 笔,.*,40\.00,13\.33,13\.33,6\.67,6\.67$/);
    });

    it('never changes: closed again it is the same, and what comes later is a line of a later day', async () => {
      const first = await redeem();
      await terminal.send();
      const late = await redeem();
      world.clock.nowMs = NOON + DAY_MS;
      const closed = await close(DAY);
      refund(first);
      await terminal.send();
      expect(await close(DAY)).toEqual(closed);
      expect(await findings(DAY)).toEqual({ ok: true, findings: [] });
      world.clock.nowMs = NOON + 2 * DAY_MS;
      const { manifest } = await close(NEXT);
      expect(manifest.previous).toEqual({ settlementDay: DAY, sha256: sha256Hex(closed.envelope.payload) });
      const store = await file(NEXT, 'store-');
      expect(
        store.lines.map(({ kind, seq, amountFen, redemptionDay }) => [kind, seq, amountFen, redemptionDay]),
      ).toEqual([
        ['redemption', late.seq, 2000, DAY],
        ['refund', 4, -2000, DAY],
      ]);
    });

    it('is closed by the clock where nobody does it: half an hour after its end, in order, once on two nodes', async () => {
      await redeem();
      await terminal.send();
      const { context } = world.clearing;
      const dayEnd = NOON + DAY_MS / 2;
      world.clock.nowMs = dayEnd + 30 * 60_000 - 1;
      expect(await closeDueDays(context)).toEqual([]);
      world.clock.nowMs = NOON + DAY_MS;
      await redeem();
      await terminal.send();
      world.clock.nowMs = NOON + 5 * DAY_MS;
      await Promise.all([closeDueDays(context), closeDueDays(context)]);
      const { days } = (await world.call('GET', DAYS)).body as {
        readonly days: readonly { readonly day: string; readonly closedBy: string | null }[];
      };
      expect(days.map(({ day, closedBy }) => [day, closedBy])).toEqual([
        [NEXT, 'clock'],
        [DAY, 'clock'],
      ]);
      expect(await findings(NEXT)).toEqual({ ok: true, findings: [] });
    });

    it('gets nothing more although a clock stands still on it', async () => {
      await redeem();
      await terminal.send();
      world.clock.nowMs = NOON + DAY_MS;
      await close(DAY);
      world.clock.nowMs = NOON;
      await redeem();
      const { verdicts } = await terminal.send();
      expect(verdicts.at(-1)).toMatchObject({ verdict: 'settled', settlementDay: NEXT });
    });

    it('is found out when a file, a line or the day before was changed', async () => {
      await redeem();
      await terminal.send();
      world.clock.nowMs = NOON + DAY_MS;
      await close(DAY);
      await redeem();
      await terminal.send();
      world.clock.nowMs = NOON + 2 * DAY_MS;
      await close(NEXT);
      const { db } = world.clearing.context.storage;
      const [{ content } = { content: '' }] = await db
        .selectFrom('settlement_files')
        .select('content')
        .where('settlement_day', '=', DAY)
        .where('name', 'like', '%store%json')
        .execute();
      const change = (text: string) =>
        db
          .updateTable('settlement_files')
          .set({ content: text })
          .where('settlement_day', '=', DAY)
          .where('name', 'like', '%store%json')
          .execute();
      await change(content.replace('2000', '2001'));
      expect(await findings(DAY)).toMatchObject({
        findings: [{ problem: 'hash-differs' }, { problem: /manifest/ }, { problem: /books/ }].map((one) => ({
          problem: expect.stringMatching(one.problem) as unknown,
        })),
      });
      await change(content);
      expect(await findings(DAY)).toMatchObject({ ok: true });
      await db.updateTable('lines').set({ amount_fen: 1999 }).where('settlement_day', '=', NEXT).execute();
      expect(await findings(NEXT)).toMatchObject({ ok: false });
      await db.updateTable('lines').set({ amount_fen: 2000 }).where('settlement_day', '=', NEXT).execute();
      const { manifest } = await db
        .selectFrom('settlement_days')
        .select('manifest')
        .where('settlement_day', '=', NEXT)
        .executeTakeFirstOrThrow();
      await db.updateTable('settlement_days').set({ manifest }).where('settlement_day', '=', DAY).execute();
      expect(await findings(NEXT)).toMatchObject({ findings: [{ what: 'manifest' }] });
    });

    it('is refused while it lasts in any store, out of order, and to who may not close it', async () => {
      const night = await world.terminal(await world.store('supermarket'));
      const { db } = world.clearing.context.storage;
      await db.updateTable('stores').set({ cut_over_minutes: 120 }).where('id', '=', night.storeId).execute();
      await redeem();
      await terminal.send();
      const status = async (path: string, token?: string) =>
        (await world.call('POST', path, {}, token)).status;
      world.clock.nowMs = Date.parse('2023-06-11T01:59:59+08:00');
      expect(await status(`${DAYS}/${DAY}/close`)).toBe(409);
      // Before the cut-over it is still the day before in that store, after it the next.
      const { phone } = await world.voucher({ kind: 'supermarket-20' });
      const atMs = world.now();
      night.redeem({ evidence: phone.evidence(atMs), atMs, amountFen: 10_000, discountFen: 2000 });
      expect((await night.send()).verdicts.at(-1)).toMatchObject({ verdict: 'settled', settlementDay: DAY });
      world.clock.nowMs += 1000;
      expect(await status(`${DAYS}/${DAY}/close`, world.tokens.auditor)).toBe(403);
      world.clock.nowMs += DAY_MS;
      expect(await status(`${DAYS}/${NEXT}/close`)).toBe(409);
      expect(await status(`${DAYS}/${DAY}/close`)).toBe(200);
      expect(await status(`${DAYS}/${NEXT}/close`)).toBe(200);
      expect(await status(`${DAYS}/2023-06-09/close`)).toBe(409);
      expect(await status(`${DAYS}/2023-02-30/close`)).toBe(400);
    });
  });

  describe('a payout', () => {
    it('pays a store what it is owed, once, by two people, with date and reference', async () => {
      await redeem();
      await redeem();
      await terminal.send();
      expect((await world.call('POST', `${DAYS}/${DAY}/payouts`, {})).status).toBe(409);
      world.clock.nowMs = NOON + DAY_MS;
      await close(DAY);
      const [payout] = await prepare(DAY);
      expect(payout).toMatchObject({ amountFen: 4000, shares: [1333, 1333, 667, 667], state: 'prepared' });
      expect(await prepare(DAY)).toEqual([]);
      const approval = { ids: [payout?.id], paidOn: NEXT, reference: 'bank-1' };
      expect((await world.call('POST', `${PAYOUTS}/approvals`, approval)).status).toBe(403);
      expect((await world.call('POST', `${PAYOUTS}/approvals`, approval, world.tokens.auditor)).status).toBe(
        403,
      );
      expect((await books()).get('settlement')).toBe(4000);
      await approve(payout === undefined ? [] : [payout], NEXT);
      expect((await books()).get('settlement')).toBe(0);
      expect((await books()).get(`payable:${terminal.storeId}`)).toBe(0);
      expect((await world.call('POST', `${PAYOUTS}/approvals`, approval, world.tokens.second)).status).toBe(
        409,
      );
      const listed = await world.call('GET', `${PAYOUTS}?day=${DAY}`);
      expect(listed.body).toMatchObject({
        payouts: [{ state: 'approved', paidOn: NEXT, reference: 'bank-1' }],
      });
      expect((await raw(`${PAYOUTS}/${payout?.id ?? ''}/advice`)).toString()).toContain('bank-1');
    });

    it('takes off what the store owes of an earlier one, and the funds have it back that day', async () => {
      const first = await redeem();
      await terminal.send();
      world.clock.nowMs = NOON + DAY_MS;
      await close(DAY);
      await approve(await prepare(DAY), NEXT);
      refund(first);
      await redeem();
      await redeem();
      await terminal.send();
      expect((await books()).get('returning:supermarket')).toBe(2000);
      world.clock.nowMs = NOON + 2 * DAY_MS;
      await close(NEXT);
      const prepared = await prepare(NEXT);
      expect(prepared).toMatchObject([{ amountFen: 2000 }]);
      await approve(prepared, '2023-06-12');
      const after = await books();
      for (const name of [
        'settlement',
        `payable:${terminal.storeId}`,
        `receivable:${terminal.storeId}`,
        'returning:supermarket',
      ])
        expect([name, after.get(name)]).toEqual([name, 0]);
      world.clock.nowMs = NOON + 3 * DAY_MS;
      await close('2023-06-12');
      // What the funds have paid by their files is what is missing in them.
      for (const { id, amountFen } of world.clearing.context.packs.latest(1).funds) {
        const files = await Promise.all([DAY, NEXT, '2023-06-12'].map((day) => file(day, `fund-${id}`)));
        const paid = files.reduce((sum, { control }) => sum + (control.byFund[0]?.netFen ?? 0), 0);
        expect([id, amountFen - (after.get(`fund:${id}`) ?? 0)]).toEqual([id, paid]);
      }
      expect(await findings('2023-06-12')).toEqual({ ok: true, findings: [] });
    });

    it('that is rejected frees its lines, and what was refunded meanwhile is taken off the next', async () => {
      const first = await redeem();
      await redeem();
      await terminal.send();
      world.clock.nowMs = NOON + DAY_MS;
      await close(DAY);
      const [payout] = await prepare(DAY);
      refund(first);
      await terminal.send();
      await post(
        `${PAYOUTS}/${payout?.id ?? ''}/rejection`,
        { reason: 'wrong account' },
        world.tokens.second,
      );
      world.clock.nowMs = NOON + 2 * DAY_MS;
      await close(NEXT);
      const again = await prepare(NEXT);
      expect(again).toMatchObject([{ amountFen: 2000 }]);
      await approve(again, '2023-06-12');
      expect((await books()).get('settlement')).toBe(0);
    });

    it('of a store that owes more than it is owed is made only when asked for, and books the money that came', async () => {
      const first = await redeem();
      await terminal.send();
      world.clock.nowMs = NOON + DAY_MS;
      await close(DAY);
      await approve(await prepare(DAY), NEXT);
      refund(first);
      await terminal.send();
      world.clock.nowMs = NOON + 2 * DAY_MS;
      await close(NEXT);
      expect(await prepare(NEXT)).toEqual([]);
      const collected = await prepare(NEXT, true);
      expect(collected).toMatchObject([{ amountFen: -2000 }]);
      await approve(collected, '2023-06-12');
      const after = await books();
      expect([after.get('fund:city'), after.get('returning:supermarket')]).toEqual([200_000_000, 0]);
    });
  });
});
