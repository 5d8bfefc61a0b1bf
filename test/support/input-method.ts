import type { Page } from 'playwright-core';

/**
 * Loads the page anew with a stand-in for an input method in front of it: while it is on, a key that makes a
 * character arrives as Chromium reports it under a Chinese input method, `Process` with its physical place only.
 */
export async function installInputMethod(page: Page): Promise<void> {
  await page.addInitScript(() => {
    window.addEventListener(
      'keydown',
      (event) => {
        const on = (window as unknown as { inputMethod?: boolean }).inputMethod === true;
        if (!on || !event.isTrusted || event.key.length !== 1) return;
        event.stopImmediatePropagation();
        event.preventDefault();
        const { code, shiftKey, timeStamp } = event;
        const hidden = new KeyboardEvent('keydown', {
          key: 'Process',
          code,
          shiftKey,
          bubbles: true,
          cancelable: true,
        });
        Object.defineProperty(hidden, 'timeStamp', { value: timeStamp });
        event.target?.dispatchEvent(hidden);
      },
      { capture: true },
    );
  });
  await page.reload();
}

/** Switches it on or off. */
export async function hideKeys(page: Page, on: boolean): Promise<void> {
  await page.evaluate((inputMethod) => {
    Object.assign(window, { inputMethod });
  }, on);
}
