import type { z } from 'zod';
import type { reconciliationListSchema } from '../../contract/clearing/settlement-operator.ts';
import type { Reader } from '../storage/storage.ts';

/** How many one answer lists. */
const MAX_LISTED = 500;

/** The kept reconciliations, the newest first; of one business day, or of all. */
export async function listReconciliations(
  db: Reader,
  day: string | undefined,
): Promise<z.infer<typeof reconciliationListSchema>['reconciliations']> {
  let query = db.selectFrom('reconciliations').selectAll();
  if (day !== undefined) query = query.where('day', '=', day);
  const rows = await query.orderBy('at_ms', 'desc').orderBy('id').limit(MAX_LISTED).execute();
  return rows.map((row) => ({
    id: row.id,
    source: row.source,
    subject: row.subject,
    storeId: row.store_id,
    day: row.day,
    by: row.meaning,
    atMs: row.at_ms,
    reportSha256: row.report_sha256,
    counts: JSON.parse(row.counts) as Record<string, number>,
    differences: JSON.parse(row.differences) as Record<string, unknown>[],
  }));
}
