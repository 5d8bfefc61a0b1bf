import type { WebContents } from 'electron';

/** How often the page looks; a start is watched only after an update. Milliseconds. */
const LOOK_EVERY_MS = 250;

/**
 * Runs in the page, whose own code may be broken: waits until a screen that was made from the core's state has a
 * size on the display. The screen that says that the core is starting is none.
 */
const SEES_SCREEN = `new Promise((resolve) => {
  const look = () => {
    const screen = document.querySelector('[data-testid^="phase-"]:not([data-testid="phase-starting"])');
    const box = screen === null ? null : screen.getBoundingClientRect();
    if (box !== null && box.width > 0 && box.height > 0) resolve(true);
    else setTimeout(look, ${LOOK_EVERY_MS});
  };
  look();
})`;

/** Calls back once a page that was just loaded shows a screen; never where it stays blank. */
export function watchPainting(contents: WebContents, painted: () => void): void {
  contents.executeJavaScript(SEES_SCREEN).then(painted, () => {
    // The page was loaded anew or is gone: its next load is watched again.
  });
}
