import type { DeviceError } from '../../../native/device-error.ts';
import type { HidPosLayout } from '../../../native/framing/hid-pos-framer.ts';
import type { Suffix } from '../../../native/framing/line-framer.ts';
import type { SerialPortInfo } from '../../../native/scanners/serial-ports.ts';
import type { Frame } from '../../../native/framing/frame.ts';
import type { Fault } from '../../contract/terminal/errors.ts';
import type { Device } from '../../contract/terminal/state.ts';
import type { DeviceMemory } from './memory.ts';

/** How often a device that is not open is looked for, and one that is open is looked at, milliseconds. */
export const POLL_MS = 200;

/** What a link (one device under supervision) tells its supervisor. */
export interface LinkHooks {
  readonly onFrame: (frame: Frame, deviceId: string) => void;
  readonly onBytes: (bytes: Uint8Array, deviceId: string) => void;
  readonly onChange: () => void;
  readonly memory: DeviceMemory;
  readonly listPorts: () => Promise<readonly SerialPortInfo[]>;
}

/** What was found out about an open device; null where it doesn't apply. */
export interface Detected {
  readonly baudRate: number | null;
  readonly suffix: Suffix | null;
  readonly layout: HidPosLayout | null;
}

export interface Link {
  devices(): readonly Device[];
  /** About one of its devices; null while that is not open. */
  detected(deviceId: string): Detected | null;
  stop(): Promise<void>;
}

/** The fault that a screen shows for a device. */
export function faultOf(error: DeviceError, path: string): Fault {
  return { code: error.code, params: { path, detail: error.message.slice(0, 200) } };
}

/** A pause that `wake` ends early, also when it is called just before the pause begins. */
export function createNap(): {
  readonly sleep: (ms: number) => Promise<void>;
  readonly wake: () => void;
} {
  let woken = false;
  let wakeUp: () => void = () => undefined;
  return {
    sleep: async (ms) => {
      if (!woken) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, ms);
          wakeUp = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
      woken = false;
    },
    wake: () => {
      woken = true;
      wakeUp();
    },
  };
}
