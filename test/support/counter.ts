import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { launchApp, type AppPage, type AppWindow } from './app-window.ts';
import { startClearing, type ClearingProcess } from './clearing-process.ts';
import { createPhone, type Phone } from './demo-phone.ts';
import type { Display } from './display.ts';
import { createPtyPair, type PtyPair } from './virtual-serial.ts';

export const MANAGER = { name: '王店长', pin: '246810' };

export interface CounterOptions {
  /** Everything is made inside: clearing's data, the terminal's data, the scanner's links. */
  readonly folder: string;
  readonly executable: string;
  readonly display: Display;
  readonly category?: string;
  readonly language?: 'zh' | 'en';
  readonly size?: { readonly width: number; readonly height: number };
  /** More for its settings.json. */
  readonly settings?: object;
}

/** A counter of a shop with everything that stands on it: real clearing, real window, a scanner on a pty. */
export interface Counter<W extends AppPage = AppWindow> {
  readonly clearing: ClearingProcess;
  readonly phone: Phone;
  readonly scanner: PtyPair;
  readonly dataFolder: string;
  readonly window: () => W;
  /** Types the activation form in the window. */
  activate(): Promise<void>;
  signIn(): Promise<void>;
  /** Digits as a cashier types them, in fen. */
  type(digits: string): Promise<void>;
  press(key: string): Promise<void>;
  /** Holds a code to the scanner. */
  scan(text: string): Promise<void>;
  /** Ends the app and starts it anew on the same data. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

export function openCounter(options: CounterOptions): Promise<Counter> {
  const { executable, display, size } = options;
  return openCounterWith(options, (dataFolder) =>
    launchApp({ executable, dataFolder, env: display.env, ...(size === undefined ? {} : { size }) }),
  );
}

/** The same with an app that is started in another way. */
export async function openCounterWith<W extends AppPage>(
  options: Omit<CounterOptions, 'executable' | 'display' | 'size'>,
  start: (dataFolder: string) => Promise<W>,
): Promise<Counter<W>> {
  const { folder, category = 'supermarket', language = 'zh', settings: more = {} } = options;
  const dataFolder = join(folder, 'terminal');
  mkdirSync(dataFolder, { recursive: true });
  const scanner = await createPtyPair(folder);
  const settings = { language, devices: { serial: [{ path: scanner.appPath }], hid: 'off' }, ...more };
  writeFileSync(join(dataFolder, 'settings.json'), JSON.stringify(settings));
  const clearing = await startClearing(join(folder, 'clearing'));
  const launch = (): Promise<W> => start(dataFolder);
  let window = await launch();

  return {
    clearing,
    phone: createPhone(),
    scanner,
    dataFolder,
    window: () => window,
    async activate() {
      await window.see('phase-activation');
      await window.find('activate-clearingUrl').fill(clearing.url);
      await window.find('activate-code').fill(clearing.activationCode(category));
      await window.find('activate-managerName').fill(MANAGER.name);
      await window.find('activate-managerPin').fill(MANAGER.pin);
      await window.find('activate-pinAgain').fill(MANAGER.pin);
      await window.find('activate-submit').click();
      await window.see('phase-sign-in');
    },
    async signIn() {
      await window.see('phase-sign-in');
      await window.page.keyboard.type(MANAGER.pin, { delay: 120 });
      await window.page.keyboard.press('Enter');
      await window.see('phase-open');
    },
    // A person's pace: faster would be taken for a scanner that types.
    type: (digits) => window.page.keyboard.type(digits, { delay: 120 }),
    press: (key) => window.page.keyboard.press(key),
    scan: (text) => scanner.write(`${text}\r\n`),
    async restart() {
      // It may have been ended already.
      await window.close().catch(() => undefined);
      window = await launch();
    },
    async stop() {
      await window.close();
      await clearing.stop();
      await scanner.stop();
    },
  };
}
