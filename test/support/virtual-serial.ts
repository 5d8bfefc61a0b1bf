import { spawn, type ChildProcess } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';

/** A virtual serial cable: what is written here arrives at `appPath` as if a scanner had sent it. */
export interface PtyPair {
  /** What the app opens. */
  readonly appPath: string;
  /** The scanner's end, for tests that read what the app sends. */
  readonly farPath: string;
  write(bytes: string | Uint8Array): Promise<void>;
  /** Gathers, from now on, what the app sends. */
  collect(): () => Buffer;
  /** Pulls the plug: the app's port is gone. */
  unplug(): Promise<void>;
  /** Puts the plug back: the same path, a new port. */
  replug(): Promise<void>;
  stop(): Promise<void>;
}

/** Makes a pair of pseudo terminals with socat; links to them are put into `dir`. */
export async function createPtyPair(dir: string, name = 'scanner'): Promise<PtyPair> {
  const appPath = join(dir, `${name}-app`);
  const farPath = join(dir, `${name}-far`);
  let socat: ChildProcess | null = null;
  let far: FileHandle | null = null;

  const replug = async (): Promise<void> => {
    if (socat !== null) throw new Error('already plugged in');
    socat = await startSocat(farPath, appPath);
    far = await open(farPath, 'r+');
  };
  const unplug = async (): Promise<void> => {
    const process = socat;
    if (process === null) return;
    socat = null;
    const handle = far;
    far = null;
    const ended = new Promise((resolve) => process.once('exit', resolve));
    process.kill('SIGTERM');
    await ended;
    await handle?.close();
  };
  await replug();
  return {
    appPath,
    farPath,
    write: async (bytes) => {
      if (far === null) throw new Error('not plugged in');
      await far.appendFile(bytes);
    },
    collect: () => {
      const chunks: Buffer[] = [];
      const stream = createReadStream(farPath);
      stream.on('data', (chunk) => chunks.push(Buffer.from(chunk)));
      stream.on('error', () => undefined);
      return () => Buffer.concat(chunks);
    },
    unplug,
    replug,
    stop: unplug,
  };
}

function startSocat(farPath: string, appPath: string): Promise<ChildProcess> {
  const end = (link: string): string => `pty,raw,echo=0,link=${link}`;
  const child = spawn('socat', ['-d', '-d', end(farPath), end(appPath)], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  return new Promise((resolve, reject) => {
    let log = '';
    child.once('error', reject);
    child.once('exit', () => reject(new Error(`socat ended: ${log}`)));
    child.stderr.on('data', (chunk: Buffer) => {
      log += chunk.toString();
      if (log.includes('starting data transfer')) resolve(child);
    });
  });
}
