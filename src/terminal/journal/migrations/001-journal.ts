/**
 * The journal, its projections, and what clearing sent.
 *
 * `id` is epoch × 2^40 + seq everywhere: one number that sorts like the journal, so that an entry needs no
 * second index and is written at the end of its tree.
 */
export const migration001 = {
  number: 1,
  sql: `
CREATE TABLE journal (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  terminal_id TEXT NOT NULL
) STRICT;

CREATE TABLE entries (
  id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL,
  at_ms INTEGER NOT NULL CHECK (at_ms >= 0),
  body TEXT NOT NULL,
  prev BLOB NOT NULL CHECK (length(prev) = 32),
  hash BLOB NOT NULL CHECK (length(hash) = 32),
  signature BLOB NOT NULL CHECK (length(signature) = 64)
) STRICT;
CREATE TRIGGER entries_never_change BEFORE UPDATE ON entries
  BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER entries_never_go BEFORE DELETE ON entries
  BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;

-- Projections: written with the entry, rebuilt from the entries at any time.
CREATE TABLE redemptions (
  id INTEGER PRIMARY KEY REFERENCES entries (id),
  redemption_id TEXT NOT NULL,
  at_ms INTEGER NOT NULL,
  evidence TEXT NOT NULL CHECK (evidence IN ('voucher-code', 'authorisation')),
  campaign_number INTEGER NOT NULL,
  kind_number INTEGER,
  serial TEXT,
  store_id TEXT NOT NULL,
  till TEXT NOT NULL,
  business_day TEXT NOT NULL,
  receipt_number TEXT NOT NULL,
  amount_fen INTEGER NOT NULL,
  discount_fen INTEGER NOT NULL,
  payable_fen INTEGER NOT NULL,
  cashier_id TEXT NOT NULL,
  pack_version INTEGER NOT NULL,
  scanned_at_ms INTEGER NOT NULL,
  offline INTEGER NOT NULL CHECK (offline IN (0, 1)),
  reversed_id INTEGER,
  returned_fen INTEGER NOT NULL DEFAULT 0,
  back_to_fund_fen INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE UNIQUE INDEX redemptions_voucher ON redemptions (campaign_number, serial) WHERE reversed_id IS NULL;
CREATE UNIQUE INDEX redemptions_purchase ON redemptions (business_day, receipt_number, till, store_id)
  WHERE reversed_id IS NULL;
CREATE INDEX redemptions_day ON redemptions (business_day, id);

CREATE TABLE shifts (
  number INTEGER PRIMARY KEY,
  opened_id INTEGER NOT NULL REFERENCES entries (id),
  closed_id INTEGER REFERENCES entries (id),
  opened_at_ms INTEGER NOT NULL,
  opened_by TEXT NOT NULL
) STRICT;

CREATE TABLE pending (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  redemptions INTEGER NOT NULL CHECK (redemptions >= 0),
  discount_fen INTEGER NOT NULL CHECK (discount_fen >= 0),
  entries INTEGER NOT NULL CHECK (entries >= 0)
) STRICT;
INSERT INTO pending VALUES (1, 0, 0, 0);

-- Redemptions whose tail log write is missing and that nobody has looked at yet.
CREATE TABLE not_confirmed (id INTEGER PRIMARY KEY) STRICT;

-- What clearing said. Verdicts are read out of the acknowledgements and feeds kept in \`received\`.
CREATE TABLE verdicts (
  id INTEGER PRIMARY KEY,
  verdict TEXT NOT NULL CHECK (verdict IN ('settled', 'recorded', 'refused', 'held')),
  reason TEXT,
  params TEXT NOT NULL,
  settlement_day TEXT,
  borne_by TEXT
) STRICT;
CREATE TABLE received (
  number INTEGER PRIMARY KEY,
  purpose TEXT NOT NULL CHECK (purpose IN ('acknowledgement', 'feed')),
  text TEXT NOT NULL,
  received_at_ms INTEGER NOT NULL
) STRICT;
CREATE TABLE clearing_head (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  epoch INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  hash TEXT NOT NULL
) STRICT;
CREATE TABLE feed (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  changes_after INTEGER NOT NULL,
  server_time_ms INTEGER
) STRICT;
INSERT INTO feed VALUES (1, 0, NULL);

-- 4,096 vouchers a row: bit (serial mod 4096) of block (serial div 4096).
CREATE TABLE voucher_marks (
  campaign_number INTEGER NOT NULL,
  block INTEGER NOT NULL,
  spent BLOB NOT NULL CHECK (length(spent) = 512),
  revoked BLOB NOT NULL CHECK (length(revoked) = 512),
  PRIMARY KEY (campaign_number, block)
) STRICT, WITHOUT ROWID;

CREATE TABLE envelopes (
  name TEXT PRIMARY KEY,
  version INTEGER NOT NULL,
  text TEXT NOT NULL,
  stored_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
`,
} as const;
