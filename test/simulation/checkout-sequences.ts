import { EVENTS } from '../../src/terminal/checkout/machine-types.ts';
import { MAY, NEXT } from '../support/checkout-page.ts';
import { EVENTS_A_SEQUENCE, REAL, runSequence, tell, type Found, type Tally } from './checkout-run.ts';
import { ANSWERS } from './checkout-world.ts';

/** Every state of the page and the one that no screen shows. */
const ROWS = [...MAY.keys(), 'judging'];
/** A sentence of the page that nothing can bring about: what is asked again is kept already. */
const NEVER = ['unknown × asking-failed'];
/** One sequence in so many, at least, brings about each line of the page and each answer of the world … */
const SEQUENCES_FOR_A_LINE = 1_000;
/** … and one in so many each event in each state, where most of them change nothing. */
const SEQUENCES_FOR_A_PAIR = 20_000;

export interface Sequences {
  readonly tally: Tally;
  /** The first that broke a promise. */
  readonly found: Found | null;
}

/** Plays sequences, each with a seed of its own from `first` on, until one breaks a promise. */
export function playSequences(first: number, sequences: number): Sequences {
  const tally: Tally = new Map();
  for (let seed = first; seed < first + sequences; seed += 1) {
    const found = runSequence({ parts: REAL, seed }, tally);
    if (found !== null) return { tally, found };
  }
  return { tally, found: null };
}

/** What occurred too rarely to say anything of it, with how often it did. */
export function tooRare(tally: Tally, sequences: number): readonly string[] {
  const lines = [...NEXT.keys(), ...ANSWERS];
  const pairs = ROWS.flatMap((row) => EVENTS.map((event) => `${row} × ${event}`));
  /** Whatever it is addressed to. */
  const timesOf = (pair: string): number =>
    [...tally].reduce((sum, [name, times]) => (`${name},`.startsWith(`${pair},`) ? sum + times : sum), 0);
  return [
    ...lines.map((line) => [line, tally.get(line) ?? 0, sequences / SEQUENCES_FOR_A_LINE] as const),
    ...pairs.map((pair) => [pair, timesOf(pair), sequences / SEQUENCES_FOR_A_PAIR] as const),
  ]
    .filter(([name, times, enough]) => times < Math.floor(enough) && !NEVER.includes(name))
    .map(([name, times, enough]) => `${name}: ${times}, not ${Math.floor(enough)}`);
}

/** `npm run simulate -- --checkout N`: prints how often everything occurred; false if anything is broken or too rare. */
export function reportSequences(first: number, sequences: number): boolean {
  const { tally, found } = playSequences(first, sequences);
  if (found !== null) console.log(tell(found));
  for (const [name, times] of [...tally].sort(([a], [b]) => (a < b ? -1 : 1)))
    console.log(`${name}: ${times}`);
  const rare = found === null ? tooRare(tally, sequences) : [];
  for (const each of rare) console.log(`too rare: ${each}`);
  const events = [...tally].reduce((sum, [name, times]) => (name.includes(' × ') ? sum + times : sum), 0);
  const broken = found === null ? 0 : 1;
  console.log(
    `checkout: ${sequences} sequences of ${EVENTS_A_SEQUENCE} events, ${events} steps, ${rare.length} too rare, ${broken} broken`,
  );
  return found === null && rare.length === 0;
}
