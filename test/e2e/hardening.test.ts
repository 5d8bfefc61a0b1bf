import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { ensureElectron } from '../../scripts/runtime/electron.ts';
import { FIRST_MODERN_ELECTRON } from '../../scripts/package/electron-age.ts';
import { TERMINAL_CALLS } from '../../src/contract/terminal/calls.ts';
import { CORE_PORT_CHANNEL } from '../../src/contract/terminal/origin.ts';
import { launchApp, ROOT, type AppWindow } from '../support/app-window.ts';
import { openDisplay, type Display } from '../support/display.ts';
import { builtPackage } from '../support/built-package.ts';
import { probePage } from '../support/page-probe.ts';
import { SHIPPED_FUSES, readFuses } from '../support/fuses.ts';
import { shellSources } from '../support/shell-sources.ts';

/**
 * Electron's security list (https://www.electronjs.org/docs/latest/tutorial/security), point by point, on the real
 * app. docs/security.md says where each is held, and test/support/hardening-undone.ts shows that each can fail.
 */
let display: Display;
let folder: string;
let foreign: Server;
let foreignUrl: string;
let asked: string[] = [];
let window: AppWindow;

beforeAll(async () => {
  display = await openDisplay(true);
  folder = mkdtempSync(join(tmpdir(), 'voucher-terminal-'));
  foreign = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.setHeader('content-type', 'text/html');
    response.setHeader('access-control-allow-origin', '*');
    response.end('<title>foreign</title><p>foreign');
  });
  await new Promise<void>((resolve) => foreign.listen(0, '127.0.0.1', resolve));
  foreignUrl = `http://127.0.0.1:${(foreign.address() as AddressInfo).port}/`;
  const { executable } = await ensureElectron(() => undefined);
  window = await launchApp({ executable, dataFolder: folder, env: display.env });
  await window.see('phase-activation');
});
afterAll(async () => {
  await window.close();
  foreign.close();
  await display.stop();
  rmSync(folder, { recursive: true, force: true });
});

const probe = (body: string): Promise<unknown> => probePage(window.page, body);

/** The preferences under which every page of the app really runs. */
async function preferences(): Promise<readonly Record<string, unknown>[]> {
  const all = await window.app.evaluate(({ webContents }) =>
    webContents
      .getAllWebContents()
      .map((contents) =>
        (
          contents as unknown as { getLastWebPreferences: () => Record<string, unknown> }
        ).getLastWebPreferences(),
      ),
  );
  expect(all.length).toBeGreaterThan(0);
  return all;
}

async function everyPageHas(name: string, value: unknown): Promise<void> {
  for (const page of await preferences()) expect(page[name] ?? false, name).toBe(value);
}

const pages = (): Promise<number> =>
  window.app.evaluate(({ webContents }) => webContents.getAllWebContents().length);

/** Long enough for a navigation or a window that nothing stops. */
const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 500));

