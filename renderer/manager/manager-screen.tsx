import { useState } from 'react';
import type { AppState } from '../../src/contract/terminal/state.ts';
import { useText } from '../shared/i18n/text.ts';
import { useKeyLayer } from '../shared/keyboard.ts';
import { useScansAside } from '../shared/scans-aside.ts';
import { DayPage } from './day-page.tsx';
import { namedRange, type DayRange } from './days.ts';
import { ReconcilePage } from './reconcile-page.tsx';
import { ShiftsPage } from './shifts-page.tsx';
import { TabFrame } from './tab-frame.tsx';
import { UsersPage } from './users-page.tsx';

/** Today's total first, and from there down to the single journal entry. */
export function ManagerScreen(props: { readonly app: AppState; readonly onCounter: () => void }) {
  const text = useText();
  const [range, setRange] = useState<DayRange>(() => namedRange('today', Date.now()));
  useScansAside(true);
  useKeyLayer({
    native: true,
    onFunction: (key) => {
      if (key === 'F9') props.onCounter();
    },
  });
  return (
    <TabFrame
      app={props.app}
      title={text('manager.title')}
      testId="manager"
      top={
        <button
          type="button"
          className="key-safe function"
          data-testid="to-counter"
          onClick={props.onCounter}
        >
          <kbd>F9</kbd>
          {text('manager.toCounter')}
        </button>
      }
      tabs={[
        {
          key: 'day',
          label: text('manager.tabs.day'),
          children: <DayPage range={range} onRange={setRange} />,
        },
        {
          key: 'shifts',
          label: text('manager.tabs.shifts'),
          children: <ShiftsPage range={range} onRange={setRange} />,
        },
        { key: 'reconcile', label: text('manager.tabs.reconcile'), children: <ReconcilePage /> },
        { key: 'users', label: text('manager.tabs.users'), children: <UsersPage /> },
      ]}
    />
  );
}
