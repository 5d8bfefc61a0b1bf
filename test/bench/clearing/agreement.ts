import { balances } from '../../../src/clearing/ledger/ledger.ts';
import type { Reader } from '../../../src/clearing/storage/storage.ts';
import { FACE_FEN } from './load-world.ts';

const CAMPAIGN = 1;

/**
 * Looks whether the books say what the terminals were told: every settled redemption once, in lines, spent vouchers,
 * funds and the store's account, to the fen; all accounts together zero. Throws what doesn't agree.
 */
export async function requireAgreement(db: Reader, settled: number, storeId: string): Promise<void> {
  const { lines, fen } = await db
    .selectFrom('lines')
    .select((eb) => [
      eb.fn.countAll<number>().as('lines'),
      eb.fn.coalesce(eb.fn.sum<number>('amount_fen'), eb.lit(0)).as('fen'),
    ])
    .where('kind', '=', 'redemption')
    .executeTakeFirstOrThrow();
  const { spent } = await db
    .selectFrom('spends')
    .select((eb) => eb.fn.countAll<number>().as('spent'))
    .executeTakeFirstOrThrow();
  const { posted } = await db
    .selectFrom('postings')
    .select((eb) => eb.fn.sum<number>('amount_fen').as('posted'))
    .executeTakeFirstOrThrow();
  const { redeemed } = await db
    .selectFrom('campaigns')
    .select('redeemed_fen as redeemed')
    .where('number', '=', CAMPAIGN)
    .executeTakeFirstOrThrow();
  const books = await balances(db, CAMPAIGN);
  const of = (name: string): number =>
    books.find((account) => account.name === name)?.balanceFen ?? Number.NaN;
  const together = books.reduce(
    (sum, { side, balanceFen }) => sum + (side === 'debit' ? balanceFen : -balanceFen),
    0,
  );
  const paidFen = settled * FACE_FEN;
  const checks: readonly (readonly [string, number, number])[] = [
    ['lines', lines, settled],
    ['spent vouchers', spent, settled],
    ['fen in lines', fen, paidFen],
    ['fen out of the funds', redeemed, paidFen],
    ['fen to be settled', of('settlement'), paidFen],
    ['fen owed to the store', of(`payable:${storeId}`), paidFen],
    ['fen in all accounts together', together, 0],
    ['fen in all postings together', posted, 0],
  ];
  const wrong = checks.filter(([, found, expected]) => found !== expected);
  if (wrong.length > 0)
    throw new Error(
      wrong.map(([what, found, expected]) => `${what}: ${found} instead of ${expected}`).join('; '),
    );
}
