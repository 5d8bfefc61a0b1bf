import { useEffect } from 'react';
import type { AppState } from '../src/contract/terminal/state.ts';
import { ActivationScreen } from './access/activation-screen.tsx';
import { FaultScreen, StartingScreen } from './access/fault-screen.tsx';
import { SignInScreen } from './access/sign-in-screen.tsx';
import { CashierScreen } from './cashier/cashier-screen.tsx';
import { useText } from './shared/i18n/text.ts';
import { Overlays } from './shared/overlays.tsx';
import { useTerminal } from './shared/store.ts';

/** The one window: the screen that the phase asks for, and what lies over every screen. */
export function App() {
  const app = useTerminal((view) => view.app);
  const text = useText();
  useEffect(() => {
    document.title = text('product');
  }, [text]);
  return (
    <>
      {app === null ? <StartingScreen /> : <Phase app={app} />}
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
      return <CashierScreen app={app} />;
    case 'fault':
      return <FaultScreen app={app} />;
  }
}
