/** How many rows one statement writes: far below SQLite's bound of 32,766 parameters. */
const ROWS_PER_STATEMENT = 500;

/** The rows in groups that one statement takes. */
export function* chunks<T>(rows: readonly T[]): Generator<T[]> {
  for (let start = 0; start < rows.length; start += ROWS_PER_STATEMENT)
    yield rows.slice(start, start + ROWS_PER_STATEMENT);
}
