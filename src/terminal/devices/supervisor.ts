import { performance } from 'node:perf_hooks';
import type { Frame } from '../../../native/framing/frame.ts';
import { listSerialPorts } from '../../../native/scanners/serial-ports.ts';
import type { ScanTest } from '../../contract/terminal/calls-devices.ts';
import type { DeviceSettings } from '../../contract/terminal/device-settings.ts';
import type { Device } from '../../contract/terminal/state.ts';
import { superviseHid } from './hid-link.ts';
import type { Link, LinkHooks } from './link.ts';
import type { DeviceMemory } from './memory.ts';
import { supervisePole } from './pole-link.ts';
import { createRepeatGate } from './repeat-gate.ts';
import { createScanTest } from './scan-test.ts';
import { discoverSerial } from './serial-discovery.ts';
import { superviseSerial } from './serial-link.ts';

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
  /** What was found out about devices in earlier runs; left out: nothing is kept. */
  readonly memory?: DeviceMemory;
  /** Each code once, however many scanners saw it within a second. */
  readonly onScan: (scan: DeviceScan) => void;
  /** All devices, whenever something about one of them changed. */
  readonly onChange: (devices: readonly Device[]) => void;
  /** Every burst of a scanner as it came. */
  readonly onTest?: (test: ScanTest) => void;
  /** The total on the till's customer display, whole fen; null: it shows none any more. */
  readonly onTillAmount?: (amountFen: number | null) => void;
  /** How ports are found; left out: the system is asked. */
  readonly listPorts?: LinkHooks['listPorts'];
}

export interface Supervisor {
  /** Closes every device. */
  stop(): Promise<void>;
  devices(): readonly Device[];
}

const FORGETFUL: DeviceMemory = { get: () => null, set: () => undefined };

/**
 * Finds, opens, loses and finds again the scanners of this terminal, without a restart and without focus.
 * Never throws for a device: what is wrong with one is told by its status and problem.
 */
export function superviseDevices(options: SupervisorOptions): Supervisor {
  const { settings, onScan, onChange, onTest, onTillAmount } = options;
  const gate = createRepeatGate();
  const links: Link[] = [];
  let stopped = false;
  const devices = (): readonly Device[] => links.flatMap((link) => link.devices());

  const scanTest = createScanTest({
    device: (id) => devices().find((device) => device.id === id) ?? null,
    detected: (id) => links.map((link) => link.detected(id)).find((found) => found !== null) ?? null,
    onTest: (test) => onTest?.(test),
    nowMs: () => performance.now(),
  });
  const take = (frame: Frame, deviceId: string): void => {
    if (onTest !== undefined) scanTest.onFrame(frame, deviceId);
    const nowMs = performance.now();
    if (frame.type !== 'scan' || !gate.pass(frame.text, nowMs)) return;
    onScan({ text: frame.text, deviceId, receivedAtMs: performance.timeOrigin + nowMs });
  };
  const hooks: LinkHooks = {
    onFrame: take,
    onBytes: (bytes, deviceId) => {
      if (onTest !== undefined) scanTest.onBytes(bytes, deviceId);
    },
    onChange: () => {
      if (!stopped) onChange(devices());
    },
    memory: options.memory ?? FORGETFUL,
    listPorts: options.listPorts ?? listSerialPorts,
  };
  for (const serial of settings.serial) links.push(superviseSerial(serial, hooks));
  if (settings.serialSearch === 'auto') links.push(discoverSerial(settings, hooks));
  if (settings.hid === 'auto') links.push(superviseHid(hooks));
  if (settings.pole !== null)
    links.push(supervisePole(settings.pole, hooks, (amountFen) => onTillAmount?.(amountFen)));

  return {
    devices,
    stop: async () => {
      stopped = true;
      scanTest.stop();
      await Promise.all(links.map((link) => link.stop()));
    },
  };
}
