/**
 * Two pages less for each redemption, of the six or seven that a commit flushes while a customer waits:
 *
 * - A row of `pending` was rewritten for every entry. It now counts up to `through_id`, and the few entries
 *   after that one are counted when somebody asks (`waiting`). None of those has a verdict.
 * - An index by business day got a row for every redemption. Redemptions come in the order of their days, so the
 *   first of each run of one day says it all: a row a day, and as exact where days go back and forth.
 */
export const migration005 = {
  number: 5,
  sql: `
ALTER TABLE pending ADD COLUMN through_id INTEGER NOT NULL DEFAULT 0;
UPDATE pending SET through_id = coalesce((SELECT max(id) FROM entries), 0);
CREATE VIEW waiting AS
  SELECT
    p.redemptions + (SELECT count(*) FROM redemptions r
      WHERE r.id > p.through_id AND r.reversed_id IS NULL) AS redemptions,
    p.discount_fen + (SELECT coalesce(sum(r.discount_fen), 0) FROM redemptions r
      WHERE r.id > p.through_id AND r.reversed_id IS NULL) AS discount_fen,
    p.entries + (SELECT count(*) FROM entries e WHERE e.id > p.through_id) AS entries
  FROM pending p;

CREATE TABLE day_spans (
  first_id INTEGER PRIMARY KEY REFERENCES redemptions (id),
  business_day TEXT NOT NULL
) STRICT;
CREATE INDEX day_spans_day ON day_spans (business_day);
INSERT INTO day_spans
  SELECT id, business_day FROM
    (SELECT id, business_day, lag(business_day) OVER (ORDER BY id) AS day_before FROM redemptions)
  WHERE day_before IS NOT business_day;
DROP INDEX redemptions_day;
`,
} as const;
