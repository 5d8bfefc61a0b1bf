import { Button } from 'antd';
import { useState } from 'react';
import type { PortView } from '../../../src/contract/terminal/calls-devices.ts';
import { SUFFIXES, type DeviceSettings } from '../../../src/contract/terminal/device-settings.ts';
import type { Fault } from '../../../src/contract/terminal/errors.ts';
import { FaultNote } from '../../shared/fault-note.tsx';
import { useText } from '../../shared/i18n/text.ts';
import { askQuietly } from '../../shared/store.ts';
import { choices, newScanner, savable, wantedKey, withScanner } from './draft.ts';
import { BaudOptions, Choice } from './fields.tsx';
import { PoleFields } from './pole-fields.tsx';
import { PrinterFields } from './printer-fields.tsx';

/** Scanners, printer and pole display, as this PC should look for them. Nothing changes before "save". */
export function SettingsForm(props: {
  readonly settings: DeviceSettings;
  readonly ports: readonly PortView[];
  readonly onSaved: () => void;
}) {
  const text = useText();
  const [draft, setDraft] = useState(props.settings);
  const [fault, setFault] = useState<Fault | null>(null);
  const [saved, setSaved] = useState(false);
  const ports = choices(props.ports, draft);
  const taken = new Set([...draft.serial, ...(draft.pole === null ? [] : [draft.pole])].map(wantedKey));
  const ready = savable(draft);
  const edit = (next: DeviceSettings): void => {
    setDraft(next);
    setSaved(false);
  };
  const save = async (): Promise<void> => {
    if (ready === null) return;
    const answer = await askQuietly('devices.save', ready);
    setFault(answer.fault);
    setSaved(answer.fault === null);
    if (answer.fault === null) props.onSaved();
  };
  return (
    <section className="card" data-testid="device-settings">
      <h2>{text('support.devices.settings')}</h2>
      <h3>{text('support.devices.kind.scanner')}</h3>
      <label className="setting">
        <input
          type="checkbox"
          data-testid="set-hid"
          checked={draft.hid === 'auto'}
          onChange={(event) => edit({ ...draft, hid: event.target.checked ? 'auto' : 'off' })}
        />
        <span>{text('support.devices.findHid')}</span>
      </label>
      <label className="setting">
        <input
          type="checkbox"
          data-testid="set-serial-search"
          checked={draft.serialSearch === 'auto'}
          onChange={(event) => edit({ ...draft, serialSearch: event.target.checked ? 'auto' : 'off' })}
        />
        <span>{text('support.devices.findSerial')}</span>
      </label>
      {draft.serial.map((scanner, index) => (
        <div className="setting-row" key={wantedKey(scanner)} data-testid={`set-scanner-${index}`}>
          <b>{ports.find(({ key }) => key === wantedKey(scanner))?.name ?? wantedKey(scanner)}</b>
          <Choice
            label={text('support.devices.baudRate')}
            testId={`set-baud-${index}`}
            value={String(scanner.baudRate)}
            onChange={(value) =>
              edit(
                withScanner(draft, index, {
                  ...scanner,
                  baudRate: value === 'auto' ? 'auto' : Number(value),
                }),
              )
            }
          >
            <option value="auto">{text('support.devices.suffix.auto')}</option>
            <BaudOptions />
          </Choice>
          <Choice
            label={text('support.devices.ending')}
            testId={`set-suffix-${index}`}
            value={scanner.suffix}
            onChange={(value) => {
              const suffix = SUFFIXES.find((known) => known === value) ?? 'auto';
              edit(withScanner(draft, index, { ...scanner, suffix }));
            }}
          >
            {SUFFIXES.map((suffix) => (
              <option key={suffix} value={suffix}>
                {text(`support.devices.suffix.${suffix}`)}
              </option>
            ))}
          </Choice>
          <Button onClick={() => edit(withScanner(draft, index, null))}>
            {text('support.devices.remove')}
          </Button>
        </div>
      ))}
      <Choice
        label={text('support.devices.addScanner')}
        testId="add-scanner"
        value=""
        onChange={(key) => {
          const chosen = ports.find((port) => port.key === key);
          if (chosen !== undefined) edit({ ...draft, serial: [...draft.serial, newScanner(chosen.wanted)] });
        }}
      >
        <option value="">{text('support.devices.choosePort')}</option>
        {ports
          .filter(({ key }) => !taken.has(key))
          .map(({ key, name }) => (
            <option key={key} value={key}>
              {name}
            </option>
          ))}
      </Choice>
      <PrinterFields printer={draft.printer} onChange={(printer) => edit({ ...draft, printer })} />
      <PoleFields
        pole={draft.pole}
        ports={ports.filter(({ key }) => !draft.serial.map(wantedKey).includes(key))}
        onChange={(pole) => edit({ ...draft, pole })}
      />
      <div className="export">
        <Button
          type="primary"
          data-testid="save-devices"
          disabled={ready === null}
          onClick={() => void save()}
        >
          {text('support.devices.save')}
        </Button>
        <span role="status" data-testid="devices-saved" data-saved={saved}>
          {saved ? text('support.devices.saved') : ready === null ? text('support.devices.incomplete') : ''}
        </span>
      </div>
      <FaultNote fault={fault} />
    </section>
  );
}
