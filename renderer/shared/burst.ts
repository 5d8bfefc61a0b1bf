/**
 * Tells a keyboard scanner from a person, by speed alone: a scanner types a whole code with gaps of a few
 * milliseconds and ends it with Enter or Tab, a person's keys are further apart. Characters are held back
 * until it is known whose they are, so that a scan never lands in the amount.
 */
export const MAX_GAP_MS = 50;
export const MIN_SCAN_LENGTH = 6;
/** A scanner that goes on longer than any code is broken: the rest is thrown away. */
export const MAX_BURST_LENGTH = 4296;

export interface Burst {
  readonly characters: string;
  readonly lastAtMs: number;
}

export const NO_BURST: Burst = { characters: '', lastAtMs: 0 };

/** What a burst turned out to be. */
export type Outcome =
  | { readonly type: 'typed'; readonly characters: string }
  | { readonly type: 'scan'; readonly text: string }
  /** As fast as a scanner, but cut off: neither an amount nor a code. */
  | { readonly type: 'broken' };

export interface Step {
  readonly burst: Burst;
  readonly outcomes: readonly Outcome[];
}

function ended(burst: Burst): readonly Outcome[] {
  if (burst.characters === '') return [];
  if (burst.characters.length < MIN_SCAN_LENGTH) return [{ type: 'typed', characters: burst.characters }];
  return [{ type: 'broken' }];
}

/** A character key at `atMs` (the key event's own time, so that a busy page doesn't stretch the gaps). */
export function pressCharacter(burst: Burst, character: string, atMs: number): Step {
  if (burst.characters !== '' && atMs - burst.lastAtMs <= MAX_GAP_MS) {
    const characters =
      burst.characters.length < MAX_BURST_LENGTH ? burst.characters + character : burst.characters;
    return { burst: { characters, lastAtMs: atMs }, outcomes: [] };
  }
  return { burst: { characters: character, lastAtMs: atMs }, outcomes: ended(burst) };
}

/** Enter or Tab at `atMs`. `swallowed`: it belonged to the scanner and must do nothing else. */
export function pressEnd(burst: Burst, atMs: number): Step & { readonly swallowed: boolean } {
  const fast = burst.characters.length >= MIN_SCAN_LENGTH && atMs - burst.lastAtMs <= MAX_GAP_MS;
  return fast
    ? { burst: NO_BURST, outcomes: [{ type: 'scan', text: burst.characters }], swallowed: true }
    : { burst: NO_BURST, outcomes: ended(burst), swallowed: false };
}

/** Nothing came for a while: what was held back is now known. */
export function pause(burst: Burst): Step {
  return { burst: NO_BURST, outcomes: ended(burst) };
}
