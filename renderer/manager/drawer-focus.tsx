import { useEffect, useRef } from 'react';
import { FocusBack } from '../shared/focus-back.tsx';

const TABBABLE = 'button:enabled, input:enabled, select:enabled, textarea:enabled, summary, [tabindex="0"]';

/**
 * Inside a drawer of antd's: Tab goes round in it, what unfolds (`summary`) among the rest, and at its end the focus
 * returns to what opened it. antd's own trap goes astray after a window of ours was open over the drawer; it is off.
 */
export function DrawerFocus() {
  const place = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    const drawer = place.current?.closest<HTMLElement>('.ant-drawer') ?? null;
    if (drawer === null) return;
    const onTab = (event: KeyboardEvent): void => {
      const active = document.activeElement;
      // A window over the drawer is its own prison.
      if (event.key !== 'Tab' || document.querySelector('dialog[open]') !== null) return;
      const round = [...drawer.querySelectorAll<HTMLElement>(TABBABLE)].filter((each) =>
        each.checkVisibility(),
      );
      const [first, last] = event.shiftKey ? [round.at(-1), round[0]] : [round[0], round.at(-1)];
      if (active !== last && drawer.contains(active)) return;
      event.preventDefault();
      first?.focus();
    };
    window.addEventListener('keydown', onTab, { capture: true });
    return () => window.removeEventListener('keydown', onTab, { capture: true });
  }, []);
  return (
    <>
      <span ref={place} hidden />
      <FocusBack />
    </>
  );
}
