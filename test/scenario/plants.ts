import type { City } from './city.ts';
import type { Tally } from './tally-model.ts';

/** One fen, or one of its like, put wrong on purpose: the run must then end with an error. */
export const FINAL_PLANTS = {
  line: async ({ clearing }: City) => {
    const { db } = clearing.context.storage;
    const { id } = await db
      .selectFrom('lines')
      .select('id')
      .where('amount_fen', '>', 0)
      .limit(1)
      .executeTakeFirstOrThrow();
    await db
      .updateTable('lines')
      .set((eb) => ({ amount_fen: eb('amount_fen', '+', 1) }))
      .where('id', '=', id)
      .execute();
  },
  file: async ({ clearing }: City) => {
    const { db } = clearing.context.storage;
    const file = await db
      .selectFrom('settlement_files')
      .select(['name', 'content'])
      .where('name', 'like', '%-store-%.json')
      .limit(1)
      .executeTakeFirstOrThrow();
    const content = file.content.replace(
      /"amountFen":(\d+),"shares"/,
      (_, amount: string) => `"amountFen":${Number(amount) + 1},"shares"`,
    );
    await db.updateTable('settlement_files').set({ content }).where('name', '=', file.name).execute();
  },
  fund: async ({ clearing }: City) => {
    const { db } = clearing.context.storage;
    await db
      .updateTable('accounts')
      .set((eb) => ({ balance_fen: eb('balance_fen', '+', 1) }))
      .where('name', '=', 'fund:city')
      .execute();
  },
  payout: async ({ clearing }: City) => {
    const { db } = clearing.context.storage;
    const { id } = await db.selectFrom('payouts').select('id').limit(1).executeTakeFirstOrThrow();
    await db
      .updateTable('payouts')
      .set((eb) => ({ amount_fen: eb('amount_fen', '+', 1) }))
      .where('id', '=', id)
      .execute();
  },
  customer: (_: City, tally: Tally) => {
    tally.used('supermarket-20');
    return Promise.resolve();
  },
} as const satisfies Record<string, (city: City, tally: Tally) => Promise<void>>;
export type FinalPlant = keyof typeof FINAL_PLANTS;
