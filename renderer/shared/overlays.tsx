import { useEffect, useState } from 'react';
import { CoreCover } from './core-cover.tsx';
import { FaultNote } from './fault-note.tsx';
import { useText } from './i18n/text.ts';
import { listen } from './bridge.ts';
import { setIgnoredScanListener, type ScanIgnored } from './keyboard.ts';
import { playSound } from './sounds.ts';
import { putProblemAway, useTerminal } from './store.ts';

/** What may lie over any screen: the core is away, a call failed, this is only training. */
export function Overlays() {
  const text = useText();
  const connected = useTerminal((view) => view.connected);
  const training = useTerminal((view) => view.app?.training === true);
  const problem = useTerminal((view) => view.problem);
  const ignored = useIgnoredScan();
  return (
    <>
      {ignored !== null && (
        <div
          className="passing"
          role="status"
          popover="manual"
          ref={(element) => element?.showPopover()}
          data-testid="scan-ignored"
          data-why={ignored.why}
        >
          {text(`cashier.scanIgnored.${ignored.why}`)}
        </div>
      )}
      {training && <div className="training" aria-hidden="true" />}
      <CoreCover />
      {connected && problem !== null && (
        <div className="problem" data-testid="problem" data-code={problem.code}>
          <FaultNote fault={problem} />
          <button
            type="button"
            className="key-safe quiet"
            data-testid="problem-close"
            onClick={putProblemAway}
          >
            {text('close')}
          </button>
        </div>
      )}
    </>
  );
}

const IGNORED_SHOWN_MS = 4000;

/** The last scan that was not used, for as long as it is shown; each is heard too. */
function useIgnoredScan(): { readonly why: ScanIgnored } | null {
  const [ignored, setIgnored] = useState<{ readonly why: ScanIgnored } | null>(null);
  useEffect(() => {
    const show = (why: ScanIgnored): void => {
      setIgnored({ why });
      void playSound('refused');
    };
    setIgnoredScanListener(show);
    return listen('scanIgnored', ({ reason }) => show(reason));
  }, []);
  useEffect(() => {
    if (ignored === null) return;
    const timer = setTimeout(() => setIgnored(null), IGNORED_SHOWN_MS);
    return () => clearTimeout(timer);
  }, [ignored]);
  return ignored;
}
