import type { PrinterSettings } from '../../../src/contract/terminal/device-settings.ts';
import { useText } from '../../shared/i18n/text.ts';
import { BaudOptions, Choice, TextSetting } from './fields.tsx';

type Connection = PrinterSettings['connection'];

/** What a newly chosen way to the printer begins with. */
const BLANK: Readonly<Record<Connection['type'], Connection>> = {
  none: { type: 'none' },
  tcp: { type: 'tcp', host: '', port: 9100 },
  serial: { type: 'serial', path: '', baudRate: 115_200 },
  system: { type: 'system', name: '' },
};
const TYPES = ['none', 'tcp', 'serial', 'system'] as const;

/** How the receipt printer is reached, and how wide its paper is. */
export function PrinterFields(props: {
  readonly printer: PrinterSettings;
  readonly onChange: (printer: PrinterSettings) => void;
}) {
  const text = useText();
  const { printer, onChange } = props;
  const { connection } = printer;
  const connect = (next: Connection): void => onChange({ ...printer, connection: next });
  return (
    <>
      <h3>{text('support.devices.kind.printer')}</h3>
      <div className="setting-row">
        <Choice
          label={text('support.devices.connection')}
          testId="set-printer"
          value={connection.type}
          onChange={(value) => connect(BLANK[TYPES.find((type) => type === value) ?? 'none'])}
        >
          {TYPES.map((type) => (
            <option key={type} value={type}>
              {text(`support.devices.printerType.${type}`)}
            </option>
          ))}
        </Choice>
        {connection.type === 'tcp' && (
          <>
            <TextSetting
              label={text('support.devices.host')}
              testId="set-printer-host"
              value={connection.host}
              onChange={(host) => connect({ ...connection, host })}
            />
            <TextSetting
              label={text('support.devices.port')}
              testId="set-printer-port"
              value={String(connection.port)}
              onChange={(port) => connect({ ...connection, port: Number(port) })}
            />
          </>
        )}
        {connection.type === 'serial' && (
          <>
            <TextSetting
              label={text('support.devices.path')}
              testId="set-printer-path"
              value={connection.path}
              onChange={(path) => connect({ ...connection, path })}
            />
            <Choice
              label={text('support.devices.baudRate')}
              testId="set-printer-baud"
              value={String(connection.baudRate)}
              onChange={(baudRate) => connect({ ...connection, baudRate: Number(baudRate) })}
            >
              <BaudOptions />
            </Choice>
          </>
        )}
        {connection.type === 'system' && (
          <TextSetting
            label={text('support.devices.queue')}
            testId="set-printer-name"
            value={connection.name}
            onChange={(name) => connect({ ...connection, name })}
          />
        )}
        {connection.type !== 'none' && (
          <Choice
            label={text('support.devices.paper')}
            testId="set-printer-columns"
            value={String(printer.columns)}
            onChange={(columns) => onChange({ ...printer, columns: columns === '48' ? 48 : 32 })}
          >
            <option value="32">58 mm</option>
            <option value="48">80 mm</option>
          </Choice>
        )}
      </div>
    </>
  );
}
