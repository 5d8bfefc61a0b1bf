import type { Refusal, RefusalCode, RefusalOf } from '../../domain/decision.ts';
import type { MessageLanguage, RefusalCatalogue, RefusalMessage } from './catalogue.ts';
import { REFUSAL_TITLES } from './refusal-titles.ts';
import { REFUSALS_EN } from './refusals-en.ts';
import { REFUSALS_ZH } from './refusals-zh.ts';

const CATALOGUES: Readonly<Record<MessageLanguage, RefusalCatalogue>> = { zh: REFUSALS_ZH, en: REFUSALS_EN };

function say<C extends RefusalCode>(
  catalogue: RefusalCatalogue,
  { code, params }: RefusalOf<C>,
): RefusalMessage {
  return catalogue[code](params);
}

/** The sentences of a refusal; never throws. */
export function explainRefusal(language: MessageLanguage, refusal: Refusal): RefusalMessage {
  return say(CATALOGUES[language], refusal);
}

/** In a few words, for lists, where a refusal is known by its code alone. */
export function refusalTitle(language: MessageLanguage, code: RefusalCode): string {
  return REFUSAL_TITLES[language][code];
}
