/** Old settled entries may leave the database, but only into an archive file that is named here. */
export const migration004 = {
  number: 4,
  sql: `
CREATE TABLE archives (
  through_id INTEGER PRIMARY KEY,
  hash TEXT NOT NULL,
  file TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  entries INTEGER NOT NULL,
  archived_at_ms INTEGER NOT NULL
) STRICT;
DROP TRIGGER entries_never_go;
CREATE TRIGGER entries_never_go BEFORE DELETE ON entries
  WHEN OLD.kind = 'epoch-opened' OR OLD.id > coalesce((SELECT max(through_id) FROM archives), 0)
  BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
`,
} as const;
