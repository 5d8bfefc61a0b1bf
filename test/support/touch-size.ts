import type { Page } from 'playwright-core';

/** The smallest side of what a finger is to touch: WCAG 2.5.5, and the least that our counters' screens allow. */
const TARGET_PX = 44;
/** Less than a pixel is rounding: sizes follow the window. */
export const MIN_TOUCH_PX = TARGET_PX - 0.5;

/** Controls in sight that are too small for a finger, with their sizes. */
export function tooSmall(page: Page): Promise<readonly string[]> {
  return page.evaluate((min) => {
    const controls = 'button, a[href], input, select, textarea, summary, [role="button"], [role="tab"]';
    return [...document.querySelectorAll<HTMLElement>(controls)].flatMap((control) => {
      // A box or field is touched anywhere on its label or frame.
      const target = control.closest('label, .ant-input-affix-wrapper, .ant-tabs-tab') ?? control;
      const { width, height } = target.getBoundingClientRect();
      if (width === 0 || height === 0 || control.closest('[inert], [aria-hidden="true"]') !== null) return [];
      return Math.min(width, height) < min
        ? [`${control.dataset['testid'] ?? control.className} ${width.toFixed(0)}×${height.toFixed(0)}`]
        : [];
    });
  }, MIN_TOUCH_PX);
}
