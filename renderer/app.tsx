import { lazy, Suspense, useEffect, useState } from 'react';
import type { AppState } from '../src/contract/terminal/state.ts';
import { ActivationScreen } from './access/activation-screen.tsx';
import { FaultScreen, StartingScreen } from './access/fault-screen.tsx';
import { RestoredScreen } from './access/restore-panel.tsx';
import { SignInScreen } from './access/sign-in-screen.tsx';
import { CashierScreen } from './cashier/cashier-screen.tsx';
import { useText } from './shared/i18n/text.ts';
import { Overlays } from './shared/overlays.tsx';
import { useTerminal } from './shared/store.ts';

// antd and echarts stay out of the counter's start.
const ManagerScreen = lazy(() =>
  import('./manager/manager-screen.tsx').then((module) => ({ default: module.ManagerScreen })),
);
const SupportScreen = lazy(() =>
  import('./support/support-screen.tsx').then((module) => ({ default: module.SupportScreen })),
);

/** The one window: the screen that the phase asks for, and what lies over every screen. */
export function App() {
  const app = useTerminal((view) => view.app);
  const restored = useTerminal((view) => view.restored);
  const text = useText();
  useEffect(() => {
    document.title = text('product');
  }, [text]);
  return (
    <>
      {app === null ? (
        <StartingScreen />
      ) : restored !== null ? (
        <RestoredScreen restored={restored} />
      ) : (
        <Phase app={app} />
      )}
      <Overlays />
    </>
  );
}

function Phase({ app }: { readonly app: AppState }) {
  switch (app.phase) {
    case 'starting':
      return <StartingScreen />;
    case 'activation':
      return <ActivationScreen app={app} />;
    case 'sign-in':
      return <SignInScreen app={app} />;
    case 'open':
      return <Open app={app} />;
    case 'fault':
      return <FaultScreen app={app} />;
  }
}

/** While a screen comes from the disk: a moment, and nothing is being started. */
function Opening() {
  const text = useText();
  return (
    <main className="access" data-testid="opening">
      <section className="notice" role="status">
        <i className="spinner" aria-hidden="true" />
        <h1>{text('opening')}</h1>
      </section>
    </main>
  );
}

/** Support has a screen of its own; a manager changes between the counter and the books. */
function Open({ app }: { readonly app: AppState }) {
  const [manages, setManages] = useState(false);
  const isManager = app.user?.role === 'manager';
  return (
    <Suspense fallback={<Opening />}>
      <div className="open" data-testid="phase-open">
        {app.user?.role === 'support' ? (
          <SupportScreen app={app} />
        ) : isManager && manages ? (
          <ManagerScreen app={app} onCounter={() => setManages(false)} />
        ) : (
          <CashierScreen app={app} onManage={isManager ? () => setManages(true) : null} />
        )}
      </div>
    </Suspense>
  );
}
