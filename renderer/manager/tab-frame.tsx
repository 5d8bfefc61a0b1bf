import { ConfigProvider, Tabs } from 'antd';
import enUS from 'antd/locale/en_US';
import zhCN from 'antd/locale/zh_CN';
import { useMemo, type ReactNode } from 'react';
import type { AppState } from '../../src/contract/terminal/state.ts';
import { useLanguage, useText } from '../shared/i18n/text.ts';
import { ask, useTerminal } from '../shared/store.ts';
import { SyncBand } from '../shared/sync-band.tsx';
import { TopBar } from '../shared/top-bar.tsx';
import { useRootPx } from '../shared/use-root-px.ts';
import { antdTheme } from './antd-theme.ts';
import './manager.css';
import { Notices } from './notices.tsx';

/** One tab of a screen; `key` is its test id behind `tab-`. */
export interface Tab {
  readonly key: string;
  readonly label: string;
  readonly children: ReactNode;
}

/** The frame of the manager's and the technician's screen: top bar, clearing's state, tabs. */
export function TabFrame(props: {
  readonly app: AppState;
  readonly title: string;
  readonly testId: string;
  /** What stands in the top bar beside signing out. */
  readonly top: ReactNode;
  readonly tabs: readonly Tab[];
}) {
  const text = useText();
  const language = useLanguage();
  const sync = useTerminal((view) => view.sync);
  const rootPx = useRootPx();
  const theme = useMemo(() => antdTheme(rootPx), [rootPx]);
  return (
    <ConfigProvider
      theme={theme}
      locale={language === 'zh' ? zhCN : enUS}
      button={{ autoInsertSpace: false }}
    >
      <main className="manager" data-testid={props.testId}>
        <TopBar app={props.app}>
          {props.top}
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
          <h1 className="visually-hidden">{props.title}</h1>
          <Tabs
            destroyOnHidden
            items={props.tabs.map(({ key, label, children }) => ({
              key,
              label: <span data-testid={`tab-${key}`}>{label}</span>,
              children,
            }))}
          />
        </div>
        <Notices faults={props.app.notices ?? []} />
      </main>
    </ConfigProvider>
  );
}
