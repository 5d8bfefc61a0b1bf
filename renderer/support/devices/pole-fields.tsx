import { POLE_FORMATS, type PoleSettings } from '../../../src/contract/terminal/device-settings.ts';
import { useText } from '../../shared/i18n/text.ts';
import { newPole, wantedKey, type choices } from './draft.ts';
import { BaudOptions, Choice, TextSetting } from './fields.tsx';

/** The till's customer display, listened to: which port, how fast, and how it speaks. */
export function PoleFields(props: {
  readonly pole: PoleSettings | null;
  readonly ports: ReturnType<typeof choices>;
  readonly onChange: (pole: PoleSettings | null) => void;
}) {
  const text = useText();
  const { pole, ports, onChange } = props;
  return (
    <>
      <h3>{text('support.devices.kind.pole')}</h3>
      <p>{text('support.devices.poleHint')}</p>
      <div className="setting-row">
        <Choice
          label={text('support.devices.path')}
          testId="set-pole"
          value={pole === null ? '' : wantedKey(pole)}
          onChange={(key) => {
            const chosen = ports.find((port) => port.key === key);
            if (chosen === undefined) onChange(null);
            else if (pole === null) onChange(newPole(chosen.wanted));
            else {
              const { baudRate, format, totalWords } = pole;
              onChange({ ...chosen.wanted, baudRate, format, totalWords });
            }
          }}
        >
          <option value="">{text('support.devices.poleNone')}</option>
          {ports.map(({ key, name }) => (
            <option key={key} value={key}>
              {name}
            </option>
          ))}
        </Choice>
        {pole !== null && (
          <>
            <Choice
              label={text('support.devices.baudRate')}
              testId="set-pole-baud"
              value={String(pole.baudRate)}
              onChange={(baudRate) => onChange({ ...pole, baudRate: Number(baudRate) })}
            >
              <BaudOptions />
            </Choice>
            <Choice
              label={text('support.devices.poleFormat')}
              testId="set-pole-format"
              value={pole.format}
              onChange={(value) =>
                onChange({ ...pole, format: POLE_FORMATS.find((format) => format === value) ?? 'led8n' })
              }
            >
              {POLE_FORMATS.map((format) => (
                <option key={format} value={format}>
                  {text(`support.devices.poleFormats.${format}`)}
                </option>
              ))}
            </Choice>
            {pole.format === 'text' && (
              <TextSetting
                label={text('support.devices.totalWords')}
                testId="set-pole-words"
                value={pole.totalWords.join(' ')}
                onChange={(words) => onChange({ ...pole, totalWords: words.split(' ') })}
              />
            )}
          </>
        )}
      </div>
    </>
  );
}
