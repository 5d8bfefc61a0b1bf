import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { soakHid, soakSerial, soakUnplug, soakWedge } from '../../soak/scans.ts';

/** The short version of `npm run soak`. */
const PERFECT = { wrong: 0, lost: 0, doubled: 0 };
let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'soak-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

test('hundreds of codes over a real serial port: none wrong, lost or doubled, however they end', async () => {
  expect(await soakSerial(500, dir)).toMatchObject({ sent: 500, ...PERFECT });
});

test('hundreds of codes through the real HID driver: none wrong, lost or doubled, in either layout', async () => {
  expect(await soakHid(200)).toMatchObject({ sent: 200, ...PERFECT });
});

test('thousands of typed codes: none wrong, lost or doubled, with a person typing between', () => {
  expect(soakWedge(2000)).toMatchObject({ sent: 2000, ...PERFECT });
});

test('the plug pulled in the middle of a code, again and again: no half code, and no whole one lost', async () => {
  expect(await soakUnplug(10, dir)).toMatchObject({ sent: 10, ...PERFECT });
});
