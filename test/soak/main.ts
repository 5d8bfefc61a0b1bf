import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { soakHid, soakSerial, soakUnplug, soakWedge, type SoakResult } from './scans.ts';
import { soakWindow } from './window.ts';

/**
 * `npm run soak -- [--scans 10000] [--unplugs 200] [--window-scans 2000]`: every path of a code, many times.
 * Prints a line for each; exit code 1 if a code was wrong, lost or doubled.
 */
const { values } = parseArgs({
  options: {
    scans: { type: 'string', default: '10000' },
    unplugs: { type: 'string', default: '200' },
    'window-scans': { type: 'string', default: '2000' },
  },
});
const scans = Number(values.scans);
const folder = mkdtempSync(join(tmpdir(), 'voucher-terminal-soak-'));
const report = (line: string): void => console.error(`  ${line}`);

const runs: readonly (readonly [string, () => SoakResult | Promise<SoakResult>])[] = [
  ['serial (pty)', () => soakSerial(scans, folder)],
  ['HID POS (umockdev)', () => soakHid(scans)],
  ['keyboard decoder', () => soakWedge(scans)],
  ['unplugged mid-code', () => soakUnplug(Number(values.unplugs), folder)],
  ['keyboard (xdotool, window)', () => soakWindow(Number(values['window-scans']), folder, report)],
];
try {
  for (const [name, run] of runs) {
    const { sent, wrong, lost, doubled, seconds } = await run();
    console.log(
      `${name.padEnd(28)} ${sent} sent, ${wrong} wrong, ${lost} lost, ${doubled} doubled, ${seconds} s`,
    );
    if (wrong + lost + doubled > 0) process.exitCode = 1;
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
