import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { deviceSettingsSchema } from '../../../src/contract/terminal/device-settings.ts';
import {
  superviseDevices,
  type DeviceScan,
  type Supervisor,
} from '../../../src/terminal/devices/supervisor.ts';
import { createPtyPair, type PtyPair } from '../../support/virtual-serial.ts';

let dir: string;
let cable: PtyPair;
let supervisor: Supervisor;
let scans: DeviceScan[];
const waitFor = { timeout: 20_000, interval: 5 };

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'serial-'));
  cable = await createPtyPair(dir);
  scans = [];
  supervisor = superviseDevices({
    settings: deviceSettingsSchema.parse({ serial: [{ path: cable.appPath }], hid: 'off' }),
    onScan: (scan) => scans.push(scan),
    onChange: () => undefined,
  });
});
afterEach(async () => {
  await supervisor.stop();
  await cable.stop();
  await rm(dir, { recursive: true, force: true });
});

const status = (): string | undefined => supervisor.devices()[0]?.status;
const until = (wanted: string): Promise<void> => vi.waitFor(() => expect(status()).toBe(wanted), waitFor);

describe('a serial scanner', () => {
  test('is opened and read, and each scan knows its device', async () => {
    await until('open');
    await cable.write('6901234567892\r');
    await vi.waitFor(() => expect(scans).toHaveLength(1), waitFor);
    expect(scans[0]).toMatchObject({ text: '6901234567892', deviceId: supervisor.devices()[0]?.id });
  });

  test('is lost and found again, and half a code is not glued to the next', async () => {
    await until('open');
    // Once a suffix has been seen, silence no longer ends a code, however slow the machine is.
    // In one piece, so that the half has been read when the plug is pulled.
    await cable.write('FIRST-CODE\rHALF-A-CO');
    await vi.waitFor(() => expect(scans).toHaveLength(1), waitFor);
    await cable.unplug();
    await until('lost');
    await cable.replug();
    await until('open');
    await cable.write('WHOLE-CODE\r');
    await vi.waitFor(
      () => expect(scans.map(({ text }) => text)).toEqual(['FIRST-CODE', 'WHOLE-CODE']),
      waitFor,
    );
  });
});
