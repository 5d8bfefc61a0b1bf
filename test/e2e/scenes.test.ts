import { test } from 'vitest';
import { PICTURES } from '../support/pictures.ts';
import { faultsOfPage, paint } from '../support/scene-checks.ts';
import { openScenes } from '../support/scene-window.ts';

/** Some eighty screens; on a busy machine two seconds each. */
const A_WHILE_MS = 600_000;

// Each in a window and on a display of its own: side by side, since a window waits more than it works.
test.concurrent.for([
  // Colours and roles are the same in every language: axe, which takes half of the time, looks at each picture once.
  { language: 'zh', width: 1366, height: 768, axe: 0 },
  { language: 'en', width: 1024, height: 768, axe: 1 },
] as const)(
  'no screen and no state keeps anybody out, overflows or complains: $language at $width×$height',
  { timeout: A_WHILE_MS },
  async (how, { expect }) => {
    const window = await openScenes();
    const faults: string[] = [];
    try {
      for (const [nth, [name, picture]] of Object.entries(PICTURES).entries()) {
        await paint(window, picture, how).catch((error: unknown) => faults.push(`${name}: ${String(error)}`));
        faults.push(...(await faultsOfPage(window, nth % 2 === how.axe)).map((fault) => `${name}: ${fault}`));
      }
    } finally {
      await window.close();
    }
    expect(faults).toEqual([]);
  },
);
