import { sql, type Kysely } from 'kysely';

const INDEXES = [
  // A busy store has many purchases: a batch looks for its own receipts only.
  'purchases_by_receipt on purchases (store_id, receipt_number)',
  // A reversal frees what its entry holds; an authorised entry replaces what was captured for it.
  'purchases_by_entry on purchases (terminal_id, epoch, seq)',
  'spends_by_entry on spends (terminal_id, epoch, seq)',
  'spends_by_authorisation on spends (terminal_id, authorisation_id) where authorisation_id is not null',
  'lines_by_redemption on lines (redemption_id)',
];

/** What ingest looks up in every batch, found without reading a table from end to end. */
export async function addIndexes(db: Kysely<unknown>): Promise<void> {
  for (const index of INDEXES) await sql.raw(`create index ${index}`).execute(db);
}
