import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { deviceSchema, type Device } from '../../../src/contract/terminal/state.ts';
import { hidPosReports } from '../../support/hid-pos.ts';
import { startHidBed, type HidBed } from '../../support/virtual-hid.ts';

const lineSchema = z.union([
  z.object({ scan: z.object({ text: z.string(), deviceId: z.string(), receivedAtMs: z.number() }) }),
  z.object({ devices: z.array(deviceSchema) }),
]);
const app = new URL('../../support/hid-app.ts', import.meta.url).pathname;
const waitFor = { timeout: 20_000, interval: 5 };

let bed: HidBed;
let scans: { text: string; deviceId: string }[];
let devices: readonly Device[];

beforeEach(() => {
  scans = [];
  devices = [];
  bed = startHidBed(app, (value) => {
    const line = lineSchema.parse(value);
    if ('scan' in line) scans.push(line.scan);
    else devices = line.devices;
  });
});
afterEach(() => bed.stop());

const statuses = (): readonly string[] => devices.map(({ status }) => status);
const texts = (): readonly string[] => scans.map(({ text }) => text);

describe('a HID POS scanner', () => {
  test('is found and read in both report layouts, also where a code spans several reports', async () => {
    await bed.plug('SN1');
    await vi.waitFor(() => expect(statuses()).toEqual(['open']), waitFor);
    const codes = ['6901234567892', 'A'.repeat(56), `${'long-'.repeat(80)}end`];
    const layouts = ['aim-first', 'data-first'] as const;
    for (const layout of layouts) {
      for (const code of codes) {
        const text = `${layout}:${code}`;
        await bed.report('SN1', hidPosReports(text, { layout }));
      }
    }
    const expected = layouts.flatMap((layout) => codes.map((code) => `${layout}:${code}`));
    await vi.waitFor(() => expect(texts()).toEqual(expected), waitFor);
    expect(new Set(scans.map(({ deviceId }) => deviceId))).toEqual(new Set(['hid:0c2e:0907:SN1']));
  });

  test('is lost and found again under the same identity, and half a code is not glued to the next', async () => {
    await bed.plug('SN1');
    await vi.waitFor(() => expect(statuses()).toEqual(['open']), waitFor);
    const [half] = hidPosReports('H'.repeat(100), { layout: 'aim-first' });
    await bed.report('SN1', half === undefined ? [] : [half]);
    await bed.unplug('SN1');
    await vi.waitFor(() => expect(statuses()).toEqual(['lost']), waitFor);
    await bed.plug('SN1');
    await vi.waitFor(() => expect(statuses()).toEqual(['open']), waitFor);
    await bed.report('SN1', hidPosReports('WHOLE', { layout: 'aim-first' }));
    await vi.waitFor(() => expect(texts()).toEqual(['WHOLE']), waitFor);
  });

  test('several scanners are told apart, and the same code on two of them counts once', async () => {
    await bed.plug('SN1');
    await bed.plug('SN2');
    await vi.waitFor(() => expect(statuses()).toEqual(['open', 'open']), waitFor);
    await bed.report('SN1', hidPosReports('SAME', { layout: 'data-first' }));
    await bed.report('SN2', hidPosReports('SAME', { layout: 'data-first' }));
    await bed.report('SN2', hidPosReports('OTHER', { layout: 'data-first' }));
    await vi.waitFor(() => expect(texts()).toEqual(['SAME', 'OTHER']), waitFor);
    expect(scans[1]?.deviceId).toBe('hid:0c2e:0907:SN2');
  });

  test('in keyboard mode is named with what is wrong', async () => {
    await bed.plugKeyboard('SN1');
    await vi.waitFor(() => expect(statuses()).toEqual(['keyboard-mode']), waitFor);
    expect(devices[0]?.problem?.code).toBe('device-keyboard-mode');
  });
});
