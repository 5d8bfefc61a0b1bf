import { ConfigProvider, Tabs } from 'antd';
import enUS from 'antd/locale/en_US';
import zhCN from 'antd/locale/zh_CN';
import { useState } from 'react';
import type { AppState } from '../../src/contract/terminal/state.ts';
import { useLanguage, useText } from '../shared/i18n/text.ts';
import { useKeyLayer } from '../shared/keyboard.ts';
import { ask, useTerminal } from '../shared/store.ts';
import { SyncBand } from '../shared/sync-band.tsx';
import { TopBar } from '../shared/top-bar.tsx';
import { ANTD_THEME } from './antd-theme.ts';
import { DayPage } from './day-page.tsx';
import { namedRange, type DayRange } from './days.ts';
import './manager.css';
import { ShiftsPage } from './shifts-page.tsx';
import { UsersPage } from './users-page.tsx';

/** Today's total first, and from there down to the single journal entry. */
export function ManagerScreen(props: { readonly app: AppState; readonly onCounter: () => void }) {
  const text = useText();
  const language = useLanguage();
  const sync = useTerminal((view) => view.sync);
  const [range, setRange] = useState<DayRange>(() => namedRange('today', Date.now()));
  useKeyLayer({
    native: true,
    onFunction: (key) => {
      if (key === 'F9') props.onCounter();
    },
  });
  return (
    <ConfigProvider
      theme={ANTD_THEME}
      locale={language === 'zh' ? zhCN : enUS}
      button={{ autoInsertSpace: false }}
    >
      <main className="manager" data-testid="manager">
        <TopBar app={props.app}>
          <button
            type="button"
            className="key-safe function"
            data-testid="to-counter"
            onClick={props.onCounter}
          >
            <kbd>F9</kbd>
            {text('manager.toCounter')}
          </button>
          <button
            type="button"
            className="key-safe function"
            data-testid="sign-out"
            onClick={() => void ask('access.signOut', undefined)}
          >
            {text('cashier.action.signOut')}
          </button>
        </TopBar>
        <SyncBand sync={sync} />
        <div className="manager-body">
          <h1 className="visually-hidden">{text('manager.title')}</h1>
          <Tabs
            destroyOnHidden
            items={[
              {
                key: 'day',
                label: <span data-testid="tab-day">{text('manager.tabs.day')}</span>,
                children: <DayPage range={range} onRange={setRange} />,
              },
              {
                key: 'shifts',
                label: <span data-testid="tab-shifts">{text('manager.tabs.shifts')}</span>,
                children: <ShiftsPage range={range} onRange={setRange} />,
              },
              {
                key: 'users',
                label: <span data-testid="tab-users">{text('manager.tabs.users')}</span>,
                children: <UsersPage />,
              },
            ]}
          />
        </div>
      </main>
    </ConfigProvider>
  );
}
