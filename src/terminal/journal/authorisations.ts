import { z } from 'zod';
import type { Connection } from './storage.ts';
import { stored } from './stored.ts';

/** An authorisation that isn't finished: something has to be asked of clearing, or told to it. */
export interface OpenAuthorisation {
  /** Made by this terminal; one for each purchase and amount that clearing is asked about. */
  readonly id: string;
  /**
   * `asking`: what clearing did isn't known. `reserved`: a voucher is held, and nothing is booked. `capturing`: the
   * redemption is in the journal, clearing hasn't confirmed the capture. `releasing`: given up.
   */
  readonly state: 'asking' | 'reserved' | 'capturing' | 'releasing';
  /** The body of the request, JSON: the same text goes every time. */
  readonly request: string;
  readonly createdAtMs: number;
  /** When the cashier confirmed; only while `capturing`. */
  readonly confirmedAtMs: number | null;
}

/** Every change is durable when the function returns. */
export interface AuthorisationBook {
  open(): readonly OpenAuthorisation[];
  /** A new one, `asking`. Throws for an id that is there already. */
  begin(id: string, request: string, createdAtMs: number): void;
  /** Clearing holds a voucher. False if it was given up meanwhile. */
  reserved(id: string): boolean;
  /** Gives it up, unless the redemption is in the journal already (false). */
  giveUp(id: string): boolean;
  /** Clearing knows how it ended: nothing remains to be done. */
  finish(id: string): void;
}

const row = z.object({
  id: z.string(),
  state: z.enum(['asking', 'reserved', 'capturing', 'releasing']),
  request: z.string(),
  created_at_ms: z.int(),
  confirmed_at_ms: z.int().nullable(),
});

/** `write` runs its work in a transaction of its own and turns errors of the disk into faults. */
export function authorisationBook(db: Connection, write: <T>(work: () => T) => T): AuthorisationBook {
  const open = db.prepare('SELECT * FROM authorisations ORDER BY created_at_ms, id');
  const begin = db.prepare(
    `INSERT INTO authorisations (id, state, request, created_at_ms) VALUES (?, 'asking', ?, ?)`,
  );
  const reserved = db.prepare(
    `UPDATE authorisations SET state = 'reserved' WHERE id = ? AND state IN ('asking', 'reserved')`,
  );
  const giveUp = db.prepare(
    `UPDATE authorisations SET state = 'releasing' WHERE id = ? AND state <> 'capturing'`,
  );
  const finish = db.prepare('DELETE FROM authorisations WHERE id = ?');
  return {
    open: () =>
      open.all().map((each) => {
        const { id, state, request, created_at_ms: createdAtMs, confirmed_at_ms } = stored(row, each);
        return { id, state, request, createdAtMs, confirmedAtMs: confirmed_at_ms };
      }),
    begin: (id, request, createdAtMs) => {
      write(() => begin.run(id, request, createdAtMs));
    },
    reserved: (id) => write(() => reserved.run(id).changes === 1),
    giveUp: (id) => write(() => giveUp.run(id).changes === 1),
    finish: (id) => {
      write(() => finish.run(id));
    },
  };
}
