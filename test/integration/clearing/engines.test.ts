import { describe, expect, it } from 'vitest';
import { lockMoney, type Storage } from '../../../src/clearing/storage/storage.ts';
import { onEachEngine } from '../../support/engines.ts';

async function addOperator(storage: Storage, id: string): Promise<void> {
  await storage.db
    .insertInto('operators')
    .values({ id, name: id, token_hash: id, roles: '[]', created_at_ms: 1_700_000_000_000, disabled: 0 })
    .execute();
}

onEachEngine((engine) => {
  describe('storage', () => {
    it('gives money, times, counts and sums as exact numbers', async () => {
      const { db } = await engine.open();
      const largestFen = Number.MAX_SAFE_INTEGER;
      const posting = { campaign_number: 1, what: 'x', reference: '', account: 'fund:a', at_ms: 1 };
      const { id } = await db
        .insertInto('postings')
        .values({ ...posting, amount_fen: largestFen - 1 })
        .returning('id')
        .executeTakeFirstOrThrow();
      await db
        .insertInto('postings')
        .values({ ...posting, amount_fen: 1 })
        .execute();
      const sums = await db
        .selectFrom('postings')
        .select((eb) => [
          eb.fn.sum<number>('amount_fen').as('sum'),
          eb.fn.countAll<number>().as('count'),
          eb.fn.max('amount_fen').as('max'),
        ])
        .executeTakeFirstOrThrow();
      expect(sums).toEqual({ sum: largestFen, count: 2, max: largestFen - 1 });
      expect(id).toBe(1);
    });

    it('never gives a number that is not exact', async () => {
      const { db } = await engine.open();
      const posting = { campaign_number: 1, what: 'x', reference: '', account: 'fund:a', at_ms: 1 };
      for (let nth = 0; nth < 2; nth += 1)
        await db
          .insertInto('postings')
          .values({ ...posting, amount_fen: Number.MAX_SAFE_INTEGER })
          .execute();
      const sum = db.selectFrom('postings').select((eb) => eb.fn.sum<number>('amount_fen').as('sum'));
      if (engine.name === 'postgres') await expect(sum.execute()).rejects.toThrow('no exact integer');
    });

    it('orders text by its bytes, so that files made on either engine are the same', async () => {
      const storage = await engine.open();
      for (const id of ['b', 'B', 'a', '店', 'ä', 'a-1', 'a1']) await addOperator(storage, id);
      const rows = await storage.db.selectFrom('operators').select('id').orderBy('id').execute();
      expect(rows.map(({ id }) => id)).toEqual(['B', 'a', 'a-1', 'a1', 'b', 'ä', '店']);
    });

    it('loses no update of transactions that run at once', async () => {
      const storage = await engine.open();
      const rises = Array.from({ length: 40 }, () =>
        storage.transaction(async (tx) => {
          await lockMoney(tx);
          const { value } = await tx
            .selectFrom('sequences')
            .select('value')
            .where('name', '=', 'changes')
            .executeTakeFirstOrThrow();
          await tx
            .updateTable('sequences')
            .set({ value: value + 1 })
            .where('name', '=', 'changes')
            .execute();
        }),
      );
      await Promise.all(rises);
      const row = await storage.db
        .selectFrom('sequences')
        .select('value')
        .where('name', '=', 'changes')
        .executeTakeFirstOrThrow();
      expect(row.value).toBe(40);
    });

    it('leaves nothing of a transaction that failed', async () => {
      const storage = await engine.open();
      const failing = storage.transaction(async (tx) => {
        await tx.updateTable('sequences').set({ value: 99 }).execute();
        throw new Error('half way');
      });
      await expect(failing).rejects.toThrow('half way');
      const rows = await storage.db.selectFrom('sequences').select('value').execute();
      expect(rows.map(({ value }) => value)).toEqual([0, 0]);
    });

    it('has no place for the same voucher spent twice, and no account below zero', async () => {
      const { db } = await engine.open();
      const spend = { campaign_number: 1, serial: 7, terminal_id: 't', authorisation_id: null, at_ms: 1 };
      await db
        .insertInto('spends')
        .values({ ...spend, epoch: 1, seq: 2 })
        .execute();
      await expect(
        db
          .insertInto('spends')
          .values({ ...spend, epoch: 1, seq: 3 })
          .execute(),
      ).rejects.toThrow();
      const account = { campaign_number: 1, name: 'fund:a', side: 'debit' as const, balance_fen: -1 };
      await expect(db.insertInto('accounts').values(account).execute()).rejects.toThrow();
    });
  });
});
