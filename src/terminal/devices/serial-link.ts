import { DeviceError } from '../../../native/device-error.ts';
import type { Frame } from '../../../native/framing/frame.ts';
import { openSerialScanner } from '../../../native/scanners/serial-scanner.ts';
import type { SerialSettings } from '../../contract/terminal/device-settings.ts';
import { faultOf, type Link, type LinkHooks } from './link.ts';
import { keepPort } from './port-keeper.ts';

/** So many unreadable codes in a row, and the settings are wrong rather than the paper dirty. */
const GARBLED_AFTER = 2;

/** One serial scanner: kept open, read at the speed and with the suffix that are set, known or found out. */
export function superviseSerial(settings: SerialSettings, hooks: LinkHooks): Link {
  const { baudRate, suffix } = settings;
  let garbled = 0;

  const take = (frame: Frame): void => {
    const { id, path } = keeper.device();
    if (frame.type === 'scan') {
      garbled = 0;
      keeper.show({ problem: null });
    } else if (frame.reason === 'garbled') {
      garbled += 1;
      const error = new DeviceError('device-garbled', 'what the scanner sends is no text');
      if (garbled >= GARBLED_AFTER) keeper.show({ problem: faultOf(error, path) });
    }
    hooks.onFrame(frame, id);
  };
  const keeper = keepPort({
    wanted: settings,
    kind: 'scanner',
    hooks,
    open: (path, identity, onClose) => {
      garbled = 0;
      return openSerialScanner(
        { path, baudRate, suffix, learned: hooks.memory.get(identity) },
        {
          onFrame: take,
          onBytes: (bytes) => hooks.onBytes(bytes, keeper.device().id),
          onDetected: (detected) => hooks.memory.set(identity, detected),
          onClose,
        },
      );
    },
  });

  return {
    devices: () => [keeper.device()],
    detected: (id) => {
      const scanner = keeper.opened();
      if (scanner === null || id !== keeper.device().id) return null;
      return { ...scanner.detected(), layout: null };
    },
    stop: keeper.stop,
  };
}
