import type { Entry } from '../../src/contract/journal/entry.ts';
import type { SimClearing } from './sim-clearing.ts';
import { REAL_PARTS, type TerminalParts } from './sim-terminal.ts';

export type Answer = (terminalId: string, path: string, body: string) => Promise<string | null>;

/** Everything that a plant may replace. */
export interface Parts {
  readonly terminal: TerminalParts;
  readonly wrapClearing: (answer: Answer, clearing: SimClearing) => Answer;
  /** What a terminal sends; `resent` are the entries that it has sent before. */
  readonly wrapBatch: (entries: readonly Entry[], resent: (entry: Entry) => boolean) => readonly Entry[];
  /** After a lost disk: does the restored journal begin an epoch of its own? */
  readonly restoresIntoNewEpoch: boolean;
}

export const ALL_REAL: Parts = {
  terminal: REAL_PARTS,
  wrapClearing: (answer) => answer,
  wrapBatch: (entries) => entries,
  restoresIntoNewEpoch: true,
};
