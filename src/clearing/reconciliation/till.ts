import type { z } from 'zod';
import {
  compareReceipts,
  type ReceiptStatus,
  readTillFile,
} from '../../contract/clearing/reconciliation-till.ts';
import { sha256Hex } from '../../contract/clearing/settlement-file.ts';
import type { tillReconciliationSchema } from '../../contract/clearing/settlement-operator.ts';
import { type Context, newId } from '../context.ts';
import { ApiError } from '../errors.ts';
import { audit, type Operator, requireRole } from '../operator/operators.ts';
import { readStoreView } from '../operator/stores.ts';
import { readLines } from '../settlement/lines.ts';

/**
 * Holds the file of a store's till against what was settled for the sales of that business day (net of corrections,
 * whenever they came), receipt by receipt, and keeps the last result of the store's day. Refuses (`bad-request`) a
 * file that can't be read.
 */
export async function reconcileTill(
  context: Context,
  operator: Operator,
  { storeId, day, csv }: { readonly storeId: string; readonly day: string; readonly csv: string },
): Promise<z.infer<typeof tillReconciliationSchema>> {
  requireRole(operator, 'unionpay', 'finance', 'auditor');
  const { db } = context.storage;
  await readStoreView(db, storeId);
  const file = readTillFile(csv);
  if (!file.ok) throw new ApiError('bad-request', `line ${String(file.row)}: ${file.problem}`);
  await context.packs.refresh(db);
  const lines = await readLines(db, context.packs, { day, by: 'redemption', storeId });
  const receipts = compareReceipts(file.receipts, lines);
  const counts: Record<ReceiptStatus, number> = {
    matched: 0,
    differs: 0,
    'only-till': 0,
    'only-clearing': 0,
  };
  for (const { status } of receipts) counts[status] += 1;
  const result = {
    id: newId(context, 'rc'),
    store_id: storeId,
    at_ms: context.now(),
    report_sha256: sha256Hex(csv),
    counts: JSON.stringify(counts),
    differences: JSON.stringify(receipts.filter(({ status }) => status !== 'matched')),
  };
  await db
    .insertInto('reconciliations')
    .values({ source: 'till', subject: storeId, day, meaning: 'redemption', ...result })
    .onConflict((conflict) => conflict.columns(['source', 'subject', 'day', 'meaning']).doUpdateSet(result))
    .execute();
  await audit(db, context, operator, 'till-reconciled', storeId, { day, ...counts });
  return {
    reconciliationId: result.id,
    storeId,
    day,
    counts,
    tillFen: receipts.reduce((sum, { tillFen }) => sum + (tillFen ?? 0), 0),
    clearingFen: receipts.reduce((sum, { clearingFen }) => sum + (clearingFen ?? 0), 0),
    receipts: [...receipts],
  };
}
