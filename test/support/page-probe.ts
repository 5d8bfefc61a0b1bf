import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { ROOT } from './app-window.ts';

let probes = 0;

/**
 * Runs an async function's body as a script of the page's own origin, as an intruder in the page would run, and
 * answers what it returns. (What the test's tools evaluate isn't held by the content security policy.)
 */
export async function probePage(page: Page, body: string): Promise<unknown> {
  probes += 1;
  const name = `probe-${process.pid}-${probes}.js`;
  const file = join(ROOT, 'out/renderer', name);
  const key = `probe${probes}`;
  writeFileSync(
    file,
    `globalThis.${key} = (async () => {${body}\n})().catch((error) => 'threw ' + String(error));`,
  );
  try {
    return await page.evaluate(
      async ([source, result]) => {
        const script = document.createElement('script');
        script.src = source ?? '';
        await new Promise((resolve, reject) => {
          script.onload = resolve;
          script.onerror = reject;
          document.head.append(script);
        });
        return (globalThis as unknown as Record<string, unknown>)[result ?? ''];
      },
      [name, key],
    );
  } finally {
    rmSync(file, { force: true });
  }
}
