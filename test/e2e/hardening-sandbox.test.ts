import {
  chownSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  chmodSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { builtPackage } from '../support/built-package.ts';
import { openDisplay, type Display } from '../support/display.ts';
import { launchPackaged } from '../support/packaged-window.ts';

/** `nobody`: as root the system's sandbox can't be used at all, so nothing would be shown. */
const NOBODY = 65_534;

let display: Display;
let folder: string;

beforeAll(async () => {
  display = await openDisplay(true);
  folder = mkdtempSync(join(tmpdir(), 'voucher-terminal-'));
});
afterAll(async () => {
  await display.stop();
  rmSync(folder, { recursive: true, force: true });
});

interface Process {
  /** The whole command line: what the sandbox forks has it in one piece. */
  readonly command: string;
  readonly status: string;
}

function processesOf(dataFolder: string): readonly Process[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
        const status = readFileSync(`/proc/${pid}/status`, 'utf8');
        return command.includes(dataFolder) ? [{ command, status }] : [];
      } catch {
        return [];
      }
    });
}

test('as an ordinary user, without any switch, the page runs in the sandbox of the system', async () => {
  const built = await builtPackage();
  const asRoot = process.getuid?.() === 0;
  const program = join(folder, 'program');
  const dataFolder = join(folder, 'data');
  // Where the project lies, another user may have no way in.
  chmodSync(folder, 0o755);
  cpSync(built.folder, program, { recursive: true });
  mkdirSync(dataFolder);
  if (asRoot) {
    for (const path of [folder, dataFolder]) chownSync(path, NOBODY, NOBODY);
    // As the deb's set-up does: where users may make no namespaces, this helper makes them.
    chmodSync(join(program, 'chrome-sandbox'), 0o4755);
  }
  const window = await launchPackaged({
    executable: join(program, 'voucher-terminal'),
    dataFolder,
    env: { ...display.env, HOME: folder },
    ...(asRoot ? { uid: NOBODY } : {}),
  });
  try {
    await window.see('phase-activation');
    const all = processesOf(dataFolder);
    const renderers = all.filter(({ command }) => command.includes('--type=renderer'));
    expect(renderers.length).toBeGreaterThan(0);
    for (const { status } of renderers) {
      expect(/^Seccomp:\s+(\d)/m.exec(status)?.[1], 'system calls are filtered').toBe('2');
      expect(/^NoNewPrivs:\s+(\d)/m.exec(status)?.[1]).toBe('1');
      const ids = /^NSpid:\s+(.+)$/m.exec(status)?.[1]?.split(/\s+/) ?? [];
      expect(ids.length, 'a process namespace of its own').toBeGreaterThan(1);
    }
    expect(all.some(({ command }) => command.includes('--no-sandbox'))).toBe(false);
  } finally {
    await window.close();
  }
});
