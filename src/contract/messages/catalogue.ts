import type { RefusalCode } from '../../domain/decision.ts';
import type { RefusalParams } from '../../domain/refusal-params.ts';

export type MessageLanguage = 'zh' | 'en';

/** What is wrong, and what would help: both whole sentences, for the cashier to read out. */
export interface RefusalMessage {
  readonly headline: string;
  readonly help: string;
}

/** A sentence for each refusal code, whatever its parameters say: a missing one is a type error. */
export type RefusalCatalogue = {
  readonly [C in RefusalCode]: (params: RefusalParams[C]) => RefusalMessage;
};
