import { Nothing } from '../manager/parts.tsx';
import { faultHelp } from '../shared/fault-note.tsx';
import { useText } from '../shared/i18n/text.ts';
import { useTerminal } from '../shared/store.ts';

/** What is attached, how it does, and what to do about it. */
export function DevicesPage({ scanned }: { readonly scanned: number | null }) {
  const text = useText();
  const devices = useTerminal((view) => view.devices);
  return (
    <div className="page">
      <section className="card">
        <h2>{text('support.devices.test')}</h2>
        <p>{text('support.devices.scanTest')}</p>
        <p role="status" data-testid="scan-test" data-length={scanned ?? 0}>
          {scanned === null
            ? text('support.devices.waiting')
            : text('support.devices.gotKeyboard', { count: scanned })}
        </p>
      </section>
      {devices.length === 0 ? (
        <Nothing title={text('support.devices.none')} hint={text('support.devices.noneHint')} />
      ) : (
        devices.map((device) => (
          <section className="card" key={device.id} data-testid={`device-${device.id}`}>
            <h2>
              {text(`support.devices.kind.${device.kind}`)} · {device.name}
            </h2>
            <p>
              {text(`support.devices.transport.${device.transport}`)} · {device.path} ·{' '}
              <b>{text(`support.devices.status.${device.status}`)}</b>
            </p>
            {device.problem !== null && (
              <p className="mistake">
                {text(`faults.${device.problem.code}.title`)}: {faultHelp(text, device.problem)}
              </p>
            )}
          </section>
        ))
      )}
    </div>
  );
}
