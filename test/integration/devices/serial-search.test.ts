import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { SerialPort } from 'serialport';
import type { SerialPortInfo } from '../../../native/scanners/serial-ports.ts';
import { deviceSettingsSchema } from '../../../src/contract/terminal/device-settings.ts';
import type { ScanTest } from '../../../src/contract/terminal/calls-devices.ts';
import { openDeviceMemory } from '../../../src/terminal/devices/memory.ts';
import {
  superviseDevices,
  type Supervisor,
  type SupervisorOptions,
} from '../../../src/terminal/devices/supervisor.ts';
import { uartReceive } from '../../support/uart.ts';
import { createPtyPair, type PtyPair } from '../../support/virtual-serial.ts';

const run = promisify(execFile);
const waitFor = { timeout: 20_000, interval: 20 };
/** Far more than it takes: on a slow machine two scans may run into one. */
const MAX_SCANS = 60;
const CODE = 'hQVDUFYwMWFoTwbwWk1WQzFjAbCdEf0123456789+/==';

let dir: string;
let scans: string[];
let tests: ScanTest[];
let totals: (number | null)[];
const toStop: (() => Promise<unknown>)[] = [];

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'serial-'));
  scans = [];
  tests = [];
  totals = [];
});
afterEach(async () => {
  for (const stop of toStop.splice(0).reverse()) await stop();
  await rm(dir, { recursive: true, force: true });
});

async function cableNamed(name: string): Promise<PtyPair> {
  const cable = await createPtyPair(dir, name);
  toStop.push(() => cable.stop());
  return cable;
}

function supervise(settings: object, more: Partial<SupervisorOptions> = {}): Supervisor {
  const supervisor = superviseDevices({
    settings: deviceSettingsSchema.parse({ hid: 'off', ...settings }),
    memory: openDeviceMemory(join(dir, 'devices.json'), () => undefined),
    onScan: ({ text }) => scans.push(text),
    onTest: (burst) => tests.push(burst),
    onTillAmount: (amountFen) => totals.push(amountFen),
    onChange: () => undefined,
    ...more,
  });
  toStop.push(() => supervisor.stop());
  return supervisor;
}

const opened = (supervisor: Supervisor): Promise<void> =>
  vi.waitFor(() => expect(supervisor.devices()[0]?.status).toBe('open'), waitFor);

/** A real line garbles what is sent at another speed than the port is set to; a pseudo terminal must be helped. */
async function sendAt(cable: PtyPair, text: string, baudRate: number): Promise<void> {
  const { stdout } = await run('stty', ['-F', cable.appPath, 'speed']);
  await cable.write(uartReceive(Buffer.from(text), baudRate, Number(stdout.trim())));
}

/** The listing of a machine whose only USB serial port is this one. */
const listing = (path: string, change: Partial<SerialPortInfo> = {}) => {
  const usb = { vendorId: '0c2e', productId: '0b61', serialNumber: 'SN1' };
  const port: SerialPortInfo = { path, name: 'Honeywell 1900', usb, looksLikeScanner: true, ...change };
  return () => Promise.resolve([port]);
};

