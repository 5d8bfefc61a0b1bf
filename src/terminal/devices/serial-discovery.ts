import { usbName } from '../../../native/scanners/serial-ports.ts';
import { createNap, type Link, type LinkHooks } from './link.ts';
import { isSame } from './port-keeper.ts';
import { superviseSerial } from './serial-link.ts';
import { serialSettingsSchema, type DeviceSettings } from '../../contract/terminal/device-settings.ts';

/** Listing ports starts a program on Linux, so not oftener. Milliseconds. */
const LOOK_EVERY_MS = 3000;
/** No counter has more; a hub that invents devices must not open ports for ever. */
const MAX_FOUND = 8;

/**
 * Finds serial scanners by maker and name that no settings speak of, and supervises them with all settings
 * found out. Ports that don't look like scanners are never touched: a modem or the till may be behind them.
 */
export function discoverSerial({ serial, printer, pole }: DeviceSettings, hooks: LinkHooks): Link {
  const configured = [
    ...serial,
    ...(pole === null ? [] : [pole]),
    ...(printer.connection.type === 'serial' ? [{ path: printer.connection.path, usb: undefined }] : []),
  ];
  const nap = createNap();
  const found = new Map<string, Link>();
  let stopped = false;

  const look = async (): Promise<void> => {
    for (const port of await hooks.listPorts()) {
      const { usb } = port;
      if (!port.looksLikeScanner || usb === null || found.has(usbName(usb)) || found.size >= MAX_FOUND)
        continue;
      const isConfigured = configured.some(
        (known) => known.path === port.path || (known.usb !== undefined && isSame(port, known.usb)),
      );
      if (isConfigured) continue;
      const { vendorId, productId, serialNumber } = usb;
      const identity = { vendorId, productId, ...(serialNumber === null ? {} : { serialNumber }) };
      found.set(usbName(usb), superviseSerial(serialSettingsSchema.parse({ usb: identity }), hooks));
      hooks.onChange();
    }
  };
  const run = async (): Promise<void> => {
    while (!stopped) {
      // Without a driver there are no ports; a configured scanner says so.
      await look().catch(() => undefined);
      await nap.sleep(LOOK_EVERY_MS);
    }
    await Promise.all([...found.values()].map((link) => link.stop()));
  };
  const running = run();

  return {
    devices: () => [...found.values()].flatMap((link) => link.devices()),
    detected: (id) =>
      [...found.values()].find((link) => link.devices().some((device) => device.id === id))?.detected(id) ??
      null,
    stop: async () => {
      stopped = true;
      nap.wake();
      await running;
    },
  };
}
