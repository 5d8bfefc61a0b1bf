import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { _electron } from 'playwright-core';
import { sandboxArguments } from '../../test/support/app-window.ts';
import { openDisplay } from '../../test/support/display.ts';
import { ensureElectron } from '../runtime/electron.ts';
import { encodeIco, type IconPicture } from './ico.ts';
import { ROOT } from './package-app.ts';

/** `node scripts/package/icons.ts`: draws build/icon.svg as build/icons/*.png and build/icon.ico, in Electron. */
const LINUX_SIZES = [16, 24, 32, 48, 64, 128, 256, 512];
const WINDOWS_SIZES = [16, 24, 32, 48, 64, 128, 256];

const MAIN = `const { app, BrowserWindow } = require('electron');
app.whenReady().then(() => new BrowserWindow({ width: 600, height: 600, useContentSize: true, frame: false, transparent: true }).loadURL('about:blank'));`;

async function draw(svg: string, sizes: readonly number[]): Promise<readonly IconPicture[]> {
  const folder = mkdtempSync(join(tmpdir(), 'voucher-terminal-icons-'));
  writeFileSync(join(folder, 'package.json'), '{"name":"icons","main":"main.cjs"}');
  writeFileSync(join(folder, 'main.cjs'), MAIN);
  const display = await openDisplay(true);
  const { executable } = await ensureElectron((line) => console.error(line));
  const app = await _electron.launch({
    executablePath: executable,
    args: [...sandboxArguments(), '--force-device-scale-factor=1', folder],
    env: { ...(process.env as Record<string, string>), ...display.env },
  });
  try {
    const page = await app.firstWindow();
    const pictures: IconPicture[] = [];
    for (const size of sizes) {
      const style = `<style>body{margin:0;background:transparent}svg{display:block;width:${size}px;height:${size}px}</style>`;
      await page.setContent(style + svg);
      const png = await page.screenshot({
        omitBackground: true,
        clip: { x: 0, y: 0, width: size, height: size },
      });
      pictures.push({ size, png });
    }
    return pictures;
  } finally {
    await app.close();
    await display.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

const pictures = await draw(readFileSync(join(ROOT, 'build/icon.svg'), 'utf8'), LINUX_SIZES);
const icons = join(ROOT, 'build/icons');
mkdirSync(icons, { recursive: true });
for (const { size, png } of pictures) writeFileSync(join(icons, `${size}x${size}.png`), png);
writeFileSync(
  join(ROOT, 'build/icon.ico'),
  encodeIco(pictures.filter(({ size }) => WINDOWS_SIZES.includes(size))),
);
console.log(`${pictures.length} PNGs and one ICO of ${WINDOWS_SIZES.length} pictures in build/`);
