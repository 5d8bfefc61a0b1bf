import Papa from 'papaparse';
import { MAX_AMOUNT_FEN } from '../../domain/money.ts';

/**
 * The till's own file of a business day, held against what was settled. CSV with a header: a receipt number
 * (`receipt` or 小票号), the voucher amount taken off it in yuan (`amount` or 优惠), and where receipt numbers are
 * not unique in the store, the till (`till` or 收银台). A receipt that occurs more than once is added up.
 */
export interface TillReceipt {
  /** Null where the file has no column for it. */
  readonly till: string | null;
  readonly receiptNumber: string;
  readonly amountFen: number;
}

export type TillFile =
  | { readonly ok: true; readonly receipts: readonly TillReceipt[] }
  /** `row` counts the lines after the header from 1; 0 is the header. */
  | { readonly ok: false; readonly row: number; readonly problem: string };

const COLUMNS = {
  receipt: ['receipt', 'receipt number', '小票号', '小票'],
  amount: ['amount', 'voucher amount', '优惠', '优惠金额'],
  till: ['till', '收银台', '款台'],
} as const;

/** At most two decimals; a till that takes a voucher back writes it with a minus. */
const YUAN = /^(-?)(\d{1,7})(?:\.(\d{1,2}))?$/;

/** Reads a till's file. Refuses it whole at the first line that can't be read: half a file proves nothing. */
export function readTillFile(text: string): TillFile {
  const { data } = Papa.parse<string[]>(text.replace(/^\uFEFF/, ''), { skipEmptyLines: 'greedy' });
  const [header, ...rows] = data;
  const names = (header ?? []).map((name) => name.trim().toLowerCase());
  const find = (wanted: readonly string[]): number => names.findIndex((name) => wanted.includes(name));
  const columns = { receipt: find(COLUMNS.receipt), amount: find(COLUMNS.amount), till: find(COLUMNS.till) };
  if (columns.receipt < 0 || columns.amount < 0)
    return { ok: false, row: 0, problem: 'needs the columns receipt (小票号) and amount (优惠)' };
  const receipts: TillReceipt[] = [];
  for (const [index, cells] of rows.entries()) {
    const receiptNumber = cells[columns.receipt]?.trim() ?? '';
    const amountFen = readYuan(cells[columns.amount]?.trim() ?? '');
    if (receiptNumber === '' || receiptNumber.length > 64)
      return { ok: false, row: index + 1, problem: 'no receipt number' };
    if (amountFen === null) return { ok: false, row: index + 1, problem: 'not an amount in yuan' };
    const till = columns.till < 0 ? null : (cells[columns.till]?.trim() ?? '');
    receipts.push({ till, receiptNumber, amountFen });
  }
  return { ok: true, receipts };
}

function readYuan(text: string): number | null {
  const [, sign, yuan, decimals = ''] = YUAN.exec(text) ?? [];
  if (yuan === undefined) return null;
  const amountFen = Number(yuan) * 100 + Number(decimals.padEnd(2, '0'));
  if (amountFen > MAX_AMOUNT_FEN) return null;
  return sign === '-' ? 0 - amountFen : amountFen;
}

export const RECEIPT_STATUSES = ['matched', 'differs', 'only-till', 'only-clearing'] as const;
export type ReceiptStatus = (typeof RECEIPT_STATUSES)[number];

export interface ReconciledReceipt {
  readonly till: string | null;
  readonly receiptNumber: string;
  readonly status: ReceiptStatus;
  readonly tillFen: number | null;
  readonly clearingFen: number | null;
}

/**
 * Compares receipt by receipt what the till took off with what was settled, net of corrections. A receipt that
 * comes to nothing on one side and doesn't occur on the other (a sale with a voucher, taken back) is matched.
 */
export function compareReceipts(
  till: readonly TillReceipt[],
  settled: readonly (TillReceipt & { readonly till: string })[],
): readonly ReconciledReceipt[] {
  const byTill = till.some((receipt) => receipt.till !== null);
  const theirs = addUp(till);
  const ours = addUp(settled.map((receipt) => (byTill ? receipt : { ...receipt, till: null })));
  const keys = [...new Set([...theirs.keys(), ...ours.keys()])].sort();
  return keys.flatMap((key) => {
    const named = theirs.get(key) ?? ours.get(key);
    if (named === undefined) return [];
    const tillFen = theirs.get(key)?.amountFen ?? null;
    const clearingFen = ours.get(key)?.amountFen ?? null;
    return [
      {
        till: named.till,
        receiptNumber: named.receiptNumber,
        status: statusOf(tillFen, clearingFen),
        tillFen,
        clearingFen,
      },
    ];
  });
}

function statusOf(tillFen: number | null, clearingFen: number | null): ReceiptStatus {
  if ((tillFen ?? 0) === (clearingFen ?? 0)) return 'matched';
  if (tillFen === null) return 'only-clearing';
  return clearingFen === null ? 'only-till' : 'differs';
}

function addUp(receipts: readonly TillReceipt[]): Map<string, TillReceipt> {
  const sums = new Map<string, TillReceipt>();
  for (const receipt of receipts) {
    const key = JSON.stringify([receipt.till, receipt.receiptNumber]);
    const before = sums.get(key)?.amountFen ?? 0;
    sums.set(key, { ...receipt, amountFen: before + receipt.amountFen });
  }
  return sums;
}
