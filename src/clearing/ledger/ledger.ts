import type { Campaign, Category } from '../../domain/campaign.ts';
import { type Fen, fen } from '../../domain/money.ts';
import type { Reader, Tx } from '../storage/storage.ts';

/**
 * Double entry. Debit accounts hold what there is: `fund:ID` (unspent money of a fund), `reserve` (unspent money of
 * the loss reserve), `settlement` (left the funds or the reserve, not yet paid out), `receivable:STORE` (a store owes
 * a paid redemption back). Credit accounts say whose it is: `budget:CATEGORY` (free to be claimed),
 * `reserved:CATEGORY` (claimed), `cover` (free to bear offline double spends), `unallotted` (in the funds, but of no
 * category), `payable:STORE` (redeemed, not yet paid out), `returning:CATEGORY` and `returning:cover` (refunded by a
 * store after it was paid, not yet received).
 * Debits are positive, credits negative; each transfer adds up to zero, so all accounts together do at any moment.
 * What the funds have paid, net, is always the cumulative split of its sum (domain/fund-split.ts).
 */
export interface Posting {
  readonly account: string;
  readonly amountFen: number;
}

const DEBIT_PREFIXES = ['fund:', 'settlement', 'receivable:', 'reserve'];
/** `reserved:CATEGORY` is a credit account although its name begins like `reserve`. */
const isDebit = (name: string): boolean =>
  DEBIT_PREFIXES.some((prefix) => (prefix.endsWith(':') ? name.startsWith(prefix) : name === prefix));

export const account = {
  fund: (id: string) => `fund:${id}`,
  settlement: 'settlement',
  reserve: 'reserve',
  cover: 'cover',
  unallotted: 'unallotted',
  receivable: (storeId: string) => `receivable:${storeId}`,
  budget: (category: Category) => `budget:${category}`,
  reserved: (category: Category) => `reserved:${category}`,
  payable: (storeId: string) => `payable:${storeId}`,
  returning: (category: Category | 'cover') => `returning:${category}`,
} as const;

export function sideOf(name: string): 'debit' | 'credit' {
  return isDebit(name) ? 'debit' : 'credit';
}

/** An account would fall below zero: nothing of the transfer has happened. */
export class OverdrawnError extends Error {
  readonly code = 'overdrawn';
  readonly account: string;
  constructor(name: string, cause?: unknown) {
    super(`the account ${name} would fall below zero`, { cause });
    this.account = name;
  }
}

export interface Transfer {
  readonly what: string;
  readonly reference: string;
  readonly atMs: number;
}

/**
 * Books one transfer. The caller holds the money lock. Throws when the postings don't add up to zero, and an
 * OverdrawnError when an account would fall below zero.
 */
export async function post(
  tx: Tx,
  campaignNumber: number,
  transfer: Transfer,
  postings: readonly Posting[],
): Promise<void> {
  const sums = new Map<string, number>();
  for (const { account: name, amountFen } of postings) sums.set(name, (sums.get(name) ?? 0) + amountFen);
  const total = [...sums.values()].reduce((left, right) => left + right, 0);
  if (total !== 0) throw new Error(`a transfer that does not add up to zero: ${transfer.what}`);
  const moved = [...sums].filter(([, amount]) => amount !== 0);
  if (moved.length === 0) return;
  for (const [name, amount] of moved) await move(tx, campaignNumber, name, amount);
  await tx
    .insertInto('postings')
    .values(
      moved.map(([name, amount]) => ({
        campaign_number: campaignNumber,
        what: transfer.what,
        reference: transfer.reference,
        account: name,
        amount_fen: amount,
        at_ms: transfer.atMs,
      })),
    )
    .execute();
}

async function move(tx: Tx, campaignNumber: number, name: string, amountFen: number): Promise<void> {
  const side = sideOf(name);
  const change = side === 'debit' ? amountFen : -amountFen;
  const updated = await tx
    .updateTable('accounts')
    .set((eb) => ({ balance_fen: eb('balance_fen', '+', change) }))
    .where('campaign_number', '=', campaignNumber)
    .where('name', '=', name)
    .where((eb) => eb(eb('balance_fen', '+', change), '>=', 0))
    .returning('name')
    .executeTakeFirst();
  if (updated !== undefined) return;
  if (change < 0) throw new OverdrawnError(name);
  await tx
    .insertInto('accounts')
    .values({ campaign_number: campaignNumber, name, side, balance_fen: change })
    .execute();
}

/**
 * Puts the funds' money in and shares it out to the categories, as the plan's lines say; what no line asks for stays
 * unallotted. A loss reserve is money of its own, beside the funds.
 */
export async function openBooks(tx: Tx, campaign: Campaign, atMs: number): Promise<void> {
  const budgets = new Map<Category, number>();
  for (const { category, faceValueFen, quota } of campaign.kinds) {
    budgets.set(category, (budgets.get(category) ?? 0) + faceValueFen * quota);
  }
  const { funds, lossReserveFen = 0 } = campaign;
  const fundsFen = funds.reduce((sum, { amountFen }) => sum + amountFen, 0);
  const allottedFen = [...budgets.values()].reduce((sum, budget) => sum + budget, 0);
  await post(tx, campaign.number, { what: 'open', reference: campaign.id, atMs }, [
    ...funds.map(({ id, amountFen }) => ({ account: account.fund(id), amountFen: Number(amountFen) })),
    ...[...budgets].map(([category, sum]) => ({ account: account.budget(category), amountFen: -sum })),
    { account: account.unallotted, amountFen: allottedFen - fundsFen },
    { account: account.reserve, amountFen: lossReserveFen },
    { account: account.cover, amountFen: 0 - lossReserveFen },
  ]);
}

/** What each fund of a campaign has paid so far, net, in the pack's order. */
export async function paidByFunds(db: Reader, campaign: Campaign): Promise<readonly Fen[]> {
  const rows = await db
    .selectFrom('accounts')
    .select(['name', 'balance_fen'])
    .where('campaign_number', '=', campaign.number)
    .where(
      'name',
      'in',
      campaign.funds.map(({ id }) => account.fund(id)),
    )
    .execute();
  const left = new Map(rows.map((row) => [row.name, row.balance_fen]));
  return campaign.funds.map(({ id, amountFen }) => fen(amountFen - (left.get(account.fund(id)) ?? 0)));
}

export interface Balance {
  readonly name: string;
  readonly side: 'debit' | 'credit';
  readonly balanceFen: number;
}

/** Every account of a campaign with its balance, by name. */
export async function balances(db: Reader, campaignNumber: number): Promise<readonly Balance[]> {
  const rows = await db
    .selectFrom('accounts')
    .selectAll()
    .where('campaign_number', '=', campaignNumber)
    .orderBy('name')
    .execute();
  return rows.map(({ name, side, balance_fen: balanceFen }) => ({ name, side, balanceFen }));
}
