import type { RefusalCode, RefusalParams } from '../../domain/decision.ts';
import { REFUSALS_EN } from './refusals-en.ts';
import { REFUSALS_ZH } from './refusals-zh.ts';
import { readParams, type ParamReader } from './params.ts';

export type MessageLanguage = 'zh' | 'en';

/** What is wrong, and what would help: both whole sentences, for the cashier to read out. */
export interface RefusalMessage {
  readonly headline: string;
  readonly help: string;
}
/** A sentence for each refusal code: a missing one is a type error. */
export type RefusalCatalogue = Readonly<Record<RefusalCode, (params: ParamReader) => RefusalMessage>>;

const CATALOGUES: Readonly<Record<MessageLanguage, RefusalCatalogue>> = { zh: REFUSALS_ZH, en: REFUSALS_EN };

/** The sentences of a refusal. Parameters that are missing make them shorter, never wrong; never throws. */
export function explainRefusal(
  language: MessageLanguage,
  code: RefusalCode,
  params: RefusalParams,
): RefusalMessage {
  return CATALOGUES[language][code](readParams(params));
}
