/**
 * Takes pictures of every screen and state: `node test/support/look.ts OUT-FOLDER [BROWSER]`, after
 * `vite build renderer`. For looking at, by a person; nothing is compared.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { TERMINAL_CALLS } from '../../src/contract/terminal/calls.ts';
import { launchBrowser, openScene, serveRenderer } from './fake-bridge.ts';
import { NOON_MS, PICTURES } from './scenes.ts';

const out = process.argv[2] ?? 'out/look';
const browserPath = process.argv[3] ?? '/usr/bin/chromium';
const only = process.argv[4];

await mkdir(out, { recursive: true });
const { url, server } = await serveRenderer('out/renderer');
const browser = await launchBrowser(browserPath);
for (const [width, height] of [
  [1366, 768],
  [1024, 768],
] as const) {
  for (const language of ['zh', 'en'] as const) {
    for (const [name, { scene, clicks }] of Object.entries(PICTURES)) {
      if (only !== undefined && !new RegExp(only).test(name)) continue;
      const { page, complaints } = await openScene(
        browser,
        url,
        { ...scene, app: { ...scene.app, language } },
        { width, height, names: Object.keys(TERMINAL_CALLS), nowMs: NOON_MS + 20_000 },
      );
      await page.waitForSelector('[data-testid^="phase-"]');
      for (const click of clicks) {
        // `window >> button`: the button in that window.
        const path = click.split(' >> ').map((id) => `[data-testid="${id}"]`);
        await page.locator(path.join(' ')).click();
      }
      await page.waitForTimeout(clicks.length > 0 ? 400 : 150);
      await page.screenshot({ path: join(out, `${name}-${language}-${String(width)}.png`) });
      const overflow = await page.evaluate(() =>
        [...document.querySelectorAll('*')]
          .filter(
            (e) =>
              e.scrollWidth > e.clientWidth + 1 &&
              e.clientWidth > 0 &&
              !e.closest('svg') &&
              !e.matches('.visually-hidden'),
          )
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
