import { useEffect, useState } from 'react';
import { FaultNote } from './fault-note.tsx';
import { useText } from './i18n/text.ts';
import { setIgnoredScanListener } from './keyboard.ts';
import { putProblemAway, useTerminal } from './store.ts';

/** What may lie over any screen: the core is away, a call failed, this is only training. */
export function Overlays() {
  const text = useText();
  const connected = useTerminal((view) => view.connected);
  const known = useTerminal((view) => view.app !== null);
  const training = useTerminal((view) => view.app?.training === true);
  const problem = useTerminal((view) => view.problem);
  const [scanIgnoredAtMs, setScanIgnoredAtMs] = useState(0);
  useEffect(() => setIgnoredScanListener(() => setScanIgnoredAtMs(Date.now())), []);
  useEffect(() => {
    if (scanIgnoredAtMs === 0) return;
    const timer = setTimeout(() => setScanIgnoredAtMs(0), 4000);
    return () => clearTimeout(timer);
  }, [scanIgnoredAtMs]);
  return (
    <>
      {scanIgnoredAtMs !== 0 && (
        <div
          className="passing"
          role="status"
          popover="manual"
          ref={(element) => element?.showPopover()}
          data-testid="scan-ignored"
        >
          {text('cashier.scanWhileDialog')}
        </div>
      )}
      {training && <div className="training" aria-hidden="true" />}
      {!connected && known && (
        <div className="restarting" role="alert" data-testid="core-away">
          <i className="spinner spinner-small" aria-hidden="true" />
          <b>{text('restarting.title')}</b>
          <span>{text('restarting.detail')}</span>
        </div>
      )}
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
