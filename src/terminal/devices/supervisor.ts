import { performance } from 'node:perf_hooks';
import { type Frame } from '../../../native/framing/frame.ts';
import { type Device } from '../../contract/terminal/state.ts';
import { superviseHid } from './hid-link.ts';
import { type Link, type LinkHooks } from './link.ts';
import { createRepeatGate } from './repeat-gate.ts';
import { superviseSerial } from './serial-link.ts';
import { type DeviceSettings } from './settings.ts';

/** One code that a customer showed. */
export interface DeviceScan {
  readonly text: string;
  /** Id of the device in `devices()`. */
  readonly deviceId: string;
  /** When its last byte came: epoch milliseconds (with a fraction) that no clock change makes jump. */
  readonly receivedAtMs: number;
}

export interface SupervisorOptions {
  readonly settings: DeviceSettings;
  /** Each code once, however many scanners saw it within a second. */
  readonly onScan: (scan: DeviceScan) => void;
  /** All devices, whenever something about one of them changed. */
  readonly onChange: (devices: readonly Device[]) => void;
}

export interface Supervisor {
  /** Closes every device. */
  stop(): Promise<void>;
  devices(): readonly Device[];
}

/**
 * Finds, opens, loses and finds again the scanners of this terminal, without a restart and without focus.
 * Never throws for a device: what is wrong with one is told by its status and problem.
 */
export function superviseDevices({ settings, onScan, onChange }: SupervisorOptions): Supervisor {
  const gate = createRepeatGate();
  const links: Link[] = [];
  let stopped = false;
  const devices = (): readonly Device[] => links.flatMap((link) => link.devices());

  const take = (frame: Frame, deviceId: string): void => {
    const nowMs = performance.now();
    if (frame.type !== 'scan' || !gate.pass(frame.text, nowMs)) return;
    onScan({ text: frame.text, deviceId, receivedAtMs: performance.timeOrigin + nowMs });
  };
  const hooks: LinkHooks = {
    onFrame: take,
    onBytes: () => undefined,
    onChange: () => {
      if (!stopped) onChange(devices());
    },
  };
  for (const serial of settings.serial) links.push(superviseSerial(serial, hooks));
  if (settings.hid === 'auto') links.push(superviseHid(hooks));

  return {
    devices,
    stop: async () => {
      stopped = true;
      await Promise.all(links.map((link) => link.stop()));
    },
  };
}
