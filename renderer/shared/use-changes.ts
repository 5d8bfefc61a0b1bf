import { useEffect, useRef } from 'react';
import { listen } from './bridge.ts';

/** After an offline time many redemptions are settled at once: sums are read anew once, not for each of them. */
const TOGETHER_MS = 1000;

/** Calls back when redemptions have changed: settled, refused, taken back. */
export function useChanges(onChange: () => void): void {
  const held = useRef(onChange);
  useEffect(() => {
    held.current = onChange;
  });
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | null = null;
    const stop = listen('redemption', () => {
      timer ??= setTimeout(() => {
        timer = null;
        held.current();
      }, TOGETHER_MS);
    });
    return () => {
      stop();
      if (timer !== null) clearTimeout(timer);
    };
  }, []);
}
