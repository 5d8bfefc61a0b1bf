import type { Params } from '../../src/contract/terminal/errors.ts';
import type { Language } from '../../src/contract/terminal/state.ts';
import type { RefusalCode } from '../../src/domain/decision.ts';
import { dayAndTime, yuanShort } from './format.ts';
import { zh } from './i18n/zh/index.ts';
import { textOf, type Text, type TextKey } from './i18n/text.ts';

/** What the cashier reads when a voucher can't be used. */
export interface RefusalText {
  readonly title: string;
  readonly detail: string;
  readonly say: string;
}

/** The same parameter in the words of the screen: `shortfallFen` → `shortfallYuan`, `atMs` → `at`. */
function inWords(params: Params, text: Text, language: Language): Record<string, string> {
  const words: Record<string, string> = {};
  for (const [name, value] of Object.entries(params)) {
    if (value === null) continue;
    if (typeof value === 'number' && name.endsWith('Fen'))
      words[name.slice(0, -3) + 'Yuan'] = yuanShort(value);
    else if (typeof value === 'number' && name.endsWith('Ms'))
      words[name.slice(0, -2)] = dayAndTime(value, language);
    else words[name] = named(name, String(value), text);
  }
  return words;
}

const NAMES: Readonly<Record<string, 'wallet' | 'family' | 'category'>> = {
  wallet: 'wallet',
  family: 'family',
  category: 'category',
  voucherCategory: 'category',
  storeCategory: 'category',
};

function named(name: string, value: string, text: Text): string {
  const group = NAMES[name];
  if (group === undefined || !Object.hasOwn(zh[group], value)) return value;
  return text(`${group}.${value}` as TextKey);
}

const PLACEHOLDER = /\{\{(\w+)\}\}/g;

/**
 * Puts a refusal into words. Where a number that the sentence needs isn't known (the spent set alone doesn't
 * know when and where), the bare sentence stands in, so that no gap is ever shown.
 */
export function refusalText(code: RefusalCode, params: Params, language: Language): RefusalText {
  const text = textOf(language);
  const words = inWords(params, text, language);
  const entry: Readonly<Record<string, string>> = zh.refusals[code];
  const pick = (part: 'title' | 'detail' | 'say'): string => {
    const template = entry[part] ?? '';
    const complete = [...template.matchAll(PLACEHOLDER)].every(
      ([, name]) => name !== undefined && name in words,
    );
    const bare = `${part}Bare`;
    const key = complete || !(bare in entry) ? part : bare;
    return text(`refusals.${code}.${key}` as TextKey, words);
  };
  return { title: pick('title'), detail: pick('detail'), say: pick('say') };
}
