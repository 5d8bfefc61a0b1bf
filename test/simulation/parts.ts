import type { KeyObject } from 'node:crypto';
import type { Context } from '../../src/clearing/context.ts';
import { approveProposal } from '../../src/clearing/operator/held/decide-held.ts';
import type { Operator } from '../../src/clearing/operator/operators.ts';
import type { ProposalView } from '../../src/contract/clearing/operator/held.ts';
import { recoverExpired } from '../../src/clearing/issuance/recovery.ts';
import type { Entry } from '../../src/contract/journal/entry.ts';
import type { SimClearing } from './sim-clearing.ts';
import { REAL_PARTS, type TerminalParts } from './sim-terminal.ts';

export type Answer = (terminalId: string, path: string, body: string) => Promise<string | null>;

/** Everything that a plant may replace. */
export interface Parts {
  readonly terminal: TerminalParts;
  readonly wrapClearing: (answer: Answer, clearing: SimClearing) => Answer;
  /** What a terminal sends; `resent` tells the entries that it has sent before, `key` is what it seals with. */
  readonly wrapBatch: (
    entries: readonly Entry[],
    resent: (entry: Entry) => boolean,
    key: KeyObject,
  ) => readonly Entry[];
  /** Takes back what expired unused. */
  readonly recover: (context: Context) => Promise<unknown>;
  /** The second operator says yes. */
  readonly approve: (
    context: Context,
    operator: Operator,
    proposal: ProposalView,
    clearing: SimClearing,
  ) => Promise<unknown>;
  /** After a lost disk: does the restored journal begin an epoch of its own? */
  readonly restoresIntoNewEpoch: boolean;
}

export const ALL_REAL: Parts = {
  terminal: REAL_PARTS,
  wrapClearing: (answer) => answer,
  wrapBatch: (entries) => entries,
  recover: (context) => recoverExpired(context, 1),
  approve: (context, operator, { id }) => approveProposal(context, operator, id),
  restoresIntoNewEpoch: true,
};
