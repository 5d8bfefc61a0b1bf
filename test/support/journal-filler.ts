import { join } from 'node:path';
import Database from 'better-sqlite3';
import { z } from 'zod';
import { canonicalJson } from '../../src/contract/journal/canonical.ts';
import { NO_HASH, type Entry, type EntryBody } from '../../src/contract/journal/entry.ts';
import { hashEntry, sealEntry } from '../../src/contract/journal/seal.ts';
import { idOf } from '../../src/terminal/journal/ids.ts';
import { pendingCounter, projections } from '../../src/terminal/journal/projections.ts';
import { columnsOfEntry } from '../../src/terminal/journal/rows.ts';
import { FILES, openTailFiles, type Connection } from '../../src/terminal/journal/storage.ts';
import { openTailLog } from '../../src/terminal/journal/tail-log.ts';
import type { JournalIdentity } from '../../src/terminal/journal/types.ts';
import { NOON, openEpoch, opened, redemptionBody } from './journal-builder.ts';

/** Start-up looks at the last 32 signatures: so many at the end are real. */
const SIGNED_AT_THE_END = 64;
const NO_SIGNATURE = Buffer.alloc(64).toString('base64url');

type Make = (nth: number) => { readonly atMs: number; readonly body: EntryBody<'redemption'> };

const ofThePlan: Make = (nth) => ({ atMs: NOON, body: redemptionBody(nth) });

function openFirst(folder: string, identity: JournalIdentity): void {
  const { journal } = opened(folder, identity);
  openEpoch(journal, identity);
  journal.close();
}

/**
 * Makes a journal of `count` redemptions (serials 1 to `count`) that nobody has acknowledged, in seconds: chain
 * and projections are real, only the last signatures are. Leaves it closed; `redemptionBody` says what is in it.
 */
export function fillJournal(folder: string, identity: JournalIdentity, count: number): void {
  openFirst(folder, identity);
  fillFurther(folder, identity, count, ofThePlan);
}

/** Start-up looks at the last 1,000 entries: so many are more than real enough. */
const CHAINED_AT_THE_END = 2_000;

/**
 * The same number and size of rows in a fraction of the time, for measuring what the size alone costs: only the last
 * 2,000 are a chain, the others have no hashes and one body. `verify-journal` would refuse it at once.
 */
export function fillRows(folder: string, identity: JournalIdentity, count: number): void {
  openFirst(folder, identity);
  fillFurther(folder, identity, count, ofThePlan, {
    unchained: Math.max(0, count - CHAINED_AT_THE_END),
  });
}

const NO_ENTRY_HASH = Buffer.alloc(32);

/** Entries and redemptions in a journal, copied from one body by SQLite itself. */
function insertRows(db: Connection, firstId: number, count: number, make: Make): void {
  const { atMs, body } = make(1);
  const { purchase } = body;
  pendingCounter(db)();
  // Made anew over all rows at once: row by row into an index in another order takes three times as long.
  const indexes = z
    .array(z.object({ name: z.string(), sql: z.string() }))
    .parse(
      db
        .prepare(`SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND tbl_name = 'redemptions'`)
        .all(),
    );
  for (const { name } of indexes) db.exec(`DROP INDEX ${name}`);
  const numbers = 'WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ?)';
  db.prepare(`INSERT INTO entries ${numbers} SELECT ? + i, 'redemption', ?, ?, ?, ?, ? FROM n`).run(
    count,
    firstId,
    atMs,
    canonicalJson(body),
    NO_ENTRY_HASH,
    NO_ENTRY_HASH,
    Buffer.alloc(64),
  );
  db.prepare(
    `INSERT INTO redemptions (id, redemption_id, at_ms, evidence, campaign_number, kind_number, serial, store_id, till,
       business_day, receipt_number, amount_fen, discount_fen, payable_fen, cashier_id, pack_version, scanned_at_ms,
       offline)
     ${numbers} SELECT ? + i, 'R-' || (i + 1), ?, 'voucher-code', 1, 1, CAST(i + 1 AS TEXT), ?, ?, ?, 'N-' || (i + 1),
       ?, ?, ?, ?, 1, ?, 0 FROM n`,
  ).run(
    ...[count, firstId, atMs, purchase.storeId, purchase.till, purchase.businessDay],
    ...[purchase.amountFen, body.discountFen, body.payableFen, body.cashierId, body.scannedAtMs],
  );
  for (const { sql } of indexes) db.exec(sql);
  db.prepare('INSERT INTO day_spans VALUES (?, ?)').run(firstId, purchase.businessDay);
  db.prepare(
    `UPDATE pending SET entries = entries + ?, redemptions = redemptions + ?, discount_fen = discount_fen + ?,
       through_id = ?`,
  ).run(count, count, count * body.discountFen, firstId + count - 1);
}

/**
 * Appends `count` redemptions to a journal that nobody has open; `make` is asked for each, from 1 on. The last
 * `signed` are signed; the first `unchained` are rows alone (`fillRows`).
 */
export function fillFurther(
  folder: string,
  identity: JournalIdentity,
  count: number,
  make: Make,
  {
    signed = SIGNED_AT_THE_END,
    unchained = 0,
  }: { readonly signed?: number; readonly unchained?: number } = {},
): void {
  const { journal } = opened(folder, identity);
  const head = journal.head();
  journal.close();
  let prev = head?.hash ?? NO_HASH;
  const first = (head?.seq ?? 0) + 1;
  const db = new Database(join(folder, FILES.database));
  try {
    db.pragma('synchronous = OFF');
    const project = projections(db);
    const insert = db.prepare(
      'INSERT INTO entries (id, kind, at_ms, body, prev, hash, signature) VALUES (?, ?, ?, ?, ?, ?, ?)',
    );
    db.transaction(() => {
      if (unchained > 0) {
        insertRows(db, idOf({ epoch: identity.epoch, seq: first }), unchained, make);
        prev = NO_ENTRY_HASH.toString('hex');
      }
      for (let nth = unchained; nth < count; nth += 1) {
        const { atMs, body } = make(nth + 1);
        const content = {
          terminalId: identity.terminalId,
          epoch: identity.epoch,
          seq: first + nth,
          kind: 'redemption' as const,
          atMs,
          body: canonicalJson(body),
          prev,
        };
        const entry: Entry =
          nth >= count - signed
            ? sealEntry(content, identity.key)
            : { ...content, hash: hashEntry(content), signature: NO_SIGNATURE };
        insert.run(...columnsOfEntry(entry));
        project.apply(entry);
        prev = entry.hash;
      }
    })();
    db.pragma('synchronous = FULL');
    db.pragma('wal_checkpoint(TRUNCATE)');
  } finally {
    db.close();
  }
  // A tail log that ends before the filler would call it unconfirmed.
  const tail = openTailLog(openTailFiles(folder));
  tail.restart({ epoch: identity.epoch, seq: first + count - 1, hash: prev });
  tail.close();
  opened(folder, identity).journal.close();
}
