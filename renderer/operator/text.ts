import { useSyncExternalStore } from 'react';
import type { LeafPath } from '../shared/i18n/shape.ts';
import { en } from './texts/en.ts';
import { zh } from './texts/zh.ts';

export type Language = 'zh' | 'en';
export type TextKey = LeafPath<typeof zh>;
/** Gives the text of a key in the language that is set. */
export type Text = (key: TextKey, params?: Readonly<Record<string, string | number>>) => string;

const LANGUAGE_KEY = 'language';
const CATALOGUES = { zh, en };

function textOf(language: Language): Text {
  return (key, params = {}) => {
    let found: unknown = CATALOGUES[language];
    for (const part of key.split('.')) found = (found as Readonly<Record<string, unknown>>)[part];
    if (typeof found !== 'string') throw new Error(`no text for ${key}`);
    return found.replace(/\{\{(\w+)\}\}/g, (_, name: string) => String(params[name] ?? ''));
  };
}

const TEXTS: Readonly<Record<Language, Text>> = { zh: textOf('zh'), en: textOf('en') };
const listeners = new Set<() => void>();
let current: Language = localStorage.getItem(LANGUAGE_KEY) === 'en' ? 'en' : 'zh';
show();

function show(): void {
  document.documentElement.lang = current === 'zh' ? 'zh-CN' : 'en';
  document.title = TEXTS[current]('title');
}

/** Sets the language of the page, also for the next visit. */
export function setLanguage(language: Language): void {
  current = language;
  localStorage.setItem(LANGUAGE_KEY, language);
  show();
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useLanguage(): Language {
  return useSyncExternalStore(subscribe, () => current);
}

export function useText(): Text {
  return TEXTS[useLanguage()];
}
