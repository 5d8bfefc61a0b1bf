import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { startCore } from '../../../src/terminal/core.ts';
import { ANY_HOST } from '../../../src/terminal/identity.ts';
import { checkSeed, setUp, SETUP_EXIT, type SetupOutcome } from '../../../src/terminal/seed.ts';
import { ROOT } from '../../support/app-window.ts';
import { startClearing, type ClearingProcess } from '../../support/clearing-process.ts';
import { connectClient } from '../../support/core-client.ts';

let folder: string;
let clearing: ClearingProcess;
let dataFolder: string;
let seedFile: string;
let run = 0;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'voucher-terminal-'));
  clearing = await startClearing(join(folder, 'clearing'));
});
afterAll(async () => {
  await clearing.stop();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => {
  run += 1;
  dataFolder = join(folder, `terminal-${run}`);
  seedFile = join(folder, `seed-${run}.json`);
});

const seed = (category: string): Record<string, unknown> => ({
  version: 1,
  clearing: { url: clearing.url, activationCode: clearing.activationCode(category) },
  manager: { name: '王店长', pin: '246810' },
  language: 'en',
  devices: { hid: 'off' },
});

/** The core as an installer runs it: no window, the exit code says how it went. */
async function core(mode: '--setup' | '--check-seed'): Promise<number> {
  const child = spawn(
    process.execPath,
    [join(ROOT, 'src/terminal/entry.ts'), '--data-folder', dataFolder, '--seed', seedFile, mode],
    { stdio: 'ignore' },
  );
  const [code] = (await once(child, 'exit')) as [number];
  return code;
}

/** The same in this process, for its outcome. */
function here(mode: '--setup' | '--check-seed'): Promise<SetupOutcome> {
  const log = (): void => undefined;
  if (mode === '--check-seed') return Promise.resolve(checkSeed(seedFile, log));
  return setUp({ dataFolder, seedFile, version: 'test', host: ANY_HOST, log });
}

test('a seed activates a terminal without a hand on it, once, and keeps no secret afterwards', async () => {
  writeFileSync(seedFile, JSON.stringify(seed('supermarket')));
  expect(await core('--check-seed')).toBe(SETUP_EXIT.done);
  expect(readFileSync(seedFile, 'utf8')).toContain(clearing.activationCode('supermarket'));
  expect(await core('--setup')).toBe(SETUP_EXIT.done);
  const left = readFileSync(seedFile, 'utf8');
  expect(left).not.toContain(clearing.activationCode('supermarket'));
  expect(left).not.toContain('246810');
  expect(await core('--setup')).toBe(SETUP_EXIT['already-activated']);

  const started = startCore({ dataFolder, version: 'test', resume: false, log: () => undefined, seedFile });
  const client = connectClient(started);
  const { app } = await client.call('app.snapshot', undefined);
  expect(app).toMatchObject({
    phase: 'sign-in',
    language: 'en',
    users: [{ name: '王店长', role: 'manager' }],
  });
  await client.call('access.signIn', { userId: app.users[0]?.id ?? '', pin: '246810' });
  await started.stop();
});

test('each way in which a set-up can fail has an exit code of its own, and leaves the code unused', async () => {
  expect(await here('--setup')).toBe('seed-missing');
  writeFileSync(seedFile, '{"version": 1');
  expect(await here('--check-seed')).toBe('seed-invalid');
  writeFileSync(seedFile, JSON.stringify({ ...seed('catering'), surprise: true }));
  expect(await here('--setup')).toBe('seed-invalid');
  writeFileSync(seedFile, JSON.stringify({ ...seed('catering'), manager: { name: '王店长', pin: 'abc' } }));
  expect(await here('--setup')).toBe('seed-invalid');
  const nowhere = { url: 'http://127.0.0.1:9', activationCode: 'ANY-CODE' };
  writeFileSync(seedFile, JSON.stringify({ ...seed('catering'), clearing: nowhere }));
  expect(await here('--setup')).toBe('clearing-unreachable');
  const wrong = { url: clearing.url, activationCode: 'NO-SUCH-CODE' };
  writeFileSync(seedFile, JSON.stringify({ ...seed('catering'), clearing: wrong }));
  expect(await here('--setup')).toBe('clearing-refused');
  const open = { url: 'http://192.0.2.1:8700', activationCode: 'ANY-CODE' };
  writeFileSync(seedFile, JSON.stringify({ ...seed('catering'), clearing: open }));
  expect(await here('--setup')).toBe('clearing-refused');
  writeFileSync(seedFile, JSON.stringify(seed('catering')));
  expect(await here('--setup')).toBe('done');
  const codes = Object.values(SETUP_EXIT);
  expect(new Set(codes).size).toBe(codes.length);
});

test('a seed without a manager leads to a first start that asks for the manager alone', async () => {
  // JSON leaves out what is undefined.
  writeFileSync(seedFile, JSON.stringify({ ...seed('petrol'), manager: undefined }));
  chmodSync(seedFile, 0o600);
  const started = startCore({ dataFolder, version: 'test', resume: false, log: () => undefined, seedFile });
  const client = connectClient(started);
  const before = (await client.call('app.snapshot', undefined)).app;
  expect(before).toMatchObject({ phase: 'activation', language: 'en', seed: { clearingUrl: clearing.url } });
  expect(JSON.stringify(before)).not.toContain(clearing.activationCode('petrol'));
  await client.call('app.activate', {
    clearingUrl: clearing.url,
    activationCode: null,
    managerName: '李店长',
    managerPin: '135790',
  });
  expect((await client.call('app.snapshot', undefined)).app).toMatchObject({ phase: 'sign-in', seed: null });
  expect(readFileSync(seedFile, 'utf8')).not.toContain(clearing.activationCode('petrol'));
  await started.stop();
});
