import { useEffect, useRef } from 'react';
import { listen } from './bridge.ts';
import { ignoreScan } from './keyboard.ts';
import { ask, askQuietly, useTerminal } from './store.ts';

/**
 * While `on`, what a scanner reads goes to `onScan` instead of to the purchase; left out: it is not used, and the
 * cashier is told so.
 */
export function useScansAside(on: boolean, onScan: (text: string) => void = ignoreScan): void {
  // A core that was started anew knows nothing of it.
  const connected = useTerminal((view) => view.connected);
  const latest = useRef(onScan);
  useEffect(() => {
    latest.current = onScan;
  });
  useEffect(() => {
    if (!on || !connected) return;
    // Quietly: nobody asked for it, so it says nothing and puts no fault away.
    void askQuietly('checkout.fillForm', { open: true });
    let closing = false;
    const stop = listen('formScan', ({ text }) => {
      // On its way while the form was put away: it is the next customer's, and the core knows by now.
      if (closing) void ask('checkout.scan', { text, source: 'wedge' });
      else latest.current(text);
    });
    return () => {
      closing = true;
      void askQuietly('checkout.fillForm', { open: false }).finally(stop);
    };
  }, [on, connected]);
}
