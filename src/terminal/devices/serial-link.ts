import { realpath } from 'node:fs/promises';
import { DeviceError, deviceError } from '../../../native/device-error.ts';
import { openSerialScanner, type SerialScanner } from '../../../native/scanners/serial-scanner.ts';
import { type Device } from '../../contract/terminal/state.ts';
import { createNap, faultOf, POLL_MS, type Link, type LinkHooks } from './link.ts';
import { type SerialSettings } from './settings.ts';

const DEFAULT_BAUD_RATE = 9600;

interface OpenPort {
  readonly scanner: SerialScanner;
  readonly path: string;
  /** Where the path led when it was opened; another target is another device. */
  readonly target: string;
}

/** Keeps one configured serial scanner open: opens it, notices its loss, finds it again, for ever. */
export function superviseSerial(settings: SerialSettings, hooks: LinkHooks): Link {
  const id = serialDeviceId(settings);
  const nap = createNap();
  let stopped = false;
  let open: OpenPort | null = null;
  let device: Device = {
    id,
    kind: 'scanner',
    transport: 'serial',
    name: settings.path ?? id,
    path: settings.path ?? '',
    status: 'searching',
    problem: null,
  };

  const show = (change: Pick<Device, 'status' | 'problem'> & { readonly path?: string }): void => {
    const next = { ...device, ...change };
    if (JSON.stringify(next) === JSON.stringify(device)) return;
    device = next;
    hooks.onChange();
  };
  const showFailure = (error: DeviceError, path: string): void => {
    const wasOpen = device.status === 'open' || device.status === 'lost';
    const absent = wasOpen ? 'lost' : 'searching';
    const status = error.code === 'device-busy' ? 'busy' : error.code === 'device-missing' ? absent : 'error';
    show({ status, problem: faultOf(error, path) });
  };

  const tryOpen = async (): Promise<void> => {
    const path = await findPath(settings);
    const target = await targetOf(path);
    const scanner = await openSerialScanner(
      { path, baudRate: baudRateOf(settings), suffix: settings.suffix },
      {
        onFrame: (frame) => hooks.onFrame(frame, id),
        onBytes: (bytes) => hooks.onBytes(bytes, id),
        onClose: (cause) => {
          open = null;
          if (cause !== null) showFailure(cause, path);
          nap.wake();
        },
      },
    );
    open = { scanner, path, target };
    show({ status: 'open', problem: null, path });
  };

  /** On some systems a port that was pulled out closes only at the next write: so its path is looked at too. */
  const lookAfter = async (port: OpenPort): Promise<void> => {
    const target = await targetOf(port.path).catch(() => null);
    if (target === port.target || open !== port) return;
    open = null;
    showFailure(new DeviceError('device-missing', 'the port is gone'), port.path);
    await port.scanner.close();
  };

  const run = async (): Promise<void> => {
    while (!stopped) {
      try {
        if (open === null) await tryOpen();
        else await lookAfter(open);
      } catch (error) {
        showFailure(deviceError(error), device.path);
      }
      await nap.sleep(POLL_MS);
    }
    await open?.scanner.close();
  };
  const running = run();

  return {
    devices: () => [device],
    stop: async () => {
      stopped = true;
      nap.wake();
      await running;
    },
  };
}

/** The identity that settings are kept by: the USB device where it is known, else the path. */
export function serialDeviceId({ path, usb }: SerialSettings): string {
  if (usb === undefined) return `serial:${path ?? ''}`;
  return `serial:usb:${usb.vendorId}:${usb.productId}${usb.serialNumber === undefined ? '' : `:${usb.serialNumber}`}`;
}

function baudRateOf({ baudRate }: SerialSettings): number {
  return baudRate === 'auto' ? DEFAULT_BAUD_RATE : baudRate;
}

async function findPath({ path, usb }: SerialSettings): Promise<string> {
  if (usb === undefined) return path ?? '';
  const { SerialPort } = await import('serialport');
  const ports = await SerialPort.list();
  const found = ports.find(
    (port) =>
      port.vendorId?.toLowerCase() === usb.vendorId &&
      port.productId?.toLowerCase() === usb.productId &&
      (usb.serialNumber === undefined || port.serialNumber === usb.serialNumber),
  );
  if (found === undefined) throw new DeviceError('device-missing', 'no such USB device is plugged in');
  return found.path;
}

/** Windows port names are no files; there the name itself is the target. Rejects if the path leads nowhere. */
async function targetOf(path: string): Promise<string> {
  return path.includes('/') ? realpath(path) : path;
}
