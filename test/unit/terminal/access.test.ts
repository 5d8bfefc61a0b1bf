import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createIdleLock, lockAfterMinutesSchema } from '../../../src/terminal/access/idle-lock.ts';
import { scryptPins } from '../../../src/terminal/access/pin.ts';
import {
  isSealed,
  machineMark,
  pinPepper,
  sealText,
  takeHostSecrets,
  unsealText,
} from '../../../src/terminal/host-secrets.ts';
import { ensureTerminalKey, keyStorage } from '../../../src/terminal/identity.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'voucher-terminal-'));
});
afterEach(() => {
  vi.useRealTimers();
  rmSync(folder, { recursive: true, force: true });
});

const MINUTE_MS = 60_000;
const message = (name: string): unknown => ({ type: 'call', id: 1, name });

test('an idle counter is locked after its minutes; what a person does winds the clock, what a screen does by itself does not', () => {
  vi.useFakeTimers();
  let locked = 0;
  const lock = createIdleLock(2, () => (locked += 1));
  vi.advanceTimersByTime(2 * MINUTE_MS - 1);
  lock.touch(message('checkout.setAmount'));
  vi.advanceTimersByTime(2 * MINUTE_MS - 1);
  lock.touch(null);
  vi.advanceTimersByTime(MINUTE_MS);
  for (const name of ['app.snapshot', 'redemptions.recent', 'no.such.call']) lock.touch(message(name));
  expect(locked).toBe(0);
  vi.advanceTimersByTime(MINUTE_MS);
  expect(locked).toBe(1);
  lock.touch(null);
  lock.stop();
  vi.advanceTimersByTime(10 * MINUTE_MS);
  expect(locked).toBe(1);
});

test('the lock can be set from one minute to an hour, and never off', () => {
  for (const minutes of [1, 60]) expect(lockAfterMinutesSchema.parse(minutes)).toBe(minutes);
  for (const minutes of [0, -1, 61, 1.5, null, 'off', Infinity])
    expect(lockAfterMinutesSchema.safeParse(minutes).success, String(minutes)).toBe(false);
  expect(lockAfterMinutesSchema.parse(undefined)).toBe(10);
});

test('with a pepper, a stolen database is no use: the right PIN matches only where the secret is', async () => {
  const here = scryptPins(randomBytes(32));
  const hash = await here.hash('246810');
  expect(await here.check('246810', hash)).toBe(true);
  expect(await here.check('246811', hash)).toBe(false);
  expect(await scryptPins(null).check('246810', hash)).toBe(false);
  expect(await scryptPins(randomBytes(32)).check('246810', hash)).toBe(false);
});

test('a PIN of before there was a pepper stays good, and is known to be stale', async () => {
  const hash = await scryptPins(null).hash('246810');
  const pins = scryptPins(randomBytes(32));
  expect(await pins.check('246810', hash)).toBe(true);
  expect(pins.stale(hash)).toBe(true);
  expect(pins.stale(await pins.hash('246810'))).toBe(false);
});

test('the terminal key is sealed where there is a seal, also one that was plain, and opens with that seal alone', () => {
  const plain = { seal: null, machineId: null };
  const sealed = { seal: randomBytes(32), machineId: null };
  const key = ensureTerminalKey(folder, plain).export({ format: 'jwk' });
  const file = join(folder, 'identity/terminal.key');
  expect(keyStorage(folder)).toEqual({ kept: 'file', path: file, onlyOwner: true });
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(ensureTerminalKey(folder, sealed).export({ format: 'jwk' })).toEqual(key);
  expect(readFileSync(file, 'utf8')).not.toContain('PRIVATE');
  expect(keyStorage(folder)).toEqual({ kept: 'sealed', path: file });
  expect(ensureTerminalKey(folder, sealed).export({ format: 'jwk' })).toEqual(key);
  for (const host of [plain, { seal: randomBytes(32), machineId: null }])
    expect(() => ensureTerminalKey(folder, host)).toThrow('data-folder-copied');
});

test('a sealed text that was altered, or is for another purpose, does not open', () => {
  const seal = randomBytes(32);
  const text = sealText(seal, 'a', 'secret');
  expect(isSealed(text)).toBe(true);
  expect(unsealText(seal, 'a', text)).toBe('secret');
  expect(unsealText(seal, 'b', text)).toBeNull();
  expect(unsealText(seal, 'a', text.replace(/"data":"./, '"data":"_'))).toBeNull();
  expect(unsealText(seal, 'a', '{"sealed":1}')).toBeNull();
});

test("main's seal is taken out of the environment, so that no child of the core inherits it", () => {
  const env: NodeJS.ProcessEnv = { VOUCHER_TERMINAL_SEAL: randomBytes(32).toString('base64') };
  const secrets = takeHostSecrets(env);
  expect(secrets.seal).toHaveLength(32);
  expect(env).toEqual({});
  expect(pinPepper(secrets)).not.toEqual(secrets.seal);
  expect(takeHostSecrets(env).seal).toBeNull();
  expect(() => takeHostSecrets({ VOUCHER_TERMINAL_SEAL: 'c2hvcnQ=' })).toThrow('wrong length');
});

test('the mark of a PC differs from PC to PC and from terminal to terminal, and tells nothing of the PC', () => {
  const mark = (machineId: string | null, terminalId: string): string | null =>
    machineMark({ seal: null, machineId }, terminalId);
  const marks = [mark('a', 't-1'), mark('b', 't-1'), mark('a', 't-2')];
  expect(new Set(marks).size).toBe(3);
  expect(mark('a', 't-1')).toBe(marks[0]);
  expect(mark(null, 't-1')).toBeNull();
  expect(mark('', 't-1')).toBeNull();
});
