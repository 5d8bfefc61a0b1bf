import { useState } from 'react';
import type { AppState } from '../../src/contract/terminal/state.ts';
import { TabFrame } from '../manager/tab-frame.tsx';
import { useText } from '../shared/i18n/text.ts';
import { useKeyLayer } from '../shared/keyboard.ts';
import { Lights } from '../shared/lights.tsx';
import { useTerminal } from '../shared/store.ts';
import { BundlePage } from './bundle-page.tsx';
import { CarryPage } from './carry-page.tsx';
import { DataPage } from './data-page.tsx';
import { DevicesPage } from './devices-page.tsx';
import type { TypedScan } from './devices/scan-test.tsx';
import { StatePage } from './state-page.tsx';

/** A technician's view: what runs, what is attached, what is safe. Nothing here redeems or reverses. */
export function SupportScreen({ app }: { readonly app: AppState }) {
  const text = useText();
  const sync = useTerminal((view) => view.sync);
  const devices = useTerminal((view) => view.devices);
  const [typed, setTyped] = useState<TypedScan | null>(null);
  useKeyLayer({
    onScan: (code) => setTyped((before) => ({ text: code, count: (before?.count ?? 0) + 1 })),
    onBrokenScan: () => setTyped((before) => ({ text: null, count: (before?.count ?? 0) + 1 })),
  });
  return (
    <TabFrame
      app={app}
      title={text('support.title')}
      testId="support"
      top={<Lights devices={devices} sync={sync} />}
      tabs={[
        { key: 'state', label: text('support.tabs.state'), children: <StatePage app={app} /> },
        {
          key: 'devices',
          label: text('support.tabs.devices'),
          children: <DevicesPage typed={typed} />,
        },
        { key: 'data', label: text('support.tabs.data'), children: <DataPage /> },
        { key: 'carry', label: text('support.tabs.carry'), children: <CarryPage /> },
        { key: 'bundle', label: text('support.tabs.bundle'), children: <BundlePage /> },
      ]}
    />
  );
}
