import type { Device, SyncState } from '../../src/contract/terminal/state.ts';
import { useText, type TextKey } from './i18n/text.ts';
import { useVolume } from './sounds.ts';

type Tone = 'ok' | 'warn' | 'bad' | 'none';
interface Light {
  readonly name: 'scanner' | 'printer' | 'network' | 'clock' | 'sound';
  readonly tone: Tone;
  readonly word: TextKey;
  /** Slips that wait for the printer. */
  readonly waiting?: number;
}

const WORDS: Readonly<Record<Device['status'], { readonly tone: Tone; readonly word: TextKey }>> = {
  open: { tone: 'ok', word: 'lights.ok' },
  searching: { tone: 'warn', word: 'lights.searching' },
  'keyboard-mode': { tone: 'warn', word: 'lights.keyboardMode' },
  lost: { tone: 'bad', word: 'lights.lost' },
  busy: { tone: 'bad', word: 'lights.busy' },
  error: { tone: 'bad', word: 'lights.bad' },
};
const ORDER: readonly Tone[] = ['ok', 'warn', 'bad', 'none'];

/** The best of the devices of a kind: one working scanner is enough. */
function deviceLight(kind: 'scanner' | 'printer', devices: readonly Device[]): Light {
  const ofKind = devices.filter((device) => device.kind === kind);
  const words = ofKind.map((device) => WORDS[device.status]);
  const best = words.toSorted((a, b) => ORDER.indexOf(a.tone) - ORDER.indexOf(b.tone))[0];
  const waiting = ofKind.reduce((sum, { waitingSlips = 0 }) => sum + waitingSlips, 0);
  if (best !== undefined) return { name: kind, ...best, waiting };
  return kind === 'scanner'
    ? { name: kind, tone: 'warn', word: 'lights.keyboardReady' }
    : { name: kind, tone: 'none', word: 'lights.none' };
}

const NETWORK: Readonly<Record<SyncState['connection'], { readonly tone: Tone; readonly word: TextKey }>> = {
  online: { tone: 'ok', word: 'lights.ok' },
  connecting: { tone: 'warn', word: 'connection.connecting' },
  offline: { tone: 'bad', word: 'connection.offline' },
  refused: { tone: 'bad', word: 'connection.refused' },
};

/** Scanner, printer, network and clock: a colour, a shape and a word each. */
export function Lights(props: { readonly devices: readonly Device[]; readonly sync: SyncState }) {
  const text = useText();
  const muted = useVolume() === 0;
  const lights: readonly Light[] = [
    deviceLight('scanner', props.devices),
    deviceLight('printer', props.devices),
    { name: 'network', ...NETWORK[props.sync.connection] },
    props.sync.clock === 'trusted'
      ? { name: 'clock', tone: 'ok', word: 'lights.ok' }
      : { name: 'clock', tone: 'bad', word: 'lights.untrusted' },
    ...(muted ? [{ name: 'sound', tone: 'warn', word: 'sounds.muted' } as const] : []),
  ];
  return (
    <ul className="lights" aria-label={text('lights.title')}>
      {lights.map((light) => (
        <li
          key={light.name}
          className={`light light-${light.tone}`}
          data-testid={`light-${light.name}`}
          data-tone={light.tone}
        >
          <i aria-hidden="true" />
          <span>{text(`lights.${light.name}`)}</span>
          {light.tone === 'ok' ? (
            <span className="visually-hidden">{text(light.word)}</span>
          ) : (
            <b>{text(light.word)}</b>
          )}
          {light.waiting !== undefined && light.waiting > 0 && (
            <b data-testid="slips-waiting" data-count={light.waiting}>
              {text('lights.slipsWaiting', { count: light.waiting })}
            </b>
          )}
        </li>
      ))}
    </ul>
  );
}
