import { readFileSync } from 'node:fs';

/** docs/checkout.md, the page that a person wrote: what is in its tables is what must happen. */
const rows = readFileSync(new URL('../../docs/checkout.md', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('| `'))
  .map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim().replaceAll('`', '')),
  );

/** What may be done in each state. */
export const MAY = new Map(
  rows
    .filter((cells) => cells.length === 7)
    .map(([name = '', , digits = '', enter = '', escape = '', keeps, rest]) => [
      name,
      { digits, enter, escape, keepsCode: keeps === 'yes', atRest: rest === 'yes' },
    ]),
);

/** Where each pair of state and event leads, as `state × event`. */
export const NEXT = new Map(
  rows.filter((cells) => cells.length === 4).map(([state, event, next]) => [`${state} × ${event}`, next]),
);
