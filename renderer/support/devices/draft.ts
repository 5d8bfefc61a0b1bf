import type { PortView } from '../../../src/contract/terminal/calls-devices.ts';
import {
  deviceSettingsSchema,
  poleSettingsSchema,
  serialSettingsSchema,
  type DeviceSettings,
  type PoleSettings,
  type SerialSettings,
} from '../../../src/contract/terminal/device-settings.ts';

/** Device settings while they are edited. Pure. */

type Wanted = Pick<SerialSettings, 'path' | 'usb'>;

/** How settings name a port: a USB device by what it is, so that it may be plugged in anywhere. */
export function wantedOf({ path, usb }: PortView): Wanted {
  if (usb === null) return { path };
  const { vendorId, productId, serialNumber } = usb;
  return { usb: { vendorId, productId, ...(serialNumber === null ? {} : { serialNumber }) } };
}

/** A name for what settings mean, the same for a port and for settings made of it. */
export function wantedKey({ path, usb }: Wanted): string {
  return usb === undefined ? (path ?? '') : `${usb.vendorId}:${usb.productId}:${usb.serialNumber ?? ''}`;
}

/** Ports to choose from: those that the system has, and those that settings name though they are not there. */
export function choices(
  ports: readonly PortView[],
  settings: DeviceSettings,
): readonly { readonly key: string; readonly name: string; readonly wanted: Wanted }[] {
  const present = ports.map((port) => ({
    key: wantedKey(wantedOf(port)),
    name: port.name,
    wanted: wantedOf(port),
  }));
  const named = [...settings.serial, ...(settings.pole === null ? [] : [settings.pole])]
    .map(({ path, usb }): Wanted =>
      usb === undefined ? { ...(path === undefined ? {} : { path }) } : { usb },
    )
    .map((wanted) => ({ key: wantedKey(wanted), name: wanted.path ?? wantedKey(wanted), wanted }));
  const all = new Map([...named, ...present].map((choice) => [choice.key, choice]));
  return [...all.values()];
}

export function newScanner(wanted: Wanted): SerialSettings {
  return serialSettingsSchema.parse(wanted);
}

export function newPole(wanted: Wanted): PoleSettings {
  return poleSettingsSchema.parse(wanted);
}

export function withScanner(
  settings: DeviceSettings,
  index: number,
  change: SerialSettings | null,
): DeviceSettings {
  const serial = settings.serial.flatMap((scanner, at) =>
    at !== index ? [scanner] : change === null ? [] : [change],
  );
  return { ...settings, serial };
}

/** Settings that may be saved, or null while something is missing or wrong in them. */
export function savable(settings: DeviceSettings): DeviceSettings | null {
  return deviceSettingsSchema.safeParse(settings).data ?? null;
}
