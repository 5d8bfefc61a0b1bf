import { type Expression, type KyselyPlugin, sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Storage } from '../../../src/clearing/storage/storage.ts';
import type { Entry } from '../../../src/contract/journal/entry.ts';
import type { TestTerminal } from '../../support/clearing-terminal.ts';
import { createWorld, type World } from '../../support/clearing-world.ts';
import { onEachEngine, postgresEngine } from '../../support/engines.ts';

/** The same storage, with every statement counted. */
function counting(storage: Storage): { readonly storage: Storage; readonly count: () => number } {
  let count = 0;
  const counter: KyselyPlugin = {
    transformQuery: ({ node }) => {
      count += 1;
      return node;
    },
    transformResult: ({ result }) => Promise.resolve(result),
  };
  const db = storage.db.withPlugin(counter);
  return {
    storage: { ...storage, db, transaction: (work) => db.transaction().execute(work) },
    count: () => count,
  };
}

onEachEngine((engine) => {
  let world: World;
  let terminal: TestTerminal;
  let count: () => number;
  beforeEach(async () => {
    const counted = counting(await engine.open());
    ({ count } = counted);
    world = await createWorld({ storage: counted.storage });
    terminal = await world.terminal(await world.store('supermarket'));
    await terminal.send();
  });
  afterEach(() => world.close());

  const redeem = async (entries: number): Promise<readonly Entry[]> => {
    const made: Entry[] = [];
    for (let nth = 0; nth < entries; nth += 1) {
      const { phone } = await world.voucher({ kind: 'supermarket-20' });
      const order = { atMs: world.now(), amountFen: 10_000, discountFen: 2000 };
      made.push(terminal.redeem({ ...order, evidence: phone.evidence(world.now()) }));
    }
    return made;
  };
  /** Statements that clearing needs to take in these entries; all must get this verdict. */
  const statementsFor = async (entries: readonly Entry[], verdict = 'settled'): Promise<number> => {
    const before = count();
    const { verdicts } = await terminal.send(entries);
    expect(new Set(verdicts.map((one) => one.verdict))).toEqual(new Set([verdict]));
    return count() - before;
  };

  describe('the number of statements for a batch', () => {
    it('doesn’t grow with its redemptions, its reversals, or pairs of both', async () => {
      // The first redemption of all opens the store's accounts.
      await terminal.send(await redeem(1));
      const few = await redeem(2);
      const fewStatements = await statementsFor(few);
      const many = await redeem(30);
      expect(await statementsFor(many)).toBe(fewStatements);
      expect(fewStatements).toBeLessThan(45);

      const reverse = (entries: readonly Entry[]) =>
        entries.map((entry) => terminal.reverse(entry, world.now()));
      const fewReversals = await statementsFor(reverse(few));
      expect(await statementsFor(reverse(many))).toBe(fewReversals);
      expect(fewReversals).toBeLessThan(45);

      const pair = async (entries: number) => {
        const taken = await redeem(entries);
        return [...taken, ...reverse(taken)];
      };
      expect(await statementsFor(await pair(20))).toBe(await statementsFor(await pair(2)));
    });

    it('doesn’t grow with entries that are alarms and forks', async () => {
      const forksOf = (entries: readonly Entry[]): readonly Entry[] => {
        const seq = (entries[0]?.seq ?? 1) - 1;
        terminal.seq = seq;
        return entries.map(() =>
          terminal.append('signed-out', world.now(), { userId: 'ann', automatic: true }),
        );
      };
      const few = await redeem(2);
      await terminal.send(few);
      const fewStatements = await statementsFor(forksOf(few), 'held');
      const many = await redeem(30);
      await terminal.send(many);
      expect(await statementsFor(forksOf(many), 'held')).toBe(fewStatements);
    });
  });
});

describe('PostgreSQL', () => {
  const postgres = postgresEngine();
  it('finds what a batch asks for by an index, in a store with many purchases', async () => {
    const { db } = await postgres.open();
    await sql`insert into purchases (store_id, till, business_day, receipt_number, amount_fen, terminal_id, epoch, seq)
      select 's', '1', '2023-06-10', 'n-' || n, 10000, 't', 1, n from generate_series(1, 20000) n`.execute(
      db,
    );
    await sql`insert into spends (campaign_number, serial, terminal_id, authorisation_id, epoch, seq, at_ms)
      select 1, n, 't', null, 1, n, 1 from generate_series(1, 20000) n`.execute(db);
    await sql`analyze`.execute(db);
    const planOf = async (query: Expression<unknown>): Promise<string> => {
      const { rows } = await sql<Record<string, unknown>>`explain ${query}`.execute(db);
      return rows.flatMap((row) => Object.values(row)).join('\n');
    };
    const receipts = ['n-1', 'n-2', 'n-19999'];
    const plans = [
      await planOf(
        db
          .selectFrom('purchases')
          .selectAll()
          .where('store_id', '=', 's')
          .where('receipt_number', 'in', receipts),
      ),
      await planOf(
        db
          .selectFrom('purchases')
          .select('seq')
          .where('terminal_id', '=', 't')
          .where('epoch', '=', 1)
          .where('seq', 'in', [7, 8]),
      ),
      await planOf(
        db
          .selectFrom('spends')
          .select('seq')
          .where('terminal_id', '=', 't')
          .where('epoch', '=', 1)
          .where('seq', 'in', [7, 8]),
      ),
      await planOf(
        db
          .selectFrom('spends')
          .select('seq')
          .where('terminal_id', '=', 't')
          .where('authorisation_id', 'in', ['a', 'b']),
      ),
    ];
    for (const plan of plans) {
      expect(plan).toContain('Index');
      expect(plan).not.toContain('Seq Scan');
    }
  });
});
