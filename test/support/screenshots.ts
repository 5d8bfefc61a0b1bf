import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Language } from '../../src/contract/terminal/state.ts';
import { ROOT } from './app-window.ts';
import { toPalette } from './palette-png.ts';
import { openScenes } from './scene-window.ts';
import { PICTURES } from './pictures.ts';
import { paint } from './scene-checks.ts';
import { buildApp } from '../../scripts/build.ts';
import { ensureRuntime } from '../../scripts/runtime/ensure.ts';

/** `npm run screenshots`: the pictures of the README, taken anew into docs/screenshots. */
const FOLDER = join(ROOT, 'docs/screenshots');
const TAKEN: Readonly<Record<string, { readonly picture: string; readonly language: Language }>> = {
  ready: { picture: 'cashier-offline', language: 'zh' },
  accepted: { picture: 'cashier-accepted', language: 'zh' },
  refused: { picture: 'cashier-refused-used', language: 'en' },
  'car-papers': { picture: 'car-filled', language: 'zh' },
  return: { picture: 'return-amount', language: 'zh' },
  reconciliation: { picture: 'reconcile-off', language: 'zh' },
};

await ensureRuntime();
await buildApp();
const window = await openScenes();
for (const [file, { picture, language }] of Object.entries(TAKEN)) {
  const found = PICTURES[picture];
  if (found === undefined) throw new Error(`no picture ${picture}`);
  await paint(window, found, { language, width: 1366, height: 768 });
  const png = await window.page.screenshot({ animations: 'disabled' });
  await writeFile(join(FOLDER, `${file}.png`), toPalette(png));
}
await window.close();
