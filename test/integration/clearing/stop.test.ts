import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, expect, it } from 'vitest';
import { ROOT } from '../../support/app-window.ts';
import { scratchFolder } from '../../support/clearing-world.ts';

const folder = scratchFolder();
let shell: ChildProcess | null = null;
let isClosed = false;
afterEach(() => {
  // The whole group: where the promise is broken, clearing goes on without its shell.
  if (shell?.pid !== undefined && !isClosed) process.kill(-shell.pid, 'SIGKILL');
  folder.remove();
});

/** As npm does: a shell that waits for clearing, and is told to end instead of it. */
it('a signal to the shell that npm started clearing in stops clearing, and cleanly', async () => {
  const main = join(ROOT, 'src/clearing/main.ts');
  const started = spawn(
    '/bin/sh',
    ['-c', '"$0" "$1" --data "$2" --port 0; exit $?', process.execPath, main, folder.path],
    {
      detached: true,
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, npm_lifecycle_event: 'clearing' },
    },
  );
  shell = started;
  const lines = createInterface(started.stdout);
  await once(lines, 'line');
  const wal = join(folder.path, 'clearing.sqlite-wal');
  expect(existsSync(wal)).toBe(true);
  const silent = once(lines, 'close');
  started.kill('SIGTERM');
  // Its end of the pipe is closed when the process is gone.
  await silent;
  isClosed = true;
  expect(existsSync(wal)).toBe(false);
});
