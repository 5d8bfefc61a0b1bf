/**
 * Takes pictures of every screen and state: `node test/support/look.ts OUT-FOLDER [NAMES [WIDTHxHEIGHT…]]`, after
 * `vite build renderer`; NAMES is a regular expression. For looking at, by a person; nothing is compared. What
 * overflows its box, what the page complains about and what axe finds is printed.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { TERMINAL_CALLS } from '../../src/contract/terminal/calls.ts';
import { clickThrough, launchBrowser, openScene, serveRenderer } from './fake-bridge.ts';
import { PICTURES } from './pictures.ts';
import { NOON_MS } from './scenes.ts';

const [out = 'out/look', only = '', ...sizes] = process.argv.slice(2);
const SIZES = sizes.length > 0 ? sizes : ['1366x768', '1024x768'];

await mkdir(out, { recursive: true });
const { url, server } = await serveRenderer('out/renderer');
const browser = await launchBrowser(process.env['BROWSER'] ?? '/usr/bin/chromium');
for (const size of SIZES) {
  const [width = 1366, height = 768] = size.split('x').map(Number);
  for (const language of ['zh', 'en'] as const) {
    for (const [name, { scene, clicks }] of Object.entries(PICTURES)) {
      if (!new RegExp(only).test(name)) continue;
      const { page, complaints } = await openScene(
        browser,
        url,
        { ...scene, app: { ...scene.app, language } },
        { width, height, names: Object.keys(TERMINAL_CALLS), nowMs: NOON_MS + 20_000 },
      );
      const say = (what: unknown): void => console.log(name, language, String(width), what);
      await page.waitForSelector('[data-testid^="phase-"]');
      await clickThrough(page, clicks).catch((error: unknown) => say(String(error).slice(0, 300)));
      await page.getByTestId('loading').waitFor({ state: 'detached', timeout: 5000 }).catch(say);
      await page.waitForTimeout(clicks.length > 0 ? 300 : 150);
      await page.screenshot({ path: join(out, `${name}-${language}-${String(width)}.png`) });
      const overflow = await page.evaluate(() =>
        [...document.querySelectorAll('*')]
          .filter(
            (e) =>
              e.scrollWidth > e.clientWidth + 1 &&
              e.clientWidth > 0 &&
              !e.closest('svg') &&
              !e.matches('.visually-hidden, [role="cell"], .row-reason'),
          )
          .map((e) => `${e.tagName}.${e.className}`),
      );
      if (overflow.length > 0) say(`overflows: ${overflow.join(' ')}`);
      for (const complaint of complaints) say(`complains: ${complaint}`);
      const found = await new AxeBuilder({ page }).analyze();
      for (const { id, nodes } of found.violations) say(`axe ${id}: ${nodes[0]?.html ?? ''}`);
      await page.context().close();
    }
  }
}
await browser.close();
server.close();
