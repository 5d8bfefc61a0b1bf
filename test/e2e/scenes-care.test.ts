import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SceneWindow } from '../support/fake-bridge.ts';
import { PICTURES } from '../support/pictures.ts';
import { faultsOfPage, paint } from '../support/scene-checks.ts';
import { OFFLINE, SYNCED } from '../support/scenes.ts';
import { openScenes } from '../support/scene-window.ts';

let window: SceneWindow;

beforeAll(async () => {
  window = await openScenes();
});
afterAll(() => window.close());

const COUNTER = { language: 'zh', width: 1366, height: 768 } as const;

async function show(name: string, how: Parameters<typeof paint>[2] = COUNTER): Promise<void> {
  const picture = PICTURES[name];
  if (picture === undefined) throw new Error(`no picture ${name}`);
  await paint(window, picture, how);
}

/** What moves on the page, or would when it changes. */
const moving = (): Promise<readonly string[]> =>
  window.page.evaluate(() => [
    ...document
      .getAnimations()
      .map((animation) => ('animationName' in animation ? String(animation.animationName) : 'transition')),
    ...[...document.querySelectorAll('*')]
      .filter((each) =>
        getComputedStyle(each)
          .transitionDuration.split(', ')
          .some((time) => time !== '0s'),
      )
      .map((each) => `${each.tagName}.${each.getAttribute('class') ?? ''}`),
  ]);

test('who asks for less motion sees none, on any screen that has some', async () => {
  for (const name of ['cashier-ready', 'cashier-accepted', 'starting', 'reversal-loading']) {
    await window.page.emulateMedia({ reducedMotion: 'no-preference' });
    await show(name);
    expect(await moving(), `${name} with motion`).not.toEqual([]);
    await window.page.emulateMedia({ reducedMotion: 'reduce' });
    expect(await moving(), name).toEqual([]);
  }
  for (const name of [
    'manager-day',
    'manager-exporting',
    'manager-add-user',
    'support-data',
    'training-vouchers',
  ]) {
    await show(name);
    expect(await moving(), name).toEqual([]);
  }
  await window.page.emulateMedia({ reducedMotion: 'no-preference' });
});

test('the long English words have room on the low wide screen too', async () => {
  const faults: string[] = [];
  for (const name of Object.keys(PICTURES).filter((each) => each.startsWith('cashier-'))) {
    await show(name, { ...COUNTER, language: 'en' });
    faults.push(...(await faultsOfPage(window, false)).map((fault) => `${name}: ${fault}`));
  }
  expect(faults).toEqual([]);
});

/** Where everything stands that a finger may be about to touch. */
const places = (): Promise<readonly string[]> =>
  window.page.evaluate(() =>
    [...document.querySelectorAll('button, [role="tab"]')].map((each) => {
      const { x, y, width, height } = each.getBoundingClientRect();
      return `${each.textContent} ${String([x, y, width, height].map(Math.round))}`;
    }),
  );

test('nothing moves under a finger when the network comes or goes', async () => {
  for (const language of ['zh', 'en'] as const)
    for (const name of ['cashier-ready', 'cashier-decided', 'manager-day', 'support-data']) {
      const picture = PICTURES[name];
      if (picture === undefined) throw new Error(`no picture ${name}`);
      const at = async (sync: typeof SYNCED): Promise<readonly string[]> => {
        const scene = { ...picture.scene, sync };
        await paint(window, { ...picture, scene }, { language, width: 1024, height: 768 });
        return places();
      };
      expect(await at(OFFLINE), `${name} ${language}`).toEqual(await at(SYNCED));
    }
});

/** The control with the focus, and whether one sees that it has it. */
const focus = (): Promise<{ readonly id: string; readonly seen: boolean } | null> =>
  window.page.evaluate(() => {
    const active = document.activeElement;
    if (active === null || active === document.body || active.matches('dialog')) return null;
    const rings = (element: Element): boolean => {
      const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(element);
      return (outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 2) || boxShadow !== 'none';
    };
    // antd rings the box around its field.
    const frame = active.closest('.ant-input-affix-wrapper, .ant-tabs-tab');
    return {
      id: active.getAttribute('data-testid') ?? `${active.tagName}.${active.className}`,
      seen: rings(active) || (frame !== null && rings(frame)),
    };
  });

const MOST_TABS = 40;
/** Twice round the counter; of a long page its top, where all its kinds of controls are. */
const TABS_LOOKED_AT = 24;

