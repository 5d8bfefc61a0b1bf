/**
 * Takes pictures of every screen and state: `node test/support/look.ts OUT-FOLDER [NAMES [WIDTHxHEIGHT[@SCALE]…]]`,
 * after `npm run build`; NAMES is a regular expression. For looking at, by a person; nothing is compared. What keeps
 * somebody out, overflows its box or complains is printed.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { PICTURES } from './pictures.ts';
import { faultsOfPage, paint } from './scene-checks.ts';
import { openScenes } from './scene-window.ts';

const [out = 'out/look', only = '', ...sizes] = process.argv.slice(2);

await mkdir(out, { recursive: true });
const window = await openScenes();
for (const size of sizes.length > 0 ? sizes : ['1366x768', '1024x768'])
  for (const language of ['zh', 'en'] as const)
    for (const [name, picture] of Object.entries(PICTURES)) {
      if (!new RegExp(only).test(name)) continue;
      const [width = 1366, height = 768, scale] = size.split(/[x@]/).map(Number);
      await paint(window, picture, {
        language,
        width,
        height,
        ...(scale === undefined ? {} : { scale }),
      });
      await window.page.screenshot({ path: join(out, `${name}-${language}-${size}.png`), scale: 'device' });
      for (const fault of await faultsOfPage(window)) console.log(name, language, size, fault);
    }
await window.close();
