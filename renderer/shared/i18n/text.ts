import { createInstance } from 'i18next';
import { useSyncExternalStore } from 'react';
import type { Language } from '../../../src/contract/terminal/state.ts';
import { en } from './en/index.ts';
import type { LeafPath } from './shape.ts';
import { zh } from './zh/index.ts';

export type TextKey = LeafPath<typeof zh>;
export type TextParams = Readonly<Record<string, string | number>>;

/** Gives the text of a key in the language that is set. */
export type Text = (key: TextKey, params?: TextParams) => string;

const catalogues = createInstance();
void catalogues.init({
  lng: 'zh',
  fallbackLng: 'zh',
  supportedLngs: ['zh', 'en'],
  resources: { zh: { translation: zh }, en: { translation: en } },
  // React escapes; the catalogue doesn't.
  interpolation: { escapeValue: false },
  // Nothing is loaded later, so the first paint has its texts.
  initAsync: false,
});

/** Texts of one language, for places outside React and for tests. */
export function textOf(language: Language): Text {
  const translate = catalogues.getFixedT(language);
  return (key, params) => translate(key, { ...params });
}

const texts: Readonly<Record<Language, Text>> = { zh: textOf('zh'), en: textOf('en') };

let current: Language = 'zh';
const listeners = new Set<() => void>();

/** Sets the language of every screen at once. */
export function setLanguage(language: Language): void {
  if (language === current) return;
  current = language;
  document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The language of the screens. */
export function useLanguage(): Language {
  return useSyncExternalStore(subscribe, () => current);
}

/** The texts in the language of the screens. */
export function useText(): Text {
  return texts[useLanguage()];
}
