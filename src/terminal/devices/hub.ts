import { join } from 'node:path';
import { listSerialPorts } from '../../../native/scanners/serial-ports.ts';
import type { DEVICE_CALLS, Finding, ScanTest } from '../../contract/terminal/calls-devices.ts';
import type { DeviceSettings } from '../../contract/terminal/device-settings.ts';
import type { Device } from '../../contract/terminal/state.ts';
import type { Handlers } from '../dispatcher.ts';
import { startSlipPrinter, type SlipPrinter, type SlipPrinterOptions } from '../slip-printer.ts';
import { openDeviceMemory } from './memory.ts';
import { superviseDevices, type Supervisor } from './supervisor.ts';

export interface DeviceHubOptions extends Pick<SlipPrinterOptions, 'origin' | 'log' | 'nowMs'> {
  /** Without the half second in which the sign-in is painted. */
  readonly atOnce: boolean;
  readonly settings: DeviceSettings;
  /** The terminal's data folder. */
  readonly folder: string;
  readonly onScan: (text: string) => void;
  readonly onChange: () => void;
  readonly onTest: (test: ScanTest) => void;
  readonly onTillAmount: (amountFen: number | null) => void;
  /** Keeps new settings. Throws `data-folder-unwritable`. */
  readonly save: (settings: DeviceSettings) => void;
  readonly diagnose: (seen: {
    readonly devices: readonly Device[];
    readonly settings: DeviceSettings;
  }) => Promise<readonly Finding[]>;
}

/** Everything that stands on the counter: opened by settings, opened anew when they change. */
export interface DeviceHub {
  devices(): readonly Device[];
  /** The printer at this moment; another one after new settings. */
  printer(): SlipPrinter;
  readonly handlers: Pick<Handlers, keyof typeof DEVICE_CALLS>;
  stop(): Promise<void>;
}

/**
 * Until the sign-in stands on the screen: loading the drivers and asking the system for its devices takes the
 * processor from it, a tenth of a start (docs/decisions/04). Nobody scans before signing in.
 */
const AFTER_START_MS = 500;
const NO_DEVICES: Supervisor = { devices: () => [], stop: () => Promise.resolve() };

/** Opens all devices that the settings name, soon. Whatever is wrong with one is told by its state, never thrown. */
export function startDeviceHub(options: DeviceHubOptions): DeviceHub {
  const { folder, log, onChange } = options;
  const memory = openDeviceMemory(join(folder, 'devices.json'), log);
  let { settings } = options;
  let supervisor = NO_DEVICES;
  const first = setTimeout(
    () => {
      supervisor = startSupervisor();
      onChange();
    },
    options.atOnce ? 0 : AFTER_START_MS,
  );
  let printer = startPrinter();
  /** Changes one after the other: a port must be closed before it is opened anew. */
  let changing: Promise<void> = Promise.resolve();

  function startSupervisor(): Supervisor {
    return superviseDevices({
      settings,
      memory,
      onScan: ({ text }) => options.onScan(text),
      onChange,
      onTest: options.onTest,
      onTillAmount: options.onTillAmount,
    });
  }
  function startPrinter(): SlipPrinter {
    const { origin, nowMs } = options;
    return startSlipPrinter({ settings: settings.printer, folder, nowMs, origin, onChange, log });
  }
  async function change(next: DeviceSettings): Promise<void> {
    options.save(next);
    const printerStays = JSON.stringify(next.printer) === JSON.stringify(settings.printer);
    settings = next;
    clearTimeout(first);
    await supervisor.stop();
    if (!printerStays) await printer.stop();
    supervisor = startSupervisor();
    if (!printerStays) printer = startPrinter();
    onChange();
  }

  const devices = (): readonly Device[] => [...supervisor.devices(), ...printer.devices()];

  return {
    devices,
    printer: () => printer,
    handlers: {
      'devices.settings': async () => ({ settings, ports: await listSerialPorts().catch(() => []) }),
      'devices.save': async (next) => {
        const changed = changing.then(() => change(next));
        changing = changed.catch(() => undefined);
        await changed;
      },
      'devices.diagnose': () => options.diagnose({ devices: devices(), settings }),
      'printer.preview': async () => ({ svg: await printer.previewTest() }),
      'printer.test': () => printer.printTest(),
      'printer.waiting': () => printer.waiting(),
      'printer.printWaiting': () => printer.printWaiting(),
      'printer.discard': ({ id }) => printer.discard(id),
    },
    stop: async () => {
      await changing;
      clearTimeout(first);
      await supervisor.stop();
      await printer.stop();
    },
  };
}
