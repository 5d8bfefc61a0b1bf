import { _electron, type Page } from 'playwright-core';
import { createServer, type Server } from 'node:http';
import { readFile } from 'node:fs/promises';
import { extname, join, normalize } from 'node:path';
import type { CoreLink } from '../../src/contract/terminal/bridge.ts';
import { TERMINAL_CALLS } from '../../src/contract/terminal/calls.ts';
import type { AppState, CheckoutState, Device, SyncState } from '../../src/contract/terminal/state.ts';
import type { Fault } from '../../src/contract/terminal/errors.ts';
import { ROOT, sandboxArguments } from './app-window.ts';

/** What a window gets to see at first. */
export interface Scene {
  readonly app: AppState;
  readonly checkout: CheckoutState;
  readonly sync: SyncState;
  readonly devices: readonly Device[];
  /** Answers to other calls by their name; a call without one succeeds without output. */
  readonly answers?: Readonly<Record<string, unknown>>;
  readonly faults?: Readonly<Record<string, Fault>>;
  /** Calls that never come back. */
  readonly unanswered?: readonly string[];
  /** How the core is after its first answer; left out: it goes on answering. */
  readonly link?: CoreLink;
}

interface FakeWindow {
  emit: (event: string, payload: unknown) => void;
  connect: (link: CoreLink) => void;
  scene: Scene;
}

/** Where a page finds its scene when it loads. */
const SCENE_KEY = 'scene';

/** Runs in the page: stands in for preload and core with scripted states. Self-contained, it is sent as text. */
function install(arg: { readonly key: string; readonly names: readonly string[] }): void {
  const kept = localStorage.getItem(arg.key);
  if (kept === null) return;
  const listeners = new Map<string, Set<(payload: unknown) => void>>();
  const connections = new Set<(link: CoreLink) => void>();
  const fake: FakeWindow = {
    scene: JSON.parse(kept) as Scene,
    emit: (event, payload) => {
      for (const listener of listeners.get(event) ?? []) listener(payload);
    },
    connect: (link) => {
      for (const listener of connections) listener(link);
    },
  };
  const answer = (name: string, input: unknown): unknown => {
    const fault = fake.scene.faults?.[name];
    if (fault !== undefined) return { ok: false, fault };
    if (name === 'app.snapshot') {
      const { app, checkout, sync, devices, link } = fake.scene;
      if (link !== undefined) setTimeout(() => fake.connect(link));
      return { ok: true, output: { app, checkout, sync, devices } };
    }
    if (name === 'app.setLanguage') {
      const { language } = input as { language: 'zh' | 'en' };
      fake.scene = { ...fake.scene, app: { ...fake.scene.app, language } };
      fake.emit('app', fake.scene.app);
    }
    if (name === 'checkout.setAmount') {
      const { amountFen } = input as { amountFen: number | null };
      fake.emit('checkout', { step: 'ready', amountFen, receiptNumber: 'R1' });
    }
    if (name === 'checkout.cancel')
      fake.emit('checkout', { step: 'ready', amountFen: null, receiptNumber: 'R1' });
    return { ok: true, output: fake.scene.answers?.[name] };
  };
  const call = Object.fromEntries(
    arg.names.map((name) => [
      name,
      (input: unknown) =>
        fake.scene.unanswered?.includes(name) === true
          ? new Promise(() => undefined)
          : Promise.resolve(answer(name, input)),
    ]),
  );
  Object.assign(window, {
    fake,
    terminal: {
      call,
      on: (event: string, listener: (payload: unknown) => void) => {
        const set = listeners.get(event) ?? new Set();
        listeners.set(event, set.add(listener));
        return () => set.delete(listener);
      },
      onConnection: (listener: (link: CoreLink) => void) => {
        connections.add(listener);
        queueMicrotask(() => listener('answers'));
        return () => connections.delete(listener);
      },
    },
  });
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
};

