import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** Larger than any window of ours, so that a content size is exactly what was asked for. */
const SCREEN = '1920x1200x24';

export interface Display {
  /** The variables that a program needs to find it. */
  readonly env: Readonly<Record<string, string>>;
  /** True where a person can see it. */
  readonly visible: boolean;
  /** The virtual one's process; null: the machine's own display. */
  readonly pid: number | null;
  stop(): Promise<void>;
}

/** The machine's own display if it has one (and `own` isn't asked for), otherwise a virtual one (Xvfb). */
export async function openDisplay(own = false): Promise<Display> {
  const present = process.platform !== 'linux' || process.env['DISPLAY'] !== undefined;
  if (present && !own) return { env: {}, visible: true, pid: null, stop: () => Promise.resolve() };
  const server = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', SCREEN, '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  const number = await displayNumber(server);
  return {
    env: { DISPLAY: `:${number}` },
    visible: false,
    pid: server.pid ?? null,
    async stop() {
      const ended = once(server, 'exit');
      server.kill();
      await ended;
    },
  };
}

async function displayNumber(server: ChildProcess): Promise<string> {
  const pipe = server.stdio[3];
  if (pipe === null || pipe === undefined || !('setEncoding' in pipe)) throw new Error('no pipe to Xvfb');
  pipe.setEncoding('utf8');
  const failed = once(server, 'exit').then(() => {
    throw new Error('Xvfb ended before it had a display');
  });
  const [text] = (await Promise.race([once(pipe, 'data'), failed])) as [string];
  return text.trim();
}
