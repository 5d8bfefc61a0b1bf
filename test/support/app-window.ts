import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { _electron, type ElectronApplication, type Page } from 'playwright-core';

export const ROOT = join(import.meta.dirname, '../..');

export interface AppOptions {
  readonly executable: string;
  readonly dataFolder: string;
  readonly env: Readonly<Record<string, string>>;
  readonly size?: { readonly width: number; readonly height: number };
}

/** The app's page in a real window, driven from outside. */
export interface AppPage {
  readonly page: Page;
  /** The element with this data-testid. */
  find(testId: string): ReturnType<Page['getByTestId']>;
  /** Waits until the element is there. */
  see(testId: string, timeoutMs?: number): Promise<void>;
  text(testId: string): Promise<string>;
  screenshot(file: string): Promise<void>;
  /** The process that the core runs in now; null while there is none. */
  corePid(): Promise<number | null>;
  close(): Promise<void>;
}

/** The same with a hold on the main process, which a hardened package doesn't give. */
export interface AppWindow extends AppPage {
  readonly app: ElectronApplication;
}

/** The handles of a page that need no more than the page. */
export function pageHandles(page: Page): Pick<AppPage, 'page' | 'find' | 'see' | 'text' | 'screenshot'> {
  const find = (testId: string): ReturnType<Page['getByTestId']> => page.getByTestId(testId);
  return {
    page,
    find,
    see: (testId, timeoutMs = SEE_TIMEOUT_MS) =>
      find(testId).first().waitFor({ state: 'visible', timeout: timeoutMs }),
    text: async (testId) => (await find(testId).first().innerText()).trim(),
    async screenshot(file) {
      await page.screenshot({ path: file, animations: 'disabled' });
    },
  };
}

const SEE_TIMEOUT_MS = 20_000;

/** As root the system's sandbox can't be used. */
export function sandboxArguments(): readonly string[] {
  return process.getuid?.() === 0 ? ['--no-sandbox'] : [];
}

/** Starts the built app on a data folder. */
export async function launchApp(options: AppOptions): Promise<AppWindow> {
  mkdirSync(options.dataFolder, { recursive: true });
  const inherited = Object.entries(process.env).filter(
    (pair): pair is [string, string] => pair[1] !== undefined,
  );
  const app = await _electron.launch({
    executablePath: options.executable,
    args: [...sandboxArguments(), ROOT, `--data-folder=${options.dataFolder}`],
    env: { ...Object.fromEntries(inherited), ...options.env },
  });
  const page = await app.firstWindow();
  const { size } = options;
  if (size !== undefined) {
    await app.evaluate(({ BrowserWindow }, { width, height }) => {
      BrowserWindow.getAllWindows()[0]?.setContentSize(width, height);
    }, size);
  }
  return {
    app,
    ...pageHandles(page),
    corePid: () => findCore(app, options.dataFolder),
    close: () => app.close(),
  };
}

async function findCore(app: ElectronApplication, dataFolder: string): Promise<number | null> {
  const utility = await app.evaluate(
    ({ app: electron }) =>
      electron
        .getAppMetrics()
        .find(({ name, serviceName }) => [name, serviceName].includes('voucher-terminal-core'))?.pid,
  );
  if (utility !== undefined) return utility;
  return coreProcess(dataFolder);
}

/** The core as it is built, and in the source tree. */
const CORE_ENTRY = /\/(?:core\/entry\.js|terminal\/entry\.ts)$/;

/** The separate Node that runs the core for a data folder, found in /proc; null while there is none. */
export function coreProcess(dataFolder: string): number | null {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const pid = pids.find((candidate) => {
    const args = commandLine(candidate);
    return args.some((argument) => CORE_ENTRY.test(argument)) && args.includes(dataFolder);
  });
  return pid === undefined ? null : Number(pid);
}

/** The arguments of a process; none where it has ended. */
export function commandLine(pid: string): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  } catch {
    // It ended in between.
    return [];
  }
}