test('wherever the keyboard is, one sees it: every control that Tab reaches is marked', async () => {
  const unmarked: string[] = [];
  for (const name of [
    'cashier-ready',
    'cashier-accepted',
    'sign-in',
    'activation',
    'reversal-manager',
    'manager-day',
    'manager-users',
    'manager-add-user',
    'support-data',
    'support-carry',
  ]) {
    await show(name);
    const met = new Set<string>();
    for (let tab = 0; tab < TABS_LOOKED_AT; tab += 1) {
      await window.page.keyboard.press('Tab');
      const at = await focus();
      if (at === null) continue;
      met.add(at.id);
      if (!at.seen) unmarked.push(`${name}: ${at.id}`);
    }
    expect(met.size, name).toBeGreaterThan(2);
  }
  expect([...new Set(unmarked)]).toEqual([]);
});

async function tabTo(testId: string): Promise<void> {
  for (let tab = 0; tab < MOST_TABS; tab += 1) {
    if ((await focus())?.id === testId) return;
    await window.page.keyboard.press('Tab');
  }
  throw new Error(`${testId} can't be reached`);
}

/** A window gives the focus back when it has gone from the screen, some frames after it has gone from the page. */
const BACK_MS = 3000;

test('a window that closes gives the focus back to what opened it', async () => {
  const lost: string[] = [];
  for (const [picture, opener, window_] of [
    ['cashier-ready', 'f1', 'help'],
    ['cashier-ready', 'f2', 'reversal'],
    ['cashier-training', 'f7', 'training-dialog'],
    ['car-start', 'f3', 'car'],
    ['sign-in', 'forgotten-open', 'forgotten'],
    ['manager-day', 'range-from', 'calendar'],
    ['manager-day', 'show-list', 'long-list'],
    ['manager-detail', 'return-open', 'return'],
    ['manager-users', 'add-user', 'user-save'],
    ['manager-users', 'set-pin-u2', 'user-save'],
    ['manager-users', 'retire-open', 'retire-submit'],
  ] as const) {
    await show(picture);
    const { page } = window;
    await tabTo(opener);
    await page.keyboard.press('Enter');
    await page.getByTestId(window_).waitFor();
    await page.keyboard.press('Escape');
    await page.getByTestId(window_).waitFor({ state: 'detached' });
    const back = expect.poll(focus, { timeout: BACK_MS }).toMatchObject({ id: opener, seen: true });
    await back.catch(async () => lost.push(`${picture} ${opener}: ${JSON.stringify(await focus())}`));
  }
  expect(lost).toEqual([]);
});

/** Texts smaller than this part of the window's own measure were set in pixels, or are too small. */
const SMALLEST_REM = 0.65;

const tiny = (): Promise<readonly string[]> =>
  window.page.evaluate((smallest) => {
    const rem = Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
    return [...document.querySelectorAll('#root *')]
      .filter((each) =>
        [...each.childNodes].some(
          (node) => node.nodeType === Node.TEXT_NODE && node.textContent?.trim() !== '',
        ),
      )
      .filter((each) => !each.matches('.visually-hidden') && each.getClientRects().length > 0)
      .filter((each) => Number.parseFloat(getComputedStyle(each).fontSize) < smallest * rem)
      .map((each) => `${getComputedStyle(each).fontSize}: ${each.textContent.slice(0, 20)}`);
  }, SMALLEST_REM);

test.for([
  { language: 'zh', width: 3840, height: 2160, scale: 1, remPx: 44 },
  { language: 'en', width: 1920, height: 1080, scale: 2, remPx: 22 },
] as const)(
  'on a 4K screen everything grows with it and nothing overflows: $width×$height, scale $scale',
  async (size) => {
    const { remPx, ...how } = size;
    const { page } = window;
    const faults: string[] = [];
    for (const name of ['cashier-offline', 'cashier-accepted', 'car-filled', 'manager-day', 'support-data']) {
      await show(name, how);
      faults.push(...(await faultsOfPage(window, false)).map((fault) => `${name}: ${fault}`));
      faults.push(...(await tiny()).map((text) => `${name}: tiny ${text}`));
    }
    expect(faults).toEqual([]);
    const rem = await page.evaluate(() =>
      Number.parseFloat(getComputedStyle(document.documentElement).fontSize),
    );
    expect(Math.floor(rem)).toBe(remPx);
    const screen = await page.evaluate(() => [innerWidth, innerHeight, devicePixelRatio]);
    expect(screen).toEqual([how.width, how.height, how.scale]);
  },
);
