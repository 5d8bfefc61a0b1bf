import { chromium, type Browser, type Page } from 'playwright-core';
import { createServer, type Server } from 'node:http';
import { readFile } from 'node:fs/promises';
import { extname, join, normalize } from 'node:path';
import type { AppState, CheckoutState, Device, SyncState } from '../../src/contract/terminal/state.ts';
import type { Fault } from '../../src/contract/terminal/errors.ts';

/** What a window gets to see at first. */
export interface Scene {
  readonly app: AppState;
  readonly checkout: CheckoutState;
  readonly sync: SyncState;
  readonly devices: readonly Device[];
  /** Answers to other calls by their name; a call without one succeeds without output. */
  readonly answers?: Readonly<Record<string, unknown>>;
  readonly faults?: Readonly<Record<string, Fault>>;
}

/** A call that the page made. */
export interface Made {
  readonly name: string;
  readonly input: unknown;
}

interface FakeWindow {
  made: Made[];
  emit: (event: string, payload: unknown) => void;
  connect: (connected: boolean) => void;
  scene: Scene;
}

/** Runs in the page: stands in for preload and core with scripted states. Self-contained, it is sent as text. */
function install(arg: { readonly scene: Scene; readonly names: readonly string[] }): void {
  const listeners = new Map<string, Set<(payload: unknown) => void>>();
  const connections = new Set<(connected: boolean) => void>();
  const fake: FakeWindow = {
    made: [],
    scene: arg.scene,
    emit: (event, payload) => {
      for (const listener of listeners.get(event) ?? []) listener(payload);
    },
    connect: (connected) => {
      for (const listener of connections) listener(connected);
    },
  };
  const answer = (name: string, input: unknown): unknown => {
    fake.made.push({ name, input });
    const fault = fake.scene.faults?.[name];
    if (fault !== undefined) return { ok: false, fault };
    if (name === 'app.snapshot') {
      const { app, checkout, sync, devices } = fake.scene;
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
    arg.names.map((name) => [name, (input: unknown) => Promise.resolve(answer(name, input))]),
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
      onConnection: (listener: (connected: boolean) => void) => {
        connections.add(listener);
        queueMicrotask(() => listener(true));
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
export function serveRenderer(folder: string): Promise<{ readonly url: string; readonly server: Server }> {
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

/** Opens a page on a scene. Every message that the page complains about is collected. */
export async function openScene(
  browser: Browser,
  url: string,
  scene: Scene,
  options: {
    readonly width: number;
    readonly height: number;
    readonly names: readonly string[];
    readonly touch?: boolean;
    /** What the page takes for now. */
    readonly nowMs?: number;
  },
): Promise<{ readonly page: Page; readonly complaints: string[] }> {
  const context = await browser.newContext({
    viewport: { width: options.width, height: options.height },
    hasTouch: options.touch === true,
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  if (options.nowMs !== undefined) await page.clock.setFixedTime(options.nowMs);
  await page.addInitScript(install, { scene, names: options.names });
  await page.goto(url);
  return { page, complaints };
}

/** Clicks one test id after the other; `window >> button`: the button in that window, `=field`: types a code. */
export async function clickThrough(page: Page, clicks: readonly string[]): Promise<void> {
  for (const click of clicks) {
    const path = click
      .replace('=', '')
      .split(' >> ')
      .map((id) => `[data-testid="${id}"]`);
    const found = page.locator(path.join(' '));
    if (click.startsWith('=')) await found.fill('CODE-1234', { timeout: 5000 });
    else await found.click({ timeout: 5000 });
  }
}

/** Sends an event of the core to the page. */
export function emit(page: Page, event: string, payload: unknown): Promise<void> {
  return page.evaluate(
    ([name, value]) => (window as unknown as { fake: FakeWindow }).fake.emit(name as string, value),
    [event, payload],
  );
}

/** The calls that the page has made so far. */
export function made(page: Page): Promise<readonly Made[]> {
  return page.evaluate(() => (window as unknown as { fake: FakeWindow }).fake.made);
}

/** Loses or regains the core. */
export function connect(page: Page, connected: boolean): Promise<void> {
  return page.evaluate((value) => (window as unknown as { fake: FakeWindow }).fake.connect(value), connected);
}

/** A browser on this machine. Only for looking at screens and trying their keys; the gate uses the real window. */
export function launchBrowser(executablePath: string): Promise<Browser> {
  return chromium.launch({ executablePath, args: ['--no-sandbox'] });
}
