import type { CDPSession, Locator, Page } from 'playwright-core';
import { MIN_TOUCH_PX } from './touch-size.ts';

/** How a person works the window: by keyboard alone or by finger alone. Waits are the caller's. */
export interface Hands {
  readonly name: 'keyboard' | 'finger';
  /** A control: reached with Tab and pressed, or touched. */
  readonly press: (testId: string) => Promise<void>;
  /** A tab of the manager's or technician's screen. */
  readonly tab: (key: string) => Promise<void>;
  /** What is printed on the button: a function key, or the button itself. */
  readonly action: (key: 'Enter' | 'Escape' | `F${number}`, testId: string) => Promise<void>;
  /** Digits into the window that takes them. `scope`: the dialog whose pad it is. */
  readonly digits: (text: string, scope?: string) => Promise<void>;
  /** Words into a field; a finger has the system's own keyboard for that. */
  readonly words: (testId: string, text: string) => Promise<void>;
  /** So many rows down in a list, or that row touched. */
  readonly down: (rows: number, testId: string) => Promise<void>;
  /** A bar of a chart; who has no finger takes the same line in the table beside it. */
  readonly bar: (bar: Locator, lineTestId: string) => Promise<void>;
}

/** A person's pace: faster would be taken for a scanner that types (`WEDGE_MAX_GAP_MS`). */
const KEY_DELAY_MS = 80;
const MOST_TABS = 90;
const MOST_TYPED = 80;

/** Whether the focus is on this control. */
const focused = (page: Page, testId: string): Promise<boolean> =>
  page.evaluate((id) => {
    const active = document.activeElement;
    return (
      active?.getAttribute('data-testid') === id ||
      (active?.matches('[role="tab"]') === true && active.querySelector(`[data-testid="${id}"]`) !== null)
    );
  }, testId);

const onTab = (page: Page): Promise<boolean> =>
  page.evaluate(() => document.activeElement?.getAttribute('role') === 'tab');

/** Goes on with `key` until `there`; throws if it never comes: then no keyboard reaches it. */
async function until(page: Page, key: string, there: () => Promise<boolean>, what: string): Promise<void> {
  for (let steps = 0; steps < MOST_TABS; steps += 1) {
    if (await there()) return;
    await page.keyboard.press(key);
  }
  throw new Error(`${what} can't be reached with ${key}`);
}

/** Never touches anything. */
export function keyboardHands(page: Page): Promise<Hands> {
  const reach = async (testId: string): Promise<void> => {
    await page.getByTestId(testId).first().waitFor();
    await until(page, 'Tab', () => focused(page, testId), testId);
  };
  const press = async (testId: string): Promise<void> => {
    await reach(testId);
    await page.keyboard.press('Enter');
  };
  return Promise.resolve({
    name: 'keyboard',
    press,
    tab: async (key) => {
      await page.getByTestId(`tab-${key}`).waitFor();
      await until(page, 'Tab', () => onTab(page), 'the tabs');
      await until(page, 'ArrowRight', () => focused(page, `tab-${key}`), `tab ${key}`);
      await page.keyboard.press('Enter');
    },
    action: (key) => page.keyboard.press(key),
    digits: (text) => page.keyboard.type(text, { delay: KEY_DELAY_MS }),
    words: async (testId, text) => {
      await reach(testId);
      // Nobody types a signed code: it is pasted.
      if (text.length > MOST_TYPED) await page.keyboard.insertText(text);
      else await page.keyboard.type(text);
    },
    down: async (rows) => {
      for (let row = 0; row < rows; row += 1) await page.keyboard.press('ArrowDown');
    },
    bar: (_bar, lineTestId) => press(lineTestId),
  });
}

interface Spot {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/**
 * The middle of an element, once it is in sight, enabled, standing still and under nothing else; null before. Runs in
 * the page.
 */
function touchable(element: Element): Promise<Spot | null> {
  element.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  const before = element.getBoundingClientRect();
  return new Promise((resolve) =>
    requestAnimationFrame(() => {
      const { x, y, width, height } = element.getBoundingClientRect();
      const still = x === before.x && y === before.y && width > 0 && height > 0;
      const at = { x: x + width / 2, y: y + height / 2 };
      const top = document.elementFromPoint(at.x, at.y);
      const free = top !== null && (element.contains(top) || top.contains(element));
      const enabled = !(element instanceof HTMLButtonElement) || !element.disabled;
      resolve(still && free && enabled ? { ...at, width, height } : null);
    }),
  );
}

const FINGER_PATIENCE_MS = 30_000;

/** A finger put down in the middle of an element and lifted: real touch events, as a touch screen makes them. */
async function tap(cdp: CDPSession, element: Locator, minPx: number, what: string): Promise<void> {
  const startedMs = performance.now();
  for (;;) {
    await element.waitFor();
    const spot = await element.evaluate(touchable);
    if (spot !== null) {
      const { x, y, width, height } = spot;
      if (Math.min(width, height) < minPx)
        throw new Error(`${what} is too small for a finger: ${String(width)}×${String(height)}`);
      // Both at once: a busy machine between the two would make a long press of it, which is no tap.
      await Promise.all([
        cdp.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: [{ x, y }] }),
        cdp.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] }),
      ]);
      return;
    }
    if (performance.now() - startedMs > FINGER_PATIENCE_MS) throw new Error(`${what} can't be touched`);
  }
}

/** Never presses a key; a control that is too small for a finger is an error. */
export async function fingerHands(page: Page): Promise<Hands> {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('Emulation.setTouchEmulationEnabled', { enabled: true });
  const touch = (testId: string, scope?: string): Promise<void> => {
    const root = scope === undefined ? page : page.getByTestId(scope);
    return tap(cdp, root.getByTestId(testId).first(), MIN_TOUCH_PX, testId);
  };
  return {
    name: 'finger',
    press: touch,
    // The words of a tab are smaller than the tab, which is what is touched.
    tab: (key) => tap(cdp, page.getByTestId(`tab-${key}`), 0, key),
    action: (_key, testId) => touch(testId),
    digits: async (text, scope) => {
      for (const digit of text) await touch(`pin-${digit}`, scope);
    },
    words: (testId, text) => page.getByTestId(testId).fill(text),
    down: (_rows, testId) => touch(testId),
    bar: (bar) => tap(cdp, bar, 0, 'a bar'),
  };
}
