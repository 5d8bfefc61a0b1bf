import type { Page } from 'playwright-core';

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
}

/** A person's pace: faster would be taken for a scanner that types. */
const KEY_DELAY_MS = 80;
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
export function keyboardHands(page: Page): Hands {
  const reach = async (testId: string): Promise<void> => {
    await page.getByTestId(testId).first().waitFor();
    await until(page, 'Tab', () => focused(page, testId), testId);
  };
  return {
    name: 'keyboard',
    press: async (testId) => {
      await reach(testId);
      await page.keyboard.press('Enter');
    },
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
      await page.keyboard.type(text, { delay: 5 });
    },
    down: async (rows) => {
      for (let row = 0; row < rows; row += 1) await page.keyboard.press('ArrowDown');
    },
  };
}

/** Never presses a key; a control that can't be seen whole can't be touched. */
export function fingerHands(page: Page): Hands {
  const touch = (testId: string, scope?: string): Promise<void> => {
    const root = scope === undefined ? page : page.getByTestId(scope);
    return root.getByTestId(testId).first().click();
  };
  return {
    name: 'finger',
    press: touch,
    tab: (key) => touch(`tab-${key}`),
    action: (_key, testId) => touch(testId),
    digits: async (text, scope) => {
      for (const digit of text) await touch(`pin-${digit}`, scope);
    },
    words: (testId, text) => page.getByTestId(testId).fill(text),
    down: (_rows, testId) => touch(testId),
  };
}
