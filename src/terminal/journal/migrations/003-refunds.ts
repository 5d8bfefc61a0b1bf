/** Refunds one by one: a redemption keeps only their sums. */
export const migration003 = {
  number: 3,
  sql: `
CREATE TABLE refunds (
  id INTEGER PRIMARY KEY REFERENCES entries (id),
  of_id INTEGER NOT NULL REFERENCES redemptions (id),
  returned_fen INTEGER NOT NULL,
  back_to_fund_fen INTEGER NOT NULL
) STRICT;
CREATE INDEX refunds_of ON refunds (of_id);
INSERT INTO refunds
  SELECT id, json_extract(body, '$.of.epoch') * 1099511627776 + json_extract(body, '$.of.seq'),
    json_extract(body, '$.returnedFen'), json_extract(body, '$.backToFundFen')
  FROM entries WHERE kind = 'refund';
`,
} as const;