const manifest = z
  .object({ devDependencies: z.object({ electron: z.string() }) })
  .parse(JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')));

const POINTS: readonly (readonly [number, string, () => Promise<void>])[] = [
  [
    1,
    'only secure content is loaded: the page and its session reach nothing but the app itself',
    async () => {
      asked = [];
      const tried = await probe(`
        const tries = [fetch('${foreignUrl}a'), fetch('${foreignUrl.replace('http', 'ws')}b')];
        const image = new Image();
        tries.push(new Promise((resolve, reject) => { image.onload = resolve; image.onerror = reject; }));
        image.src = '${foreignUrl}c';
        return (await Promise.allSettled(tries)).map(({ status }) => status);`);
      expect(tried).toEqual(['rejected', 'rejected', 'rejected']);
      const session = await window.app.evaluate(
        ({ session: sessions }, url) =>
          sessions.defaultSession.fetch(url).then(
            () => 'answered',
            () => 'refused',
          ),
        foreignUrl,
      );
      expect(session).toBe('refused');
      expect(asked).toEqual([]);
    },
  ],
  [
    2,
    'no Node in any page',
    async () => {
      for (const name of ['nodeIntegration', 'nodeIntegrationInWorker', 'nodeIntegrationInSubFrames'])
        await everyPageHas(name, false);
      expect(
        await probe('return [typeof require, typeof process, typeof module, typeof Buffer, typeof global];'),
      ).toEqual(Array.from({ length: 5 }, () => 'undefined'));
    },
  ],
  [
    3,
    "the page's world and preload's are apart",
    async () => {
      await everyPageHas('contextIsolation', true);
      expect(await probe("'use strict'; window.terminal = null; return 'replaced';")).toMatch(/^threw/);
      expect(await probe("'use strict'; window.terminal.call = null; return 'replaced';")).toMatch(/^threw/);
    },
  ],
  [
    4,
    'every page is sandboxed (whether the system holds it is shown as an ordinary user, in hardening-sandbox)',
    () => everyPageHas('sandbox', true),
  ],
  [
    5,
    'every permission is refused',
    async () => {
      expect(
        await probe(`
          const answer = (promise) => promise.catch((error) => error.name);
          const states = [];
          for (const name of ['geolocation', 'notifications', 'camera', 'microphone'])
            states.push((await navigator.permissions.query({ name })).state);
          return [...states, await answer(Notification.requestPermission()),
            await answer(new Promise((resolve, reject) =>
              navigator.geolocation.getCurrentPosition(() => resolve('found'), (e) => resolve(e.code))))];`),
      ).toEqual(['denied', 'denied', 'denied', 'denied', 'denied', 1]);
    },
  ],
  [6, 'web security is on', () => everyPageHas('webSecurity', true)],
  [
    7,
    'a content security policy that allows only the own origin is served with everything, and holds',
    async () => {
      const served = await window.app.evaluate(async ({ net }) => {
        const addresses = ['index.html', 'no-such-file.js'].map((name) => `app://terminal/${name}`);
        const answers = await Promise.all(addresses.map((address) => net.fetch(address)));
        return answers.map((answer) => answer.headers.get('content-security-policy') ?? '');
      });
      for (const policy of served) {
        const directives = new Map(
          policy.split('; ').map((text) => [text.split(' ')[0], text.split(' ').slice(1).join(' ')]),
        );
        for (const name of ['default-src', 'connect-src', 'base-uri', 'form-action', 'frame-ancestors'])
          expect(directives.get(name), name).toBe("'none'");
        expect(directives.get('script-src')).toBe("'self'");
      }
      expect(
        await probe(`
          const inline = document.createElement('script');
          inline.textContent = 'globalThis.inlineRan = true';
          document.head.append(inline);
          let evaluated = 'no';
          try { evaluated = (0, eval)('"yes"'); } catch {}
          return [globalThis.inlineRan ?? 'no', evaluated];`),
      ).toEqual(['no', 'no']);
    },
  ],
  [8, 'no insecure content inside a secure page', () => everyPageHas('allowRunningInsecureContent', false)],
  [9, 'no experimental features', () => everyPageHas('experimentalFeatures', false)],
  [
    10,
    'no Blink features are switched on',
    async () => {
      for (const page of await preferences()) expect(page['enableBlinkFeatures'] ?? '').toBe('');
      expect(await window.app.evaluate(({ app }) => app.commandLine.hasSwitch('enable-blink-features'))).toBe(
        false,
      );
    },
  ],
  [
    11,
    'a web view, with or without pop-ups, is only an unknown element',
    async () => {
      await everyPageHas('webviewTag', false);
      await probe(`
        const view = document.createElement('webview');
        view.setAttribute('allowpopups', '');
        view.src = 'app://terminal/index.html';
        document.body.append(view);`);
      await settle();
      expect(await pages()).toBe(1);
    },
  ],
  [
    12,
    'a web view is refused even in a window that allows them',
    async () => {
      const types = await window.app.evaluate(async ({ BrowserWindow, webContents }) => {
        const lax = new BrowserWindow({ show: false, webPreferences: { webviewTag: true } });
        await lax.loadURL('about:blank');
        await lax.webContents.executeJavaScript(
          "const view = document.createElement('webview'); view.src = 'about:blank'; document.body.append(view); 1",
        );
        await new Promise((resolve) => setTimeout(resolve, 500));
        const found = webContents.getAllWebContents().map((contents) => contents.getType());
        lax.destroy();
        return found;
      });
      expect(types).toContain('window');
      expect(types).not.toContain('webview');
    },
  ],
  [
    13,
    'the page goes nowhere else',
    async () => {
      asked = [];
      const before = window.page.url();
      // Started from inside, but not awaited: a navigation would end the script.
      await probe(`setTimeout(() => { location.href = '${foreignUrl}'; }, 0);`);
      await settle();
      await probe(`setTimeout(() => { location.href = 'data:text/html,elsewhere'; }, 0);`);
      await settle();
      expect(
        await window.app.evaluate(({ webContents }) =>
          webContents.getAllWebContents().map((contents) => contents.getURL()),
        ),
      ).toEqual([before]);
      const navigation = await window.app.evaluate(({ webContents }, url) => {
        const contents = webContents.getAllWebContents()[0];
        let prevented = 0;
        for (const name of ['will-navigate', 'will-redirect', 'will-frame-navigate']) {
          const event = { url, preventDefault: () => (prevented += 1) };
          (contents as unknown as { emit: (name: string, event: unknown) => void }).emit(name, event);
        }
        return prevented;
      }, foreignUrl);
      expect(navigation).toBe(3);
      expect(asked).toEqual([]);
    },
  ],
  [
    14,
    'the page opens no window',
    async () => {
      expect(
        await probe(`
          const link = document.createElement('a');
          link.href = 'app://terminal/index.html';
          link.target = '_blank';
          document.body.append(link);
          link.click();
          return window.open('app://terminal/index.html') === null;`),
      ).toBe(true);
      await settle();
      expect(await pages()).toBe(1);
    },
  ],
  [
    15,
    'nothing is handed to other programs: the shell is not used at all',
    async () => {
      for (const [file, text] of shellSources())
        expect(text, file).not.toMatch(/import[^;]*\bshell\b[^;]*from 'electron'|openExternal|openPath/);
      await window.app.evaluate(({ shell }) => {
        const recorder = globalThis as { handedOver?: string[] };
        recorder.handedOver = [];
        shell.openExternal = (url) => {
          recorder.handedOver?.push(url);
          return Promise.resolve();
        };
      });
      await probe(`window.open('mailto:someone@example.org');`);
      await settle();
      expect(await window.app.evaluate(() => (globalThis as { handedOver?: string[] }).handedOver)).toEqual(
        [],
      );
    },
  ],
  [
    16,
    'the Electron of package.json is a current one, and an older one is never released',
    async () => {
      const wanted = Number(/\d+/.exec(manifest.devDependencies.electron)?.[0]);
      expect(wanted).toBeGreaterThanOrEqual(45);
      const built = await builtPackage();
      const [major] = built.electronVersion.split('.').map(Number);
      expect(built.testBuild).toBe((major ?? 0) < FIRST_MODERN_ELECTRON);
    },
  ],
  [
    17,
    'only the own page gets the bridge and a port to the core, and there is no other IPC',
    async () => {
      const result = await window.app.evaluate(async ({ BrowserWindow, ipcMain }, channel) => {
        const [own] = BrowserWindow.getAllWindows();
        if (own === undefined) throw new Error('no window');
        const handlers = ipcMain as unknown as { _invokeHandlers?: Map<string, unknown> };
        const listening = [...ipcMain.eventNames().map(String), ...(handlers._invokeHandlers?.keys() ?? [])];
        const home = own.webContents.getURL();
        const sent: string[] = [];
        const post = own.webContents.postMessage.bind(own.webContents);
        own.webContents.postMessage = (name, message, transfer) => {
          sent.push(name);
          post(name, message, transfer);
        };
        await own.loadURL('about:blank');
        await new Promise((resolve) => setTimeout(resolve, 500));
        const bridge: unknown = await own.webContents.executeJavaScript('typeof window.terminal');
        const sentToForeign = [...sent];
        await own.loadURL(home);
        await new Promise((resolve) => setTimeout(resolve, 500));
        return { listening, bridge, sentToForeign, sentToOwn: sent.includes(channel) };
      }, CORE_PORT_CHANNEL);
      expect(result).toEqual({
        listening: ['error'],
        bridge: 'undefined',
        sentToForeign: [],
        sentToOwn: true,
      });
      await window.see('phase-activation');
    },
  ],
  [
    18,
    'pages come by a scheme of their own, from one folder, and files by no other way',
    async () => {
      expect(new URL(window.page.url()).protocol).toBe('app:');
      const statuses = await window.app.evaluate(async ({ net }) => {
        const status = (address: string): Promise<number | string> =>
          net.fetch(address).then(
            (answer) => answer.status,
            () => 'refused',
          );
        return [
          await status('app://terminal/%2e%2e%2fmain%2findex.cjs'),
          await status('app://terminal/..%5c..%5cpackage.json'),
          await status('app://elsewhere/index.html'),
        ];
      });
      expect(statuses[0]).toBe(403);
      expect([403, 404]).toContain(statuses[1]);
      expect(statuses[2]).toBe(403);
      expect(
        await probe(`
          const frame = document.createElement('iframe');
          frame.src = 'file:///etc/hostname';
          document.body.append(frame);
          const file = await fetch('file:///etc/hostname').then(() => 'answered', () => 'refused');
          return [file, frame.contentDocument === null || frame.contentDocument.body.textContent === ''];`),
      ).toEqual(['refused', true]);
      for (const [file, text] of shellSources())
        expect(text, file).not.toMatch(/loadFile|pathToFileURL|file:\/\//);
    },
  ],
  [
    19,
    'the fuses of the package are set as the list says',
    async () => {
      const built = await builtPackage();
      expect(await readFuses(built.executable)).toEqual(SHIPPED_FUSES);
    },
  ],
  [
    20,
    'the page sees the calls of the contract, and nothing of Electron',
    async () => {
      const exposed = z
        .object({ top: z.array(z.string()), calls: z.array(z.string()), more: z.array(z.string()) })
        .parse(
          await probe(`
            return { top: Object.keys(window.terminal).sort(), calls: Object.keys(window.terminal.call).sort(),
              more: Object.getOwnPropertyNames(window).filter((name) => /electron|ipc/i.test(name)) };`),
        );
      expect(exposed.top).toEqual(['call', 'on', 'onConnection']);
      expect(exposed.calls).toEqual(Object.keys(TERMINAL_CALLS).toSorted());
      expect(exposed.more).toEqual([]);
    },
  ],
];

test('the table has all twenty points', () => {
  expect(POINTS.map(([number]) => number)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
});

test.each(POINTS)('point %i: %s', async (_number, _title, check) => {
  await check();
});
