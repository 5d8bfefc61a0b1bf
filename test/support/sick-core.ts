import fs, { existsSync, readFileSync, rmSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { isMainThread } from 'node:worker_threads';

/**
 * Loaded into a core before its own code (`NODE_OPTIONS=--import`): what an ailing PC does to it, at the word of a file.
 * SICK_CORE names the file; it holds `loop`, or for how many milliseconds the next flush of the tail log takes.
 */
const order = process.env['SICK_CORE'] ?? '';

function makeSick(): void {
  const { fdatasyncSync } = fs;
  fs.fdatasyncSync = (fd) => {
    const takesMs = existsSync(order) ? Number(readFileSync(order, 'utf8')) : 0;
    if (takesMs > 0) {
      rmSync(order);
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, takesMs);
    }
    fdatasyncSync(fd);
  };
  syncBuiltinESMExports();
  setInterval(() => {
    if (!existsSync(order) || readFileSync(order, 'utf8') !== 'loop') return;
    rmSync(order);
    for (;;);
  }, 50).unref();
}

// Its threads stay well.
if (isMainThread) makeSick();
