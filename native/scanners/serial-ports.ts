import type * as SerialDriver from 'serialport';
import { realpath } from 'node:fs/promises';
import { DeviceError } from '../device-error.ts';
import { looksLikeScanner } from './scanner-makers.ts';

/** What tells one USB device from another, wherever it is plugged in: lower-case hexadecimal ids. */
export interface UsbIdentity {
  readonly vendorId: string;
  readonly productId: string;
  readonly serialNumber: string | null;
}

/** A serial port of this machine. */
export interface SerialPortInfo {
  readonly path: string;
  readonly name: string;
  /** Null for a built-in port, or one that the system knows nothing about. */
  readonly usb: UsbIdentity | null;
  /** By its maker or its name: it may be opened without being told to. */
  readonly looksLikeScanner: boolean;
}

/** Serial ports, as the system lists them. Rejects with `device-driver-missing` where the driver can't be loaded. */
export async function listSerialPorts(): Promise<readonly SerialPortInfo[]> {
  const { SerialPort } = await loadSerialDriver();
  const ports = await SerialPort.list();
  return ports.map((port) => {
    const { path, manufacturer = '', pnpId = '' } = port;
    const usb =
      port.vendorId === undefined || port.productId === undefined
        ? null
        : {
            vendorId: port.vendorId.toLowerCase(),
            productId: port.productId.toLowerCase(),
            serialNumber: port.serialNumber ?? null,
          };
    const friendly = 'friendlyName' in port && typeof port.friendlyName === 'string' ? port.friendlyName : '';
    const name = friendly === '' ? [manufacturer, path].filter((part) => part !== '').join(' · ') : friendly;
    const vendorId = usb === null ? null : Number.parseInt(usb.vendorId, 16);
    return {
      path,
      name,
      usb,
      looksLikeScanner: looksLikeScanner(vendorId, `${manufacturer} ${pnpId} ${friendly}`),
    };
  });
}

/** The port that a path (or a link to it) leads to; null if the system doesn't list it. */
export async function findPort(
  ports: readonly SerialPortInfo[],
  path: string,
): Promise<SerialPortInfo | null> {
  const target = await realpath(path).catch(() => path);
  return ports.find((port) => port.path === path || port.path === target) ?? null;
}

/** The name of a USB identity in settings, memory and device ids: `usb:0c2e:0b61:SN1`. */
export function usbName({ vendorId, productId, serialNumber }: UsbIdentity): string {
  return `usb:${vendorId}:${productId}${serialNumber === null ? '' : `:${serialNumber}`}`;
}

/** The driver. Rejects with `device-driver-missing` where it can't be loaded. */
export async function loadSerialDriver(): Promise<typeof SerialDriver> {
  try {
    return await import('serialport');
  } catch (cause) {
    throw new DeviceError('device-driver-missing', 'the serial driver could not be loaded', cause);
  }
}
