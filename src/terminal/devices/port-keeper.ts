import { realpath } from 'node:fs/promises';
import { DeviceError, deviceError } from '../../../native/device-error.ts';
import { findPort, usbName, type SerialPortInfo } from '../../../native/scanners/serial-ports.ts';
import type { SerialSettings } from '../../contract/terminal/device-settings.ts';
import type { Device } from '../../contract/terminal/state.ts';
import { createNap, faultOf, POLL_MS, type LinkHooks } from './link.ts';

/** Which port is meant: by path, or by what is plugged in. */
export type WantedPort = Pick<SerialSettings, 'path' | 'usb'>;
type Found = Pick<SerialPortInfo, 'path' | 'name' | 'usb'>;
type Change = Partial<Pick<Device, 'status' | 'problem' | 'path' | 'name'>>;

/** Listing ports starts a program on Linux: where it is needed, ports are looked for less often. Milliseconds. */
const LIST_EVERY_MS = 1000;

interface Closable {
  close(): Promise<void>;
}

export interface PortKeeperOptions<T extends Closable> {
  readonly wanted: WantedPort;
  readonly kind: Device['kind'];
  readonly hooks: LinkHooks;
  /** Opens it. `identity`: what settings and memory are kept by. `onClose` is to be called once, when it is gone. */
  readonly open: (path: string, identity: string, onClose: (cause: DeviceError | null) => void) => Promise<T>;
}

/** One serial device that is kept open. */
export interface PortKeeper<T> {
  readonly device: () => Device;
  readonly opened: () => T | null;
  /** Shows something else about the device. */
  readonly show: (change: Change) => void;
  readonly stop: () => Promise<void>;
}

/** Keeps one serial port open: opens it, notices its loss, finds it again, for ever. */
export function keepPort<T extends Closable>(options: PortKeeperOptions<T>): PortKeeper<T> {
  const { wanted, kind, hooks } = options;
  const id = serialDeviceId(wanted);
  const nap = createNap();
  let stopped = false;
  /** `target`: where the path led when it was opened; another target is another device. */
  let port: { readonly opened: T; readonly path: string; readonly target: string } | null = null;
  let device: Device = {
    id: kind === 'scanner' ? id : `${kind}:${id}`,
    kind,
    transport: 'serial',
    name: wanted.path ?? id,
    path: wanted.path ?? '',
    status: 'searching',
    problem: null,
  };

  const show = (change: Change): void => {
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
    const found = await findWanted(wanted, hooks.listPorts);
    const { path } = found;
    const target = await targetOf(path);
    const identity = found.usb === null ? id : `serial:${usbName(found.usb)}`;
    const opened = await options.open(path, identity, (cause) => {
      port = null;
      if (cause !== null) showFailure(cause, path);
      nap.wake();
    });
    port = { opened, path, target };
    show({ status: 'open', problem: null, path, name: found.name });
  };
  /** On some systems a port that was pulled out closes only at the next write: so its path is looked at too. */
  const lookAfter = async (open: NonNullable<typeof port>): Promise<void> => {
    const target = await targetOf(open.path).catch(() => null);
    if (target === open.target || port !== open) return;
    port = null;
    showFailure(new DeviceError('device-missing', 'the port is gone'), open.path);
    await open.opened.close();
  };
  const run = async (): Promise<void> => {
    while (!stopped) {
      let listed = wanted.usb !== undefined;
      try {
        if (port === null) await tryOpen();
        else await lookAfter(port);
      } catch (cause) {
        const error = deviceError(cause);
        // A path that leads nowhere costs nothing to look at.
        listed ||= error.code !== 'device-missing';
        showFailure(error, device.path);
      }
      await nap.sleep(listed && port === null ? LIST_EVERY_MS : POLL_MS);
    }
    await port?.opened.close();
  };
  const running = run();

  return {
    device: () => device,
    opened: () => port?.opened ?? null,
    show,
    stop: async () => {
      stopped = true;
      nap.wake();
      await running;
    },
  };
}

/** The identity that settings are kept by: the USB device where it is known, else the path. */
export function serialDeviceId({ path, usb }: WantedPort): string {
  if (usb === undefined) return `serial:${path ?? ''}`;
  return `serial:${usbName({ ...usb, serialNumber: usb.serialNumber ?? null })}`;
}

/** Is this the USB device that the settings name? Without a serial number in them, any of its kind is. */
export function isSame({ usb }: SerialPortInfo, wanted: NonNullable<WantedPort['usb']>): boolean {
  return (
    usb !== null &&
    usb.vendorId === wanted.vendorId &&
    usb.productId === wanted.productId &&
    (wanted.serialNumber === undefined || usb.serialNumber === wanted.serialNumber)
  );
}

/** The port that is meant. Rejects with `device-missing` while it is not plugged in. */
async function findWanted({ path, usb }: WantedPort, listPorts: LinkHooks['listPorts']): Promise<Found> {
  if (usb !== undefined) {
    const found = (await listPorts()).find((port) => isSame(port, usb));
    if (found === undefined) throw new DeviceError('device-missing', 'no such USB device is plugged in');
    return found;
  }
  const at = path ?? '';
  // Only a port that is there is worth asking the system about.
  await targetOf(at);
  const known = await findPort(await listPorts().catch(() => []), at);
  return { path: at, name: known?.name ?? at, usb: known?.usb ?? null };
}

/** Windows port names are no files; there the name itself is the target. Rejects if the path leads nowhere. */
async function targetOf(path: string): Promise<string> {
  return path.includes('/') ? realpath(path) : path;
}
