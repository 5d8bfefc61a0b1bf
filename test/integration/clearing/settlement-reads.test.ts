import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type ReportLine,
  type Reconciliation,
  reconciliationSchema,
} from '../../../src/contract/clearing/reconciliation.ts';
import {
  dayTotalsSchema,
  readBackSchema,
  statementSchema,
  STORE_ROUTES,
} from '../../../src/contract/clearing/settlement.ts';
import type { Entry } from '../../../src/contract/journal/entry.ts';
import type { TestTerminal } from '../../support/clearing-terminal.ts';
import { createWorld, NOON, type World } from '../../support/clearing-world.ts';
import { onEachEngine } from '../../support/engines.ts';

const DAY = '2023-06-10';
const DAY_MS = 86_400_000;

let world: World;
let terminal: TestTerminal;

async function redeem(on: TestTerminal = terminal): Promise<Entry> {
  const { phone } = await world.voucher({ kind: 'supermarket-20' });
  const atMs = world.now();
  return on.redeem({ evidence: phone.evidence(atMs), atMs, amountFen: 10_000, discountFen: 2000 });
}

const lineOf = ({ epoch, seq }: Entry, changes: Partial<ReportLine> = {}): ReportLine => ({
  epoch,
  seq,
  kind: 'redemption',
  amountFen: 2000,
  redemptionDay: DAY,
  settlementDay: DAY,
  ...changes,
});

function reconcile(
  lines: readonly ReportLine[],
  by: 'redemption' | 'settlement' = 'redemption',
): Promise<Reconciliation> {
  const head = { epoch: terminal.epoch, seq: terminal.seq, hash: terminal.lastHash };
  return terminal.ask(
    STORE_ROUTES.reconcile,
    { day: DAY, by, head, lines },
    'reconciliation',
    reconciliationSchema,
  );
}

async function alarms(): Promise<readonly string[]> {
  const { db } = world.clearing.context.storage;
  return (await db.selectFrom('alarms').select('code').execute()).map(({ code }) => code);
}

