import { AxeBuilder } from '@axe-core/playwright';
import type { Language } from '../../src/contract/terminal/state.ts';
import { clickThrough, type SceneWindow } from './fake-bridge.ts';
import type { Picture } from './pictures.ts';
import { NOON_MS } from './scenes.ts';
import { tooSmall } from './touch-size.ts';

/** Brings a window to a picture and waits until it stands still. */
export async function paint(
  window: SceneWindow,
  { scene, clicks }: Picture,
  how: {
    readonly language: Language;
    readonly width: number;
    readonly height: number;
    readonly scale?: number;
  },
): Promise<void> {
  const { language, ...size } = how;
  await window.show({ ...scene, app: { ...scene.app, language } }, { ...size, nowMs: NOON_MS + 20_000 });
  await clickThrough(window.page, clicks);
  await window.page.getByTestId('opening').waitFor({ state: 'detached' });
  if (scene.unanswered === undefined) await window.page.getByTestId('loading').waitFor({ state: 'detached' });
  // What was touched last is painted: two frames. A verdict that Enter answers shows so after a moment.
  const stage = window.page.locator('[data-armed]');
  if (scene.link !== undefined) await window.page.getByTestId('core-away').waitFor();
  else if ((await stage.count()) > 0) await window.page.locator('[data-armed="true"]').waitFor();
  await window.page.evaluate(
    () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))),
  );
}

/** What axe finds, what overflows its box, what the page complains about. */
export async function faultsOfPage(
  { page, complaints }: SceneWindow,
  axe = true,
): Promise<readonly string[]> {
  const found = axe
    ? await new AxeBuilder({ page })
        .setLegacyMode(true)
        .options({ resultTypes: ['violations'] })
        .analyze()
    : { violations: [] };
  const overflowing = await page.evaluate(() =>
    [...document.querySelectorAll('*')]
      .filter(
        (each) =>
          each.scrollWidth > each.clientWidth + 1 &&
          each.clientWidth > 0 &&
          each.closest('svg') === null &&
          // Cut on purpose: cells of the long list, whole in the single redemption; the shop's own long name beside
          // lights that matter more, whole in its title.
          !each.matches('.visually-hidden, [role="cell"], .row-reason, .top-where strong'),
      )
      .map((each) => `${each.tagName}.${each.className}`),
  );
  // What is centred grows out of its box upwards too, where no scroll width or height tells.
  const squeezed = await page.evaluate(() =>
    [...document.querySelectorAll('.stage')].flatMap((stage) => {
      const box = stage.getBoundingClientRect();
      const { paddingTop, paddingBottom } = getComputedStyle(stage);
      const top = box.top + Number.parseFloat(paddingTop) - 1;
      const bottom = box.bottom - Number.parseFloat(paddingBottom) + 1;
      return [...stage.children]
        .filter((each) => getComputedStyle(each).position !== 'absolute')
        .filter(
          (each) => each.getBoundingClientRect().top < top || each.getBoundingClientRect().bottom > bottom,
        )
        .map((each) => `${each.tagName}.${each.className}`);
    }),
  );
  return [
    ...squeezed.map((element) => `has no room on the stage: ${element}`),
    ...found.violations.map(({ id, nodes }) => `axe ${id}: ${nodes[0]?.html ?? ''}`),
    ...overflowing.map((element) => `overflows: ${element}`),
    ...(await tooSmall(page)).map((control) => `too small to touch: ${control}`),
    ...complaints().map((complaint) => `complains: ${complaint}`),
  ];
}