/** The policy that the app's own protocol sends; the screens must live under it. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; media-src 'self'; connect-src 'none'";

/** Serves a built renderer on loopback as the app's protocol does. */
function serveRenderer(folder: string): Promise<{ readonly url: string; readonly server: Server }> {
  const server = createServer((request, response) => {
    const path = normalize((request.url ?? '/').split('?')[0] ?? '/');
    const file = join(folder, path === '/' ? 'index.html' : path);
    readFile(file).then(
      (body) => {
        response.writeHead(200, {
          'content-type': TYPES[extname(file)] ?? 'application/octet-stream',
          'content-security-policy': POLICY,
        });
        response.end(body);
      },
      () => response.writeHead(404).end(),
    );
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      if (address === null || typeof address === 'string') throw new Error('no port');
      resolve({ url: `http://127.0.0.1:${String(address.port)}/`, server });
    });
  });
}

export interface SceneWindow {
  readonly page: Page;
  /** Shows a scene from its beginning; answers what the page complained about so far. */
  show(
    scene: Scene,
    options: {
      readonly width: number;
      readonly height: number;
      /** Device pixels to a pixel of the page; with it, the screen may be larger than the one there is. */
      readonly scale?: number;
      readonly nowMs: number;
    },
  ): Promise<void>;
  /** What the page complained about since the last time it was asked. */
  readonly complaints: () => readonly string[];
  close(): Promise<void>;
}

/** A real window on the built screens, with a scripted core behind them instead of the real one. */
export async function openSceneWindow(
  executable: string,
  env: Readonly<Record<string, string>>,
): Promise<SceneWindow> {
  const { url, server } = await serveRenderer(join(ROOT, 'out/renderer'));
  const inherited = Object.entries(process.env).filter(
    (pair): pair is [string, string] => pair[1] !== undefined,
  );
  const app = await _electron.launch({
    executablePath: executable,
    args: [...sandboxArguments(), join(ROOT, 'test/support/scene-app')],
    env: { ...Object.fromEntries(inherited), ...env },
  });
  const page = await app.firstWindow();
  const cdp = await page.context().newCDPSession(page);
  let said: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') said.push(message.text());
  });
  page.on('pageerror', (error) => said.push(error.message));
  await page.addInitScript(install, { key: SCENE_KEY, names: Object.keys(TERMINAL_CALLS) });
  // Only to be on its origin: without a scene the page can't start, and says so.
  await page.goto(url);
  said = [];
  return {
    page,
    show: async (scene, { width, height, scale, nowMs }) => {
      await (scale === undefined
        ? cdp.send('Emulation.clearDeviceMetricsOverride')
        : cdp.send('Emulation.setDeviceMetricsOverride', {
            width,
            height,
            deviceScaleFactor: scale,
            mobile: false,
          }));
      await app.evaluate(
        ({ BrowserWindow }, size) =>
          BrowserWindow.getAllWindows()[0]?.setContentSize(size.width, size.height),
        { width, height },
      );
      await page.clock.setFixedTime(nowMs);
      await page.evaluate(
        ([key, text]) => localStorage.setItem(key ?? '', text ?? ''),
        [SCENE_KEY, JSON.stringify(scene)],
      );
      await page.reload();
      await page.waitForSelector('[data-testid^="phase-"]');
    },
    complaints: () => {
      const all = said;
      said = [];
      return all;
    },
    close: async () => {
      await app.close();
      server.close();
    },
  };
}

/** A picture of 4K is painted by the processor alone, beside others. */
const CLICK_TIMEOUT_MS = 30_000;

/** Clicks one test id after the other; `window >> button`: the button in that window, `field=text`: types it. */
export async function clickThrough(page: Page, clicks: readonly string[]): Promise<void> {
  for (const click of clicks) {
    const [ids = '', words] = click.split('=');
    const path = ids.split(' >> ').map((id) => `[data-testid="${id}"]`);
    const found = page.locator(path.join(' '));
    if (words === undefined) await found.click({ timeout: CLICK_TIMEOUT_MS });
    else await found.fill(words, { timeout: CLICK_TIMEOUT_MS });
  }
}
