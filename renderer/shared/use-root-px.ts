import { useSyncExternalStore } from 'react';

const read = (): number => Number.parseFloat(getComputedStyle(document.documentElement).fontSize);

function subscribe(listener: () => void): () => void {
  window.addEventListener('resize', listener);
  return () => window.removeEventListener('resize', listener);
}

/** Pixels to the rem, which follows the window: for what can't be styled in rem. */
export function useRootPx(): number {
  return useSyncExternalStore(subscribe, read);
}
