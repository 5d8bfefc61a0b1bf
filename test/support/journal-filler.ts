import { rmSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { canonicalJson } from '../../src/contract/journal/canonical.ts';
import { NO_HASH, type Entry, type EntryBody } from '../../src/contract/journal/entry.ts';
import { hashEntry, sealEntry } from '../../src/contract/journal/seal.ts';
import { projections } from '../../src/terminal/journal/projections.ts';
import { columnsOfEntry } from '../../src/terminal/journal/rows.ts';
import { FILES } from '../../src/terminal/journal/storage.ts';
import type { JournalIdentity } from '../../src/terminal/journal/types.ts';
import { NOON, openEpoch, opened, redemptionBody } from './journal-builder.ts';

/** Start-up looks at the last 32 signatures: so many at the end are real. */
const SIGNED_AT_THE_END = 64;
const NO_SIGNATURE = Buffer.alloc(64).toString('base64url');

/**
 * Makes a journal of `count` redemptions (serials 1 to `count`) that nobody has acknowledged, in seconds: chain
 * and projections are real, only the last signatures are. Leaves it closed; `redemptionBody` says what is in it.
 */
export function fillJournal(folder: string, identity: JournalIdentity, count: number): void {
  const { journal } = opened(folder, identity);
  openEpoch(journal, identity);
  journal.close();
  fillFurther(folder, identity, count, (nth) => ({ atMs: NOON, body: redemptionBody(nth) }));
}

/**
 * Appends `count` redemptions to a journal that nobody has open; `make` is asked for each, from 1 on. The last
 * `signed` are signed.
 */
export function fillFurther(
  folder: string,
  identity: JournalIdentity,
  count: number,
  make: (nth: number) => { readonly atMs: number; readonly body: EntryBody<'redemption'> },
  signed = SIGNED_AT_THE_END,
): void {
  const { journal } = opened(folder, identity);
  const head = journal.head();
  journal.close();
  const db = new Database(join(folder, FILES.database));
  try {
    db.pragma('synchronous = OFF');
    const project = projections(db);
    const insert = db.prepare(
      'INSERT INTO entries (id, kind, at_ms, body, prev, hash, signature) VALUES (?, ?, ?, ?, ?, ?, ?)',
    );
    let prev = head?.hash ?? NO_HASH;
    const first = (head?.seq ?? 0) + 1;
    db.transaction(() => {
      for (let nth = 0; nth < count; nth += 1) {
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
  // A tail log that ends before the filler would call it unconfirmed; without one, the next start makes it anew.
  for (const name of FILES.tail) rmSync(join(folder, name));
  opened(folder, identity).journal.close();
}
