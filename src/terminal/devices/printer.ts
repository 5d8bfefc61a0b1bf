import { deviceError } from '../../../native/device-error.ts';
import type { SlipDocument } from '../../../native/printers/document.ts';
import { renderEscPos, renderPreview } from '../../../native/printers/render.ts';
import { createSerialPrinter } from '../../../native/printers/serial-printer.ts';
import { createSystemPrinter, findSystemPrinter } from '../../../native/printers/system-printer.ts';
import { createTcpPrinter } from '../../../native/printers/tcp-printer.ts';
import type { PrinterTransport } from '../../../native/printers/transport.ts';
import type { Fault } from '../../contract/terminal/errors.ts';
import type { Device } from '../../contract/terminal/state.ts';
import { faultOf } from './link.ts';
import { openPrintQueue, type PrintQueue } from './print-queue.ts';
import type { PrinterSettings } from '../../contract/terminal/device-settings.ts';

export interface PrinterOptions {
  readonly settings: PrinterSettings;
  /** Folder for slips that wait. */
  readonly dir: string;
  /** For the age of waiting slips; epoch milliseconds. */
  readonly nowMs: () => number;
  readonly onChange: (devices: readonly Device[]) => void;
}

export interface Printer {
  readonly queue: PrintQueue;
  /** SVG of a slip as this printer's paper shows it. */
  preview(slip: SlipDocument): string;
  /** None without a printer. */
  devices(): readonly Device[];
  stop(): Promise<void>;
}

/** Opens the receipt printer with its queue; null if none is set. Whatever is wrong with it blocks nothing else. */
export async function openPrinter(options: PrinterOptions): Promise<Printer | null> {
  const { settings, dir, nowMs, onChange } = options;
  if (settings.connection.type === 'none') return null;
  const { transport, device: first } = connect(settings);
  let device = first;
  const show = (change: Partial<Device>): void => {
    const next: Device = { ...device, ...change };
    if (JSON.stringify(next) === JSON.stringify(device)) return;
    device = next;
    onChange([device]);
  };
  const queue = await openPrintQueue({
    dir,
    nowMs,
    render: (slip) => renderEscPos(slip, settings.columns),
    send: (bytes) => transport.send(bytes),
    onState: (problem) => show({ status: problem === null ? 'open' : 'error', problem }),
    onWaiting: (waitingSlips) => show({ waitingSlips }),
  });
  return {
    queue,
    preview: (slip) => renderPreview(slip, settings.columns),
    devices: () => [device],
    stop: () => queue.stop(),
  };
}

/**
 * Asks the printer without printing: is it there, and has it paper? Null: nothing is known to be wrong.
 * The operating system's queue is asked only whether it knows the printer.
 */
export async function probePrinter(settings: PrinterSettings): Promise<Fault | null> {
  const { connection } = settings;
  if (connection.type === 'none') return null;
  try {
    if (connection.type === 'system') await findSystemPrinter(connection.name);
    else await connect(settings).transport.send(new Uint8Array(0));
    return null;
  } catch (cause) {
    return faultOf(deviceError(cause), '');
  }
}

/** The printer that the settings name, as it is shown before anything is known about it. */
export function describePrinter(settings: PrinterSettings): Device {
  return connect(settings).device;
}

function connect({ connection }: PrinterSettings): {
  readonly transport: PrinterTransport;
  readonly device: Device;
} {
  const base = { kind: 'printer', status: 'searching', problem: null } as const;
  switch (connection.type) {
    case 'none':
      throw new TypeError('no printer is set');
    case 'tcp': {
      const path = `${connection.host}:${connection.port}`;
      const device: Device = { ...base, id: `printer:tcp:${path}`, transport: 'tcp', name: path, path };
      return { transport: createTcpPrinter(connection.host, connection.port), device };
    }
    case 'serial': {
      const { path, baudRate } = connection;
      const device: Device = { ...base, id: `printer:serial:${path}`, transport: 'serial', name: path, path };
      return { transport: createSerialPrinter(path, baudRate), device };
    }
    case 'system': {
      const { name } = connection;
      const device: Device = { ...base, id: `printer:system:${name}`, transport: 'system', name, path: name };
      return { transport: createSystemPrinter(name), device };
    }
  }
}
