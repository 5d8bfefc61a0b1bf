import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { chromium } from 'playwright-core';
import { coreProcess, pageHandles, sandboxArguments, type AppPage } from './app-window.ts';

const START_TIMEOUT_MS = 60_000;
const LISTENING = /DevTools listening on (ws:\S+)/;

export interface PackagedOptions {
  readonly executable: string;
  readonly dataFolder: string;
  readonly env: Readonly<Record<string, string>>;
  /** For another user than root, who needs no `--no-sandbox`. */
  readonly uid?: number;
  readonly args?: readonly string[];
}

/**
 * Starts a hardened package and drives its page over Chromium's own protocol: the fuses leave Playwright's usual
 * way into the main process shut.
 */
export async function launchPackaged(options: PackagedOptions): Promise<AppPage> {
  const { executable, dataFolder, env, uid, args = [] } = options;
  if (uid === undefined) mkdirSync(dataFolder, { recursive: true });
  const child = spawn(
    executable,
    [
      ...(uid === undefined ? sandboxArguments() : []),
      '--remote-debugging-port=0',
      `--data-folder=${dataFolder}`,
      ...args,
    ],
    {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'ignore', 'pipe'],
      ...(uid === undefined ? {} : { uid, gid: uid }),
    },
  );
  let said = '';
  const address = await new Promise<string>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`it never listened: ${said}`)), START_TIMEOUT_MS);
    child.once('exit', (code) => reject(new Error(`it ended with ${String(code)}: ${said}`)));
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      said += chunk;
      const found = LISTENING.exec(said)?.[1];
      if (found === undefined) return;
      clearTimeout(timer);
      resolve(found);
    });
  });
  const browser = await chromium.connectOverCDP(address);
  const context = browser.contexts()[0];
  if (context === undefined) throw new Error('the package has no window');
  const page = context.pages()[0] ?? (await context.waitForEvent('page'));
  return {
    ...pageHandles(page),
    corePid: () => Promise.resolve(coreProcess(dataFolder)),
    async close() {
      const ended = child.exitCode === null ? once(child, 'exit') : Promise.resolve();
      await browser.close().catch(() => undefined);
      child.kill('SIGTERM');
      await ended;
    },
  };
}
