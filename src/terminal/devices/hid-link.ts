import { DeviceError, deviceError } from '../../../native/device-error.ts';
import {
  listHidScanners,
  openHidScanner,
  type HidScanner,
  type HidScannerInfo,
} from '../../../native/scanners/hid-scanner.ts';
import type { Device } from '../../contract/terminal/state.ts';
import { createNap, faultOf, POLL_MS, type Link, type LinkHooks } from './link.ts';

interface Held {
  device: Device;
  scanner: HidScanner | null;
}

/** While a scanner is open, others are looked for less often: listing HID devices is slow on Windows. */
const POLL_WHILE_OPEN_MS = 1000;

/** Opens every HID POS scanner that is plugged in, notices losses, finds them again; names those in keyboard mode. */
export function superviseHid(hooks: LinkHooks): Link {
  const held = new Map<string, Held>();
  const nap = createNap();
  const driver: Device = {
    id: 'hid',
    kind: 'scanner',
    transport: 'hid',
    name: 'USB HID',
    path: '',
    status: 'error',
    problem: null,
  };
  let driverFault: Device | null = null;
  let stopped = false;

  const show = (entry: Held, change: Pick<Device, 'status' | 'problem'>): void => {
    const next = { ...entry.device, ...change };
    if (JSON.stringify(next) === JSON.stringify(entry.device)) return;
    entry.device = next;
    hooks.onChange();
  };

  const open = async (entry: Held): Promise<void> => {
    const { id, path } = entry.device;
    try {
      entry.scanner = await openHidScanner(path, {
        onFrame: (frame) => hooks.onFrame(frame, id),
        onBytes: (bytes) => hooks.onBytes(bytes, id),
        onClose: (cause) => {
          entry.scanner = null;
          if (cause !== null) show(entry, { status: 'lost', problem: faultOf(cause, path) });
          nap.wake();
        },
      });
      show(entry, { status: 'open', problem: null });
    } catch (cause) {
      const error = deviceError(cause);
      show(entry, { status: failedStatus(error), problem: faultOf(error, path) });
    }
  };

  const look = async (): Promise<void> => {
    const listed = withIds(await listHidScanners());
    driverFault = null;
    for (const [id, info] of listed) {
      const entry = held.get(id) ?? { device: deviceOf(id, info), scanner: null };
      if (!held.has(id)) {
        held.set(id, entry);
        hooks.onChange();
      }
      if (entry.scanner !== null && entry.device.path !== info.path) await entry.scanner.close();
      if (entry.scanner !== null) continue;
      entry.device = { ...entry.device, path: info.path };
      if (info.mode === 'keyboard') show(entry, keyboardMode(info));
      else await open(entry);
    }
    for (const [id, entry] of held) {
      if (entry.scanner !== null || listed.has(id) || entry.device.status === 'lost') continue;
      show(entry, { status: 'lost', problem: goneFault(entry.device.path) });
    }
  };

  const run = async (): Promise<void> => {
    while (!stopped) {
      try {
        await look();
      } catch (cause) {
        const fault = { ...driver, problem: faultOf(deviceError(cause), '') };
        const isNew = JSON.stringify(driverFault) !== JSON.stringify(fault);
        driverFault = fault;
        if (isNew) hooks.onChange();
      }
      const anyOpen = [...held.values()].some(({ scanner }) => scanner !== null);
      await nap.sleep(anyOpen ? POLL_WHILE_OPEN_MS : POLL_MS);
    }
    for (const { scanner } of held.values()) await scanner?.close();
  };
  const running = run();

  return {
    devices: () => [
      ...(driverFault === null ? [] : [driverFault]),
      ...[...held.values()].map(({ device }) => device),
    ],
    detected: (id) => {
      const layout = held.get(id)?.scanner?.layout();
      return layout === undefined ? null : { baudRate: null, suffix: null, layout };
    },
    stop: async () => {
      stopped = true;
      nap.wake();
      await running;
    },
  };
}

/** Ids that stay the same wherever a scanner is plugged in; scanners that can't be told apart are counted. */
function withIds(infos: readonly HidScannerInfo[]): ReadonlyMap<string, HidScannerInfo> {
  const listed = new Map<string, HidScannerInfo>();
  for (const info of infos) {
    const serial = info.serialNumber === null || info.serialNumber === '' ? '' : `:${info.serialNumber}`;
    const base = `hid:${hex(info.vendorId)}:${hex(info.productId)}${serial}`;
    let id = base;
    for (let count = 2; listed.has(id); count += 1) id = `${base}#${count}`;
    listed.set(id, info);
  }
  return listed;
}

function hex(usbId: number): string {
  return usbId.toString(16).padStart(4, '0');
}

function deviceOf(id: string, info: HidScannerInfo): Device {
  const { path } = info;
  const name = info.name === '' ? id : info.name;
  return { id, kind: 'scanner', transport: 'hid', name, path, status: 'searching', problem: null };
}

function keyboardMode(info: HidScannerInfo): Pick<Device, 'status' | 'problem'> {
  const error = new DeviceError('device-keyboard-mode', `${info.name} types like a keyboard`);
  return { status: 'keyboard-mode', problem: faultOf(error, info.path) };
}

function goneFault(path: string): Device['problem'] {
  return faultOf(new DeviceError('device-missing', 'the scanner is not plugged in'), path);
}

function failedStatus({ code }: DeviceError): Device['status'] {
  if (code === 'device-busy') return 'busy';
  return code === 'device-missing' ? 'lost' : 'error';
}
