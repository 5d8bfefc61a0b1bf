import { ConfigProvider, Tabs } from 'antd';
import enUS from 'antd/locale/en_US';
import zhCN from 'antd/locale/zh_CN';
import { useState } from 'react';
import type { AppState } from '../../src/contract/terminal/state.ts';
import { useLanguage, useText } from '../shared/i18n/text.ts';
import { useKeyLayer } from '../shared/keyboard.ts';
import { Lights } from '../shared/lights.tsx';
import { ask, useTerminal } from '../shared/store.ts';
import { SyncBand } from '../shared/sync-band.tsx';
import { TopBar } from '../shared/top-bar.tsx';
import { ANTD_THEME } from '../manager/antd-theme.ts';
import '../manager/manager.css';
import { BundlePage } from './bundle-page.tsx';
import { DataPage } from './data-page.tsx';
import { DevicesPage } from './devices-page.tsx';
import { StatePage } from './state-page.tsx';

/** A technician's view: what runs, what is attached, what is safe. Nothing here redeems or reverses. */
export function SupportScreen({ app }: { readonly app: AppState }) {
  const text = useText();
  const language = useLanguage();
  const sync = useTerminal((view) => view.sync);
  const devices = useTerminal((view) => view.devices);
  const [typed, setTyped] = useState<string | null>(null);
  useKeyLayer({ onScan: setTyped });
  return (
    <ConfigProvider
      theme={ANTD_THEME}
      locale={language === 'zh' ? zhCN : enUS}
      button={{ autoInsertSpace: false }}
    >
      <main className="manager" data-testid="support">
        <TopBar app={app}>
          <Lights devices={devices} sync={sync} />
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
          <h1 className="visually-hidden">{text('support.title')}</h1>
          <Tabs
            destroyOnHidden
            items={[
              {
                key: 'state',
                label: <span data-testid="tab-state">{text('support.tabs.state')}</span>,
                children: <StatePage app={app} />,
              },
              {
                key: 'devices',
                label: <span data-testid="tab-devices">{text('support.tabs.devices')}</span>,
                children: <DevicesPage typed={typed} />,
              },
              {
                key: 'data',
                label: <span data-testid="tab-data">{text('support.tabs.data')}</span>,
                children: <DataPage />,
              },
              {
                key: 'bundle',
                label: <span data-testid="tab-bundle">{text('support.tabs.bundle')}</span>,
                children: <BundlePage />,
              },
            ]}
          />
        </div>
      </main>
    </ConfigProvider>
  );
}
