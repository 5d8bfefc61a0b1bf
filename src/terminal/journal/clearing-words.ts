import { z } from 'zod';
import { VERDICTS, type EntryVerdict } from '../../contract/clearing/protocol.ts';
import type { EntryName, Head } from '../../contract/journal/entry.ts';
import { idOf, nameOf } from './ids.ts';
import { pendingCounter } from './projections.ts';
import type { Connection } from './storage.ts';
import { stored } from './stored.ts';
import type { AckOutcome, JournalReader } from './types.ts';

/** Takes in what clearing says of single entries. Every function runs inside the caller's transaction. */
export interface ClearingWords {
  /**
   * `first-hand`: verdicts on entries that were sent. `decision`: an operator's word on a held entry.
   * Then the cursor goes as far as `head` allows and verdicts reach without a gap.
   */
  take(how: 'first-hand' | 'decision', verdicts: readonly EntryVerdict[], head: Head | null): AckOutcome;
}

type Taken = 'new' | 'same' | 'contradiction';

const knownRow = z.object({
  hash: z.string(),
  verdict: z.enum(VERDICTS).nullable(),
  reason: z.string().nullable(),
  /** Null: no redemption. */
  discount_fen: z.int().nullable(),
  reversed_id: z.int().nullable(),
});
type Known = z.infer<typeof knownRow>;

export function clearingWords(db: Connection, reader: JournalReader): ClearingWords {
  const hashOf = db.prepare('SELECT lower(hex(hash)) FROM entries WHERE id = ?').pluck();
  const known = db.prepare(
    `SELECT lower(hex(e.hash)) AS hash, v.verdict, v.reason, r.discount_fen, r.reversed_id
     FROM entries e LEFT JOIN verdicts v ON v.id = e.id LEFT JOIN redemptions r ON r.id = e.id WHERE e.id = +?`,
  );
  const archivedThrough = db.prepare('SELECT max(through_id) FROM archives').pluck();
  const upsert = db.prepare(
    `INSERT INTO verdicts (id, verdict, reason, params, settlement_day, borne_by) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET verdict = excluded.verdict, reason = excluded.reason, params = excluded.params,
       settlement_day = excluded.settlement_day, borne_by = excluded.borne_by`,
  );
  const countPending = pendingCounter(db);
  const judged = db.prepare(
    'UPDATE pending SET entries = entries - ?, redemptions = redemptions - ?, discount_fen = discount_fen - ?',
  );
  const moveCursor = db.prepare(
    `INSERT INTO clearing_head (one, epoch, seq, hash) VALUES (1, ?, ?, ?)
     ON CONFLICT DO UPDATE SET epoch = excluded.epoch, seq = excluded.seq, hash = excluded.hash`,
  );
  const firstUnjudged = db
    .prepare(
      `SELECT min(e.id) FROM entries e WHERE e.id > ? AND e.id <= ?
         AND NOT EXISTS (SELECT 1 FROM verdicts v WHERE v.id = e.id)`,
    )
    .pluck();
  const lastUpTo = db.prepare('SELECT max(id) FROM entries WHERE id <= ? AND id > ?').pluck();

  const write = (verdict: EntryVerdict): void => {
    upsert.run(
      idOf(verdict),
      verdict.verdict,
      verdict.reason,
      JSON.stringify(verdict.params),
      verdict.settlementDay,
      verdict.borneBy,
    );
  };

  const takeOne = (how: 'first-hand' | 'decision', verdict: EntryVerdict, its: Known | null): Taken => {
    if (its?.hash !== verdict.hash) return 'contradiction';
    if (its.verdict === null) {
      // A decision on an entry whose first verdict never arrived: the entry is still sent, and answered.
      write(verdict);
      return 'new';
    }
    if (its.verdict === verdict.verdict && its.reason === verdict.reason) return 'same';
    if (its.verdict !== 'held') {
      // An old answer that was on its way while the decision came is no contradiction.
      return verdict.verdict === 'held' && how === 'first-hand' ? 'same' : 'contradiction';
    }
    write(verdict);
    return 'new';
  };

  const advance = (head: Head): { readonly behind: Head | null; readonly moved: boolean } => {
    const cursor = reader.acknowledgedHead();
    const from = cursor === null ? 0 : idOf(cursor);
    const to = idOf(head);
    if (to <= from) return { behind: null, moved: false };
    if (head.seq > 0 && hashOf.get(to) !== head.hash) return { behind: head, moved: false };
    const gap: unknown = firstUnjudged.get(from, to);
    const upTo: unknown = typeof gap === 'number' ? lastUpTo.get(gap - 1, from) : lastUpTo.get(to, from);
    if (typeof upTo !== 'number') return { behind: null, moved: false };
    const { epoch, seq } = nameOf(upTo);
    moveCursor.run(epoch, seq, hashOf.get(upTo));
    return { behind: null, moved: true };
  };

  return {
    take: (how, verdicts, head) => {
      const changed: EntryName[] = [];
      const contradictions: EntryVerdict[] = [];
      let news = false;
      const first = { entries: 0, redemptions: 0, discountFen: 0 };
      const archived = Number(archivedThrough.get() ?? 0);
      if (verdicts.length > 0) countPending();
      for (const verdict of verdicts) {
        const id = idOf(verdict);
        // Judged and archived: clearing only repeats itself.
        if (id <= archived) continue;
        const row: unknown = known.get(id);
        const its = row === undefined ? null : stored(knownRow, row);
        const taken = takeOne(how, verdict, its);
        if (taken === 'contradiction') contradictions.push(verdict);
        if (taken !== 'new' || its === null) continue;
        news = true;
        if (its.discount_fen !== null) changed.push({ epoch: verdict.epoch, seq: verdict.seq });
        if (its.verdict !== null) continue;
        first.entries += 1;
        if (its.discount_fen === null || its.reversed_id !== null) continue;
        first.redemptions += 1;
        first.discountFen += its.discount_fen;
      }
      if (first.entries > 0) judged.run(first.entries, first.redemptions, first.discountFen);
      const { behind, moved } = head === null ? { behind: null, moved: false } : advance(head);
      return { changed, contradictions, behind, news: news || moved };
    },
  };
}
