import { createPoleReader } from '../../../native/framing/pole-display.ts';
import { openSerialTap } from '../../../native/scanners/serial-tap.ts';
import { createSilenceTimer } from '../../../native/scanners/silence-timer.ts';
import type { PoleSettings } from '../../contract/terminal/device-settings.ts';
import type { Link, LinkHooks } from './link.ts';
import { keepPort } from './port-keeper.ts';

/** At 2,400 baud a byte takes 4 ms: after this silence the till has said what it had to say. Milliseconds. */
const QUIET_MS = 150;

/** Listens to the till's customer display and tells the amount to pay whenever it changes; null: none shown. */
export function supervisePole(
  settings: PoleSettings,
  hooks: LinkHooks,
  onTotal: (amountFen: number | null) => void,
): Link {
  const reader = createPoleReader(settings);
  let told: number | null = null;
  const tell = (): void => {
    const total = reader.totalFen();
    if (total === told) return;
    told = total;
    onTotal(total);
  };
  const silence = createSilenceTimer(QUIET_MS, tell);
  const keeper = keepPort({
    wanted: settings,
    kind: 'pole',
    hooks,
    open: (path, _identity, onClose) => {
      reader.reset();
      return openSerialTap(path, settings.baudRate, {
        onBytes: (bytes) => {
          reader.push(bytes);
          silence.heard(true);
          hooks.onBytes(bytes, keeper.device().id);
        },
        onClose: (cause) => {
          silence.stop();
          // What the display shows is not known any more: no stale amount is offered.
          reader.reset();
          tell();
          onClose(cause);
        },
      });
    },
  });
  return { devices: () => [keeper.device()], detected: () => null, stop: keeper.stop };
}
