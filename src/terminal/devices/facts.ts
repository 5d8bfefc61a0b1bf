import { statfsSync } from 'node:fs';
import { listHidScanners } from '../../../native/scanners/hid-scanner.ts';
import { listSerialPorts } from '../../../native/scanners/serial-ports.ts';
import type { DiagnosisFacts } from './diagnose.ts';

/** What runs here, and the drivers that can't be loaded. */
export async function runtimeFacts(): Promise<DiagnosisFacts['runtime']> {
  const drivers: readonly (readonly [string, () => Promise<unknown>])[] = [
    ['HID', listHidScanners],
    ['serial', listSerialPorts],
  ];
  const missing = await Promise.all(
    drivers.map(([name, load]) =>
      load().then(
        () => [],
        () => [name],
      ),
    ),
  );
  const { node, napi = '0' } = process.versions;
  return { node, napi: Number(napi), missingDrivers: missing.flat() };
}

/** Room on the disk of the data folder. */
export function diskFacts(folder: string): DiagnosisFacts['disk'] {
  const { bavail, bsize } = statfsSync(folder);
  return { freeBytes: bavail * bsize, folder };
}