describe('a serial scanner of unknown settings', () => {
  test.each([
    [9600, '\r', 'cr'],
    [115_200, '\r\n', 'crlf'],
    [115_200, '\t', 'tab'],
    [9600, '\n', 'lf'],
    [9600, '', 'auto'],
  ])('at %d baud is read after a few scans, ending in %j', async (baudRate, ending, suffix) => {
    const cable = await cableNamed('scanner');
    const supervisor = supervise({ serial: [{ path: cable.appPath }] });
    await opened(supervisor);
    for (let scan = 0; scan < MAX_SCANS && scans.length === 0; scan += 1) {
      await sendAt(cable, `${CODE}${scan}${ending}`, baudRate);
      await setTimeout(400);
    }
    expect(scans[0]?.startsWith(CODE)).toBe(true);
    await vi.waitFor(
      () => expect(tests.at(-1)).toMatchObject({ outcome: 'read', detected: { baudRate, suffix } }),
      waitFor,
    );
  });

  test('keeps what was found out by what it is, not by its port', async () => {
    const [first, second] = [await cableNamed('usb0'), await cableNamed('usb1')];
    const settings = { serial: [{ usb: { vendorId: '0c2e', productId: '0b61' } }] };
    const before = supervise(settings, { listPorts: listing(first.appPath) });
    await opened(before);
    for (let scan = 0; scan < MAX_SCANS && scans.length === 0; scan += 1) {
      await sendAt(first, `${CODE}${scan}\r`, 115_200);
      await setTimeout(400);
    }
    expect(scans.length).toBeGreaterThan(0);
    await vi.waitFor(() => expect(tests.at(-1)?.detected?.suffix).toBe('cr'), waitFor);
    await before.stop();
    const after = supervise(settings, { listPorts: listing(second.appPath) });
    await opened(after);
    await sendAt(second, `${CODE}again\r`, 115_200);
    await vi.waitFor(() => expect(scans.at(-1)).toBe(`${CODE}again`), waitFor);
  });

  test('is found by its maker without being set, and an unknown port is never touched', async () => {
    const cable = await cableNamed('usb0');
    const supervisor = supervise({}, { listPorts: listing(cable.appPath) });
    await opened(supervisor);
    expect(supervisor.devices()[0]?.id).toBe('serial:usb:0c2e:0b61:SN1');
    await cable.write(`${CODE}\r`);
    await vi.waitFor(() => expect(scans).toEqual([CODE]), waitFor);

    const other = await cableNamed('modem');
    const stranger = supervise({}, { listPorts: listing(other.appPath, { looksLikeScanner: false }) });
    await setTimeout(300);
    expect(stranger.devices()).toEqual([]);
  });

  test('held by another program is named, and read once it is let go', async () => {
    const cable = await cableNamed('scanner');
    const holder = new SerialPort({ path: cable.appPath, baudRate: 9600 });
    await new Promise((resolve) => holder.once('open', resolve));
    const supervisor = supervise({ serial: [{ path: cable.appPath }] });
    await vi.waitFor(() => expect(supervisor.devices()[0]?.status).toBe('busy'), waitFor);
    expect(supervisor.devices()[0]?.problem?.code).toBe('device-busy');
    await new Promise<void>((resolve) => holder.close(() => resolve()));
    await opened(supervisor);
  });

  test('set to a wrong speed is said to send no text', async () => {
    const cable = await cableNamed('scanner');
    const supervisor = supervise({ serial: [{ path: cable.appPath, baudRate: 9600, suffix: 'none' }] });
    await opened(supervisor);
    for (let scan = 0; scan < 2; scan += 1) {
      await cable.write(Uint8Array.of(0x31, 0x07, 0xf8, 0x31));
      await setTimeout(400);
    }
    await vi.waitFor(() => expect(supervisor.devices()[0]?.problem?.code).toBe('device-garbled'), waitFor);
    await cable.write(CODE);
    await vi.waitFor(() => expect(supervisor.devices()[0]?.problem).toBeNull(), waitFor);
  });
});

test('several scanners and the pole display work side by side', async () => {
  const cables = [await cableNamed('one'), await cableNamed('two')];
  const pole = await cableNamed('pole');
  const supervisor = supervise({
    serial: cables.map(({ appPath }) => ({ path: appPath })),
    pole: { path: pole.appPath },
  });
  await vi.waitFor(
    () => expect(supervisor.devices().map(({ status }) => status)).toEqual(['open', 'open', 'open']),
    waitFor,
  );
  await Promise.all(cables.map((cable, index) => cable.write(`${CODE}${index}\r`)));
  await pole.write('\u001bs1\u001bQA5.00\r');
  await pole.write('\u001bs2\u001bQA128.50\r');
  await vi.waitFor(() => expect(totals).toEqual([12_850]), waitFor);
  await vi.waitFor(() => expect([...scans].sort()).toEqual([`${CODE}0`, `${CODE}1`]), waitFor);
  await pole.unplug();
  await vi.waitFor(() => expect(totals).toEqual([12_850, null]), waitFor);
});

test('a memory that is broken is found out anew and harms nothing', async () => {
  const cable = await cableNamed('scanner');
  const { writeFile, readFile } = await import('node:fs/promises');
  await writeFile(join(dir, 'devices.json'), '{"serial:x":');
  const supervisor = supervise({ serial: [{ path: cable.appPath }] });
  await opened(supervisor);
  await cable.write(`${CODE}\r`);
  await vi.waitFor(() => expect(scans).toEqual([CODE]), waitFor);
  await vi.waitFor(
    async () => expect(await readFile(join(dir, 'devices.json'), 'utf8')).toContain('"cr"'),
    waitFor,
  );
});
