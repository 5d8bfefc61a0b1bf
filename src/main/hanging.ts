import type { WebContents } from 'electron';

/** How often the page is asked whether it still answers, milliseconds. */
const ASK_EVERY_MS = 2_000;
/** Asked so often in vain, it hangs: nothing that a screen does takes 10 s, and a queue is waiting. */
const MAX_UNANSWERED = 5;

/**
 * Calls back when a page that was loaded answers no more, as often as that happens. Times asked are counted, not
 * time that went by: a PC that slept has asked nobody.
 */
export function watchHanging(contents: WebContents, isLoaded: () => boolean, hangs: () => void): void {
  let unanswered = 0;
  const answered = (): void => {
    unanswered = 0;
  };
  const timer = setInterval(() => {
    // Who looks into the page with the tools of development may stop it.
    if (!isLoaded() || contents.isDevToolsOpened()) {
      unanswered = 0;
      return;
    }
    if (unanswered === MAX_UNANSWERED) {
      unanswered = 0;
      hangs();
      return;
    }
    unanswered += 1;
    contents.executeJavaScript('0').then(answered, answered);
  }, ASK_EVERY_MS);
  contents.once('destroyed', () => clearInterval(timer));
}
