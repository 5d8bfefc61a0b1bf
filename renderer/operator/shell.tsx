import { Button } from 'antd';
import { type ComponentType, useSyncExternalStore } from 'react';
import { AlarmsPage } from './pages/alarms-page.tsx';
import { BudgetsPage } from './pages/budgets-page.tsx';
import { CarsPage } from './pages/cars-page.tsx';
import { HeldPage } from './pages/held-page.tsx';
import { OperatorsPage } from './pages/operators-page.tsx';
import { RoundsPage } from './pages/rounds-page.tsx';
import { SettlementPage } from './pages/settlement-page.tsx';
import { StoresPage } from './pages/stores-page.tsx';
import { useSession } from './session.ts';
import { setLanguage, useLanguage, useText } from './text.ts';

const PAGES = {
  budgets: BudgetsPage,
  stores: StoresPage,
  held: HeldPage,
  cars: CarsPage,
  settlement: SettlementPage,
  alarms: AlarmsPage,
  rounds: RoundsPage,
  operators: OperatorsPage,
} as const satisfies Readonly<Record<string, ComponentType>>;
type PageName = keyof typeof PAGES;
const NAMES = Object.keys(PAGES) as PageName[];

function pageOfHash(): PageName {
  const wanted = location.hash.slice(2);
  return NAMES.find((name) => name === wanted) ?? 'budgets';
}

function subscribe(listener: () => void): () => void {
  addEventListener('hashchange', listener);
  return () => removeEventListener('hashchange', listener);
}

/** The pages, who is here, and how to leave. Which page is open stands in the address. */
export function Shell({ onSignOut }: { readonly onSignOut: () => void }) {
  const text = useText();
  const { me } = useSession();
  const open = useSyncExternalStore(subscribe, pageOfHash);
  const Page = PAGES[open];
  return (
    <div className="shell">
      <header className="top">
        <strong>{text('title')}</strong>
        <span className="me" data-testid="me">
          <b>{me.name}</b>
          <small>{me.roles.map((role) => text(`role.${role}`)).join(' · ')}</small>
        </span>
        <LanguageSwitch />
        <Button data-testid="sign-out" onClick={onSignOut}>
          {text('signOut')}
        </Button>
      </header>
      <nav aria-label={text('pages')}>
        {NAMES.map((name) => (
          <a
            key={name}
            href={`#/${name}`}
            data-testid={`page-${name}`}
            aria-current={name === open ? 'page' : undefined}
          >
            {text(`page.${name}`)}
          </a>
        ))}
      </nav>
      <main data-testid={`open-${open}`}>
        <h1>{text(`page.${open}`)}</h1>
        <Page />
      </main>
    </div>
  );
}

export function LanguageSwitch() {
  const language = useLanguage();
  return (
    <Button
      data-testid="language"
      lang={language === 'zh' ? 'en' : 'zh-CN'}
      onClick={() => setLanguage(language === 'zh' ? 'en' : 'zh')}
    >
      {language === 'zh' ? 'English' : '中文'}
    </Button>
  );
}
