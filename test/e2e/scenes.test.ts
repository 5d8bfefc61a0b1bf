import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SceneWindow } from '../support/fake-bridge.ts';
import { PICTURES } from '../support/pictures.ts';
import { faultsOfPage, paint } from '../support/scene-checks.ts';
import { openScenes } from '../support/scene-window.ts';

/** Some eighty screens; on a busy machine two seconds each. */
const A_WHILE_MS = 600_000;

let window: SceneWindow;

beforeAll(async () => {
  window = await openScenes();
});
afterAll(() => window.close());

test.for([
  { language: 'zh', width: 1366, height: 768, axe: true },
  // Colours and roles are the same in every language; flows.test.ts asks axe in English.
  { language: 'en', width: 1024, height: 768, axe: false },
] as const)(
  'no screen and no state keeps anybody out, overflows or complains: $language at $width×$height',
  { timeout: A_WHILE_MS },
  async (how) => {
    const faults: string[] = [];
    for (const [name, picture] of Object.entries(PICTURES)) {
      await paint(window, picture, how).catch((error: unknown) => faults.push(`${name}: ${String(error)}`));
      faults.push(...(await faultsOfPage(window, how.axe)).map((fault) => `${name}: ${fault}`));
    }
    expect(faults).toEqual([]);
  },
);
