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
const KEY_DELAY_MS = 65;
const MOST_TABS = 90;

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
      await page.keyboard.type(text);
    },
    down: async (rows) => {
      for (let row = 0; row < rows; row += 1) await page.keyboard.press('ArrowDown');
    },
    bar: (_bar, lineTestId) => press(lineTestId),
  });
}

/** A finger put down in the middle of an element and lifted: real touch events, as a touch screen makes them. */
async function tap(cdp: CDPSession, element: Locator): Promise<void> {
  // In sight, standing still and under nothing else; a control that isn't can't be touched.
  await element.click({ trial: true });
  const box = await element.boundingBox();
  if (box === null) throw new Error('gone before it was touched');
  const at = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  await cdp.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: [at] });
  await cdp.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
}

/** Never presses a key; a control that is too small for a finger is an error. */
export async function fingerHands(page: Page): Promise<Hands> {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('Emulation.setTouchEmulationEnabled', { enabled: true });
  const touch = async (testId: string, scope?: string): Promise<void> => {
    const root = scope === undefined ? page : page.getByTestId(scope);
    const element = root.getByTestId(testId).first();
    await element.waitFor();
    const box = await element.boundingBox();
    if (box !== null && Math.min(box.width, box.height) < MIN_TOUCH_PX)
      throw new Error(`${testId} is too small for a finger: ${String(box.width)}×${String(box.height)}`);
    await tap(cdp, element);
  };
  return {
    name: 'finger',
    press: touch,
    // The words of a tab are smaller than the tab, which is what is touched.
    tab: async (key) => tap(cdp, page.getByTestId(`tab-${key}`)),
    action: (_key, testId) => touch(testId),
    digits: async (text, scope) => {
      for (const digit of text) await touch(`pin-${digit}`, scope);
    },
    words: (testId, text) => page.getByTestId(testId).fill(text),
    down: (_rows, testId) => touch(testId),
    bar: (bar) => tap(cdp, bar),
  };
}
