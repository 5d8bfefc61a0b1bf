/**
 * Authorisations under way: kept before clearing is asked, and until it has been told how each ended. No evidence
 * (that is in the entries) but a list of what remains to be done after any stop.
 */
export const migration002 = {
  number: 2,
  sql: `
CREATE TABLE authorisations (
  id TEXT PRIMARY KEY,
  state TEXT NOT NULL CHECK (state IN ('asking', 'reserved', 'capturing', 'releasing')),
  request TEXT NOT NULL,
  created_at_ms INTEGER NOT NULL,
  confirmed_at_ms INTEGER
) STRICT, WITHOUT ROWID;
`,
} as const;
