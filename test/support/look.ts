/**
 * Takes pictures of every screen and state: `node test/support/look.ts OUT-FOLDER [BROWSER]`, after
 * `vite build renderer`. For looking at, by a person; nothing is compared.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { TERMINAL_CALLS } from '../../src/contract/terminal/calls.ts';
import { launchBrowser, openScene, serveRenderer, type Scene } from './fake-bridge.ts';
import { APP, DEVICES, NOON_MS, SCENE, STEPS, SYNCED } from './scenes.ts';

const out = process.argv[2] ?? 'out/look';
const browserPath = process.argv[3] ?? '/usr/bin/chromium';
const only = process.argv[4];

const OFFLINE = {
  ...SYNCED,
  connection: 'offline',
  pendingCount: 3,
  pendingDiscountFen: 6000,
  oldestPendingAtMs: Date.now() - 12 * 60_000,
  lastContactAtMs: Date.now() - 13 * 60_000,
  lastError: { code: 'clearing-unreachable', params: {} },
  offlineLeft: { ageMs: 3 * 3_600_000, count: 47, discountFen: 194_000 },
} as const;

const scenes: Record<string, Scene> = Object.fromEntries(
  Object.entries(STEPS).map(([name, checkout]) => [`cashier-${name}`, { ...SCENE, checkout }]),
);
Object.assign(scenes, {
  'cashier-offline': { ...SCENE, sync: OFFLINE, devices: DEVICES.map((d) => ({ ...d, status: 'lost' })) },
  'cashier-training': { ...SCENE, app: { ...APP, training: true } },
  'sign-in': { ...SCENE, app: { ...APP, phase: 'sign-in', user: null } },
  activation: {
    ...SCENE,
    app: { ...APP, phase: 'activation', user: null, users: [], store: null, terminal: null },
  },
  starting: { ...SCENE, app: { ...APP, phase: 'starting', user: null } },
  'fault-newer': {
    ...SCENE,
    app: { ...APP, phase: 'fault', fault: { code: 'database-newer', params: { found: 9, known: 3 } } },
  },
} satisfies Record<string, unknown>);

await mkdir(out, { recursive: true });
const { url, server } = await serveRenderer('out/renderer');
const browser = await launchBrowser(browserPath);
for (const [width, height] of [
  [1366, 768],
  [1024, 768],
] as const) {
  for (const language of ['zh', 'en'] as const) {
    for (const [name, scene] of Object.entries(scenes)) {
      if (only !== undefined && !name.includes(only)) continue;
      const { page, complaints } = await openScene(
        browser,
        url,
        { ...scene, app: { ...scene.app, language } },
        { width, height, names: Object.keys(TERMINAL_CALLS) },
      );
      await page.clock.setFixedTime(NOON_MS + 20_000);
      await page.waitForSelector('[data-testid^="phase-"]');
      await page.waitForTimeout(150);
      await page.screenshot({ path: join(out, `${name}-${language}-${String(width)}.png`) });
      const overflow = await page.evaluate(() =>
        [...document.querySelectorAll('*')]
          .filter((e) => e.scrollWidth > e.clientWidth + 1 && e.clientWidth > 0 && !e.closest('svg'))
          .map((e) => `${e.tagName}.${e.className}`),
      );
      if (overflow.length > 0) console.log(name, language, width, 'overflows:', overflow.join(' '));
      for (const complaint of complaints) console.log(name, language, 'complains:', complaint);
      await page.context().close();
    }
  }
}
await browser.close();
server.close();
