import { randomBytes } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { createWedge } from '../../src/contract/terminal/wedge.ts';
import { deviceSettingsSchema } from '../../src/contract/terminal/device-settings.ts';
import { superviseDevices } from '../../src/terminal/devices/supervisor.ts';
import { hidPosReports } from '../support/hid-pos.ts';
import { startHidBed } from '../support/virtual-hid.ts';
import { createPtyPair } from '../support/virtual-serial.ts';

/** What a run found. A code is wrong if it was never sent, lost if it never came, doubled if it came twice. */
export interface SoakResult {
  readonly sent: number;
  readonly wrong: number;
  readonly lost: number;
  readonly doubled: number;
  readonly seconds: number;
}

const PATIENCE_MS = 20_000;
const POLL_MS = 5;
/** Codes under way at once: more than any scanner sends before it is read. */
const AHEAD = 20;

/** Codes as customers show them: Base64 of 20 to 400 characters, each another one. */
export function customerCodes(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) =>
    Buffer.concat([Buffer.from(`${index}:`), randomBytes(15 + ((index * 37) % 280))]).toString('base64'),
  );
}

/** Compares what came with what was sent. */
export function compare(sent: readonly string[], came: readonly string[], startedAtMs: number): SoakResult {
  const counts = new Map<string, number>();
  for (const code of came) counts.set(code, (counts.get(code) ?? 0) + 1);
  const wanted = new Set(sent);
  return {
    sent: sent.length,
    wrong: [...counts.keys()].filter((code) => !wanted.has(code)).length,
    lost: sent.filter((code) => !counts.has(code)).length,
    doubled: [...counts.values()].filter((count) => count > 1).length,
    seconds: Math.round((performance.now() - startedAtMs) / 100) / 10,
  };
}

async function until(holds: () => boolean): Promise<boolean> {
  const endsAtMs = performance.now() + PATIENCE_MS;
  while (!holds()) {
    if (performance.now() > endsAtMs) return false;
    await setTimeout(POLL_MS);
  }
  return true;
}

/** Real `serialport` on a pseudo terminal; every way to end a code in turn. */
export async function soakSerial(scans: number, dir: string): Promise<SoakResult> {
  const cable = await createPtyPair(dir, 'soak');
  const came: string[] = [];
  const supervisor = superviseDevices({
    settings: deviceSettingsSchema.parse({
      serial: [{ path: cable.appPath }],
      serialSearch: 'off',
      hid: 'off',
    }),
    onScan: ({ text }) => came.push(text),
    onChange: () => undefined,
  });
  const codes = customerCodes(scans);
  const startedAtMs = performance.now();
  try {
    await until(() => supervisor.devices()[0]?.status === 'open');
    for (const [index, code] of codes.entries()) {
      await cable.write(`${code}${['\r', '\n', '\r\n', '\t'][index % 4] ?? '\r'}`);
      if (index - came.length >= AHEAD) await until(() => index - came.length < AHEAD);
    }
    await until(() => came.length >= codes.length);
  } finally {
    await supervisor.stop();
    await cable.stop();
  }
  return compare(codes, came, startedAtMs);
}

/** The plug is pulled in the middle of a code, again and again; the whole codes between must come, no half one. */
export async function soakUnplug(times: number, dir: string): Promise<SoakResult> {
  const cable = await createPtyPair(dir, 'unplug');
  const came: string[] = [];
  const supervisor = superviseDevices({
    settings: deviceSettingsSchema.parse({
      serial: [{ path: cable.appPath, suffix: 'cr' }],
      serialSearch: 'off',
      hid: 'off',
    }),
    onScan: ({ text }) => came.push(text),
    onChange: () => undefined,
  });
  const status = (): string | undefined => supervisor.devices()[0]?.status;
  const codes = customerCodes(times);
  const startedAtMs = performance.now();
  try {
    for (const [index, code] of codes.entries()) {
      await until(() => status() === 'open');
      await cable.write(`${code}\r${customerCodes(1)[0]?.slice(0, 1 + (index % 20)) ?? ''}`);
      await until(() => came.length > index);
      await cable.unplug();
      await until(() => status() !== 'open');
      await cable.replug();
    }
  } finally {
    await supervisor.stop();
    await cable.stop();
  }
  return compare(codes, came, startedAtMs);
}

/** Real `node-hid` under umockdev; both report layouts in turn, codes over one to eight reports. */
export async function soakHid(scans: number): Promise<SoakResult> {
  const came: string[] = [];
  let open = false;
  const bed = startHidBed(new URL('../support/hid-app.ts', import.meta.url).pathname, (line) => {
    const { scan, devices } = line as {
      readonly scan?: { readonly text: string };
      readonly devices?: readonly { readonly status: string }[];
    };
    if (scan !== undefined) came.push(scan.text);
    if (devices !== undefined) open = devices[0]?.status === 'open';
  });
  const codes = customerCodes(scans);
  const startedAtMs = performance.now();
  try {
    await bed.plug('SOAK');
    await until(() => open);
    for (const [index, code] of codes.entries())
      await bed.report('SOAK', hidPosReports(code, { layout: index % 2 === 0 ? 'aim-first' : 'data-first' }));
    await until(() => came.length >= codes.length);
  } finally {
    await bed.stop();
  }
  return compare(codes, came, startedAtMs);
}

/** The decoder of typed codes, key by key, with a person's keys between; time is the test's own. */
export function soakWedge(scans: number): SoakResult {
  const wedge = createWedge();
  const came: string[] = [];
  const codes = customerCodes(scans);
  const startedAtMs = performance.now();
  let timeStamp = 0;
  const press = (character: string, gapMs: number): void => {
    timeStamp += gapMs;
    const modifiers = { ctrlKey: false, altKey: false, metaKey: false, repeat: false };
    const answer = wedge.keydown({ ...keyOf(character), timeStamp, ...modifiers });
    if (answer.type === 'scan') came.push(answer.text);
  };
  for (const [index, code] of codes.entries()) {
    if (index % 3 === 0) for (const digit of '12850') press(digit, 120);
    Array.from(code).forEach((character, at) => press(character, at === 0 ? 300 : 1 + (index % 40)));
    press(index % 2 === 0 ? 'Enter' : 'Tab', 5);
  }
  return compare(codes, came, startedAtMs);
}

const SIGNS: Readonly<Record<string, readonly [code: string, shiftKey: boolean]>> = {
  '+': ['Equal', true],
  '=': ['Equal', false],
  '/': ['Slash', false],
};

function keyOf(character: string): {
  readonly code: string;
  readonly key: string;
  readonly shiftKey: boolean;
} {
  if (character.length > 1) return { code: character, key: character, shiftKey: false };
  if (/\d/.test(character)) return { code: `Digit${character}`, key: 'Process', shiftKey: false };
  if (/[a-z]/i.test(character)) {
    const upper = character.toUpperCase();
    return { code: `Key${upper}`, key: 'Process', shiftKey: character === upper };
  }
  const [code, shiftKey] = SIGNS[character] ?? ['', false];
  return { code, key: character, shiftKey };
}
