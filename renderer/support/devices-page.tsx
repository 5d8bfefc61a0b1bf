import { Answered, Nothing } from '../manager/parts.tsx';
import { useAnswer } from '../shared/use-answer.ts';
import { faultHelp } from '../shared/fault-note.tsx';
import { useText } from '../shared/i18n/text.ts';
import { useTerminal } from '../shared/store.ts';
import { VolumeSetting } from '../shared/volume.tsx';
import { DiagnosisCard } from './devices/diagnosis.tsx';
import { PrinterCard } from './devices/printer-card.tsx';
import { ScanTestCard, type TypedScan } from './devices/scan-test.tsx';
import { SettingsForm } from './devices/settings-form.tsx';
import './devices/devices.css';

/** What is attached, how it does, what to do about it; self-test and set-up. */
export function DevicesPage({ typed }: { readonly typed: TypedScan | null }) {
  const text = useText();
  const devices = useTerminal((view) => view.devices);
  const stored = useAnswer('devices.settings', undefined);
  const printer = devices.find(({ kind }) => kind === 'printer');
  return (
    <div className="page">
      <ScanTestCard typed={typed} />
      {devices.length === 0 ? (
        <Nothing title={text('support.devices.none')} hint={text('support.devices.noneHint')} />
      ) : (
        devices.map((device) => (
          <section
            className="card"
            key={device.id}
            data-testid={`device-${device.id}`}
            data-status={device.status}
          >
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
      <DiagnosisCard />
      {printer !== undefined && <PrinterCard printer={printer} />}
      <section className="card">
        <h2>{text('sounds.title')}</h2>
        <VolumeSetting />
      </section>
      <Answered {...stored}>
        {({ settings, ports }) => (
          <SettingsForm
            key={JSON.stringify(settings)}
            settings={settings}
            ports={ports}
            onSaved={stored.again}
          />
        )}
      </Answered>
    </div>
  );
}
