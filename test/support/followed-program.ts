import { spawn } from 'node:child_process';
import { closeSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { chromium } from 'playwright-core';
import { commandLine, coreProcess, pageHandles, type AppPage } from './app-window.ts';

const LONGEST_WAIT_MS = 150_000;
const LOOK_EVERY_MS = 300;

/** A packaged program that replaces and restarts itself: what is followed is the data folder, not a process. */
export interface FollowedProgram {
  start(): void;
  /** Its newest window, once it is this version's. */
  window(version: string): Promise<AppPage>;
  /** Waits until no process of it is left; throws what it said if that takes too long. */
  ended(): Promise<void>;
  /** Asks it to end, whatever version it is. */
  stop(): Promise<void>;
  /** What its first process said, and what an AppImage's later ones did. */
  said(): string;
}

export interface FollowedOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly dataFolder: string;
  readonly env: Readonly<Record<string, string>>;
  readonly log: string;
}

export function followProgram({ command, args, dataFolder, env, log }: FollowedOptions): FollowedProgram {
  const said = (): string => readFileSync(log, 'utf8');
  const pids = (): readonly number[] =>
    readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .filter((pid) => {
        // Chromium writes its arguments anew, in one piece.
        const line = commandLine(pid).join(' ').split(' ');
        return (
          line.includes(`--data-folder=${dataFolder}`) && !line.some((each) => each.startsWith('--type='))
        );
      })
      .map(Number);

  async function until<T>(what: string, look: () => Promise<T | null>): Promise<T> {
    for (const end = Date.now() + LONGEST_WAIT_MS; Date.now() < end;) {
      const found = await look();
      if (found !== null) return found;
      await setTimeout(LOOK_EVERY_MS);
    }
    throw new Error(`${what} never came; it said:\n${said()}`);
  }
  const ended = async (): Promise<void> => {
    await until('the end', () => Promise.resolve(pids().length === 0 ? true : null));
  };

  /** Where the newest process listens: what a program starts anew keeps no output of the first one. */
  function inspector(): string | null {
    try {
      const [port = '', path = ''] = readFileSync(
        join(dataFolder, 'window/DevToolsActivePort'),
        'utf8',
      ).split('\n');
      return `ws://127.0.0.1:${port}${path}`;
    } catch {
      return null;
    }
  }

  async function attach(address: string, version: string): Promise<AppPage | null> {
    const browser = await chromium.connectOverCDP(address, { timeout: 5000 }).catch(() => null);
    const page = browser?.contexts()[0]?.pages()[0];
    if (browser === null || page === undefined) return null;
    const shown = await page
      .evaluate(async () => {
        const calls = (
          globalThis as unknown as {
            terminal: { call: Record<string, (input: unknown) => Promise<{ output: unknown }>> };
          }
        ).terminal.call;
        const snapshot = await calls['app.snapshot']?.(undefined);
        return (snapshot?.output as { app: { version: string } }).app.version;
      })
      .catch(() => null);
    if (shown !== version) {
      await browser.close().catch(() => undefined);
      return null;
    }
    return {
      ...pageHandles(page),
      corePid: () => Promise.resolve(coreProcess(dataFolder)),
      close: async () => {
        await browser.close().catch(() => undefined);
        await stop();
      },
    };
  }

  async function stop(): Promise<void> {
    for (const pid of pids()) process.kill(pid, 'SIGTERM');
    await ended();
  }

  return {
    start() {
      const output = openSync(log, 'a');
      spawn(command, args, { env: { ...process.env, ...env }, stdio: ['ignore', output, output] }).unref();
      closeSync(output);
    },
    window: (version) =>
      until(`a window of ${version}`, () => {
        const address = inspector();
        return address === null ? Promise.resolve(null) : attach(address, version);
      }),
    ended,
    stop,
    said,
  };
}
