import type * as NodeHid from 'node-hid';
import {
  createHidPosFramer,
  type HidPosLayout,
  HID_POS_USAGE_PAGE,
  HID_POS_USAGES,
} from '../framing/hid-pos-framer.ts';
import type { Frame } from '../framing/frame.ts';
import { DeviceError, deviceError } from '../device-error.ts';
import { looksLikeScanner } from './scanner-makers.ts';
import { createSilenceTimer } from './silence-timer.ts';

/** A HID device that is a scanner, whatever mode it is in. */
export interface HidScannerInfo {
  readonly path: string;
  readonly vendorId: number;
  readonly productId: number;
  readonly serialNumber: string | null;
  readonly name: string;
  /** `keyboard`: it types instead of reporting, and can't be read without the focus. */
  readonly mode: 'pos' | 'keyboard';
}

export interface HidScannerHandlers {
  readonly onFrame: (frame: Frame) => void;
  /** The device is gone; `cause` is null after `close()`. Called once. */
  readonly onClose: (cause: DeviceError | null) => void;
  /** Reports as they came, for the self-test. */
  readonly onBytes?: (report: Uint8Array) => void;
}

export interface HidScanner {
  /** Report layout of the newest code; null before the first. */
  readonly layout: () => HidPosLayout | null;
  close(): Promise<void>;
}

/** Reports of one code follow each other within milliseconds; a busy PC may hold them up, a person needs longer. */
const IDLE_MS = 700;

const GENERIC_DESKTOP_PAGE = 0x01;
const KEYBOARD_USAGE = 0x06;

/** Scanners among the HID devices. Rejects with `device-driver-missing` where the driver can't be loaded. */
export async function listHidScanners(): Promise<readonly HidScannerInfo[]> {
  const { devicesAsync } = await loadDriver();
  const found = (await devicesAsync()).map(scannerOf).filter((info) => info !== null);
  const byPath = new Map<string, HidScannerInfo>();
  for (const info of found) if (byPath.get(info.path)?.mode !== 'pos') byPath.set(info.path, info);
  const list = [...byPath.values()];
  // Many scanners show a keyboard beside their POS interface; only one that has nothing else is in keyboard mode.
  return list.filter((info) => info.mode === 'pos' || !list.some((other) => isPosOf(other, info)));
}

function isPosOf(other: HidScannerInfo, keyboard: HidScannerInfo): boolean {
  return (
    other.mode === 'pos' &&
    other.vendorId === keyboard.vendorId &&
    other.productId === keyboard.productId &&
    other.serialNumber === keyboard.serialNumber
  );
}

function scannerOf(info: NodeHid.Device): HidScannerInfo | null {
  const { path, vendorId, productId, usagePage, usage } = info;
  if (path === undefined || path === '') return null;
  const name = [info.manufacturer, info.product].filter((part) => (part ?? '') !== '').join(' ');
  const common = { path, vendorId, productId, serialNumber: info.serialNumber ?? null };
  if (usagePage === HID_POS_USAGE_PAGE && HID_POS_USAGES.includes(usage ?? 0)) {
    return { ...common, name, mode: 'pos' };
  }
  const isKeyboard = usagePage === GENERIC_DESKTOP_PAGE && usage === KEYBOARD_USAGE;
  return isKeyboard && looksLikeScanner(vendorId, name) ? { ...common, name, mode: 'keyboard' } : null;
}

/** Opens a HID POS scanner. Rejects with a DeviceError: missing, busy, not permitted, driver missing. */
export async function openHidScanner(path: string, handlers: HidScannerHandlers): Promise<HidScanner> {
  const driver = await loadDriver();
  let device: NodeHid.HIDAsync;
  try {
    device = await driver.HIDAsync.open(path);
  } catch (cause) {
    throw deviceError(cause);
  }
  const framer = createHidPosFramer();
  const silence = createSilenceTimer(IDLE_MS, () => {
    framer.silence().forEach(handlers.onFrame);
    // Once more while the tail of a dropped code may come: nobody scans again that fast.
    silence.heard(framer.hasPartial());
  });
  let ended = false;
  const end = (cause: DeviceError | null): void => {
    if (ended) return;
    ended = true;
    silence.stop();
    framer.reset().forEach(handlers.onFrame);
    handlers.onClose(cause);
  };
  const release = async (): Promise<void> => {
    // Closing a device that is already gone fails, and it is gone all the same.
    await device.close().catch(() => undefined);
  };

  const take = (report: Uint8Array): void => {
    if (ended) return;
    handlers.onBytes?.(report);
    framer.push(report).forEach(handlers.onFrame);
    silence.heard(framer.hasPartial());
  };
  // node-hid turns what a listener throws into a device error: a fault of ours must not look like a lost device.
  device.on('data', (report: Buffer) => queueMicrotask(() => take(report)));
  // node-hid reports the loss of a device as an error, which may be a plain string.
  device.on('error', (cause: unknown) => {
    end(new DeviceError('device-missing', cause instanceof Error ? cause.message : String(cause), cause));
    void release();
  });
  return {
    layout: framer.layout,
    close: async () => {
      end(null);
      await release();
    },
  };
}

async function loadDriver(): Promise<typeof NodeHid> {
  try {
    const module = await import('node-hid');
    // The binary is loaded by the first use, not by the import.
    module.getHidapiVersion();
    return module;
  } catch (cause) {
    throw new DeviceError('device-driver-missing', 'the HID driver could not be loaded', cause);
  }
}
