import { useLayoutEffect } from 'react';

/**
 * Beside a window of antd's that comes and goes with its component: when it is gone, the focus returns to what had it
 * before, unless it has gone elsewhere by then. Our own windows (`Dialog`) do that by themselves.
 */
export function FocusBack(): null {
  useLayoutEffect(() => {
    const opener = document.activeElement;
    return () => {
      requestAnimationFrame(() => {
        if (document.activeElement === document.body && opener instanceof HTMLElement) opener.focus();
      });
    };
  }, []);
  return null;
}