onEachEngine((engine) => {
  beforeEach(async () => {
    world = await createWorld({ storage: await engine.open() });
    terminal = await world.terminal(await world.store('supermarket'));
  });
  afterEach(() => world.close());

  describe('the totals and statement of a store', () => {
    it('hold every counter of the store and none of another, by redemption day and by settlement day', async () => {
      const second = await world.terminal(terminal.storeId, '2');
      const elsewhere = await world.terminal(await world.store('supermarket'));
      const first = await redeem();
      await redeem(second);
      await redeem(elsewhere);
      await terminal.send();
      await elsewhere.send();
      world.clock.nowMs = NOON + DAY_MS;
      await second.send();
      terminal.refund(first, world.now(), { returnedFen: 10_000, backToFundFen: 2000, paidOutFen: 8000 });
      await terminal.send();
      const ask = (day: string, by: string) =>
        terminal.ask(STORE_ROUTES.dayTotals, { day, by }, 'day-totals', dayTotalsSchema);
      expect(await ask(DAY, 'redemption')).toMatchObject({ count: 3, amountFen: 2000, closed: false });
      expect(await ask(DAY, 'settlement')).toMatchObject({ count: 1, amountFen: 2000 });
      const next = await ask('2023-06-11', 'settlement');
      expect(next.totals.map(({ counter, kind, amountFen }) => [counter, kind, amountFen])).toEqual([
        ['1', 'refund', -2000],
        ['2', 'redemption', 2000],
      ]);
      const statement = await terminal.ask(
        STORE_ROUTES.statement,
        { day: DAY, by: 'redemption', after: null },
        'statement',
        statementSchema,
      );
      expect(statement.lines.map(({ kind, of, settlementDay }) => [kind, of, settlementDay])).toEqual([
        ['redemption', null, DAY],
        ['redemption', null, '2023-06-11'],
        ['refund', { epoch: 1, seq: first.seq }, '2023-06-11'],
      ]);
      expect(new Set(statement.lines.map(({ receiptNumber }) => receiptNumber)).size).toBe(2);
    });

    it('name what clearing holds apart from what it has settled', async () => {
      await redeem();
      const { db } = world.clearing.context.storage;
      await db.updateTable('terminals').set({ status: 'suspended' }).execute();
      await terminal.send();
      const totals = await terminal.ask(
        STORE_ROUTES.dayTotals,
        { day: DAY, by: 'redemption' },
        'day-totals',
        dayTotalsSchema,
      );
      expect(totals).toMatchObject({ count: 0, held: { count: 1, amountFen: 2000 } });
    });
  });

  describe('reconciliation with a terminal', () => {
    it('matches what both have, and raises no alarm for what is still on its way', async () => {
      const sent = await redeem();
      await terminal.send();
      const unsent = await redeem();
      const result = await reconcile([lineOf(sent), lineOf(unsent, { settlementDay: null })]);
      expect(result.lines.map(({ seq, status }) => [seq, status])).toEqual([
        [2, 'matched'],
        [3, 'only-terminal'],
      ]);
      expect(result).toMatchObject({ terminalFen: 4000, clearingFen: 2000 });
      expect(await alarms()).toEqual([]);
    });

    it('finds a line that the terminal leaves out, one with another amount, and one on another day', async () => {
      await redeem();
      const second = await redeem();
      const third = await redeem();
      await terminal.send();
      const result = await reconcile([
        lineOf(second, { amountFen: 2001 }),
        lineOf(third, { settlementDay: '2023-06-11' }),
      ]);
      expect(result.lines.map(({ seq, status, differences }) => [seq, status, differences])).toEqual([
        [2, 'only-clearing', []],
        [3, 'differs', ['amount']],
        [4, 'differs', ['settlement-day']],
      ]);
      expect(await alarms()).toEqual(['reconciliation-differs']);
    });

    it("finds a line that is gone from clearing's books, and one that was changed there", async () => {
      const entries = [await redeem(), await redeem()];
      await terminal.send();
      const { db } = world.clearing.context.storage;
      await db.deleteFrom('lines').where('seq', '=', 2).execute();
      await db.updateTable('lines').set({ amount_fen: 1999 }).where('seq', '=', 3).execute();
      const result = await reconcile(
        entries.map((entry) => lineOf(entry)),
        'settlement',
      );
      expect(result.lines.map(({ status, verdict }) => [status, verdict])).toEqual([
        ['only-terminal', 'settled'],
        ['differs', 'settled'],
      ]);
      expect(await alarms()).toEqual(['reconciliation-differs']);
    });

    it('tells held lines apart, and keeps one result for each day', async () => {
      const { db } = world.clearing.context.storage;
      const entry = await redeem();
      await db.updateTable('terminals').set({ status: 'suspended' }).execute();
      await terminal.send();
      for (let times = 0; times < 2; times += 1) {
        const result = await reconcile([lineOf(entry, { settlementDay: null })]);
        expect(result.lines).toMatchObject([{ status: 'held', reason: 'terminal-suspended' }]);
      }
      expect(await db.selectFrom('reconciliations').select('subject').execute()).toHaveLength(1);
      expect(await alarms()).toEqual([]);
    });

    it('refuses a report that names an entry twice', async () => {
      const entry = await redeem();
      await expect(reconcile([lineOf(entry), lineOf(entry)])).rejects.toThrow(/400 .*bad-request/);
    });
  });

  describe('the journal read back', () => {
    it('is what was sent, entry by entry, in pages, with its verdicts and head', async () => {
      for (let count = 0; count < 3; count += 1) await redeem();
      terminal.append('alarm', world.now(), { code: 'test', details: {} });
      await terminal.send();
      for (let count = 0; count < 200; count += 1)
        terminal.append('alarm', world.now(), { code: 'test', details: { count } });
      await terminal.send(terminal.journal.slice(5));
      const first = await terminal.ask(STORE_ROUTES.readBack, { after: null }, 'read-back', readBackSchema);
      const last = first.entries.at(-1);
      const rest = await terminal.ask(
        STORE_ROUTES.readBack,
        { after: { epoch: 1, seq: last?.seq ?? 0 } },
        'read-back',
        readBackSchema,
      );
      expect([first.more, rest.more]).toEqual([true, false]);
      expect([...first.entries, ...rest.entries]).toEqual(terminal.journal);
      expect(first.verdicts.slice(0, 2).map(({ verdict }) => verdict)).toEqual(['recorded', 'settled']);
      expect(rest.heads).toEqual([{ epoch: 1, seq: terminal.seq, hash: terminal.lastHash }]);
    });
  });
});
