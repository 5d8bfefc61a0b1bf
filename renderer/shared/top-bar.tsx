import type { ReactNode } from 'react';
import type { AppState } from '../../src/contract/terminal/state.ts';
import { clockTime, day, weekday } from './format.ts';
import { useLanguage, useText, type Text } from './i18n/text.ts';
import { ask } from './store.ts';
import { useNow } from './use-now.ts';

/** Changes between Chinese and English at once. */
export function LanguageSwitch() {
  const language = useLanguage();
  const text = useText();
  const other = language === 'zh' ? 'en' : 'zh';
  return (
    <button
      type="button"
      className="key-safe quiet"
      data-testid="language"
      lang={other === 'zh' ? 'zh-CN' : 'en'}
      aria-label={`${text('language.switch')}: ${text(`language.${other}`)}`}
      onClick={() => void ask('app.setLanguage', { language: other })}
    >
      {text(`language.${other}`)}
    </button>
  );
}

/** A bare number says nothing to a cashier; a name is left as it is. */
export const counterName = (text: Text, counter: string): string =>
  /^\d+$/.test(counter) ? text('counterNumber', { counter }) : counter;

/** Where this is, who works here, and what time it is in Beijing. */
export function TopBar({ app, children }: { readonly app: AppState; readonly children?: ReactNode }) {
  const language = useLanguage();
  const text = useText();
  const now = useNow(1000);
  const { store } = app;
  const name = store === null ? text('product') : language === 'zh' ? store.nameZh : store.nameEn;
  return (
    <header className="top">
      <div className="top-where">
        <strong title={name}>{name}</strong>
        {app.training ? (
          <em className="training-tag" data-testid="training">
            {text('training')}
          </em>
        ) : (
          app.terminal !== null && (
            <span data-testid="counter-name">{counterName(text, app.terminal.counter)}</span>
          )
        )}
      </div>
      {children}
      <div className="top-who">
        {app.user !== null && (
          <span data-testid="who">
            {app.user.name}
            <small>{text(`role.${app.user.role}`)}</small>
          </span>
        )}
        <LanguageSwitch />
        <time className="top-clock">
          <b>{clockTime(now)}</b>
          <small>
            {day(now, language)} {weekday(now, language)}
          </small>
        </time>
      </div>
    </header>
  );
}
