import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { ROOT, type BuiltPackage } from './package-app.ts';

const NAME = 'voucher-terminal';
/** What Electron and the drivers load on Debian 12 and Ubuntu 22.04; the second names are Ubuntu 24.04's. */
const DEPENDS = [
  'libgtk-3-0 | libgtk-3-0t64',
  'libnss3',
  'libasound2 | libasound2t64',
  'libgbm1',
  'libxss1',
  'libatk-bridge2.0-0 | libatk-bridge2.0-0t64',
  'libusb-1.0-0',
  'udev',
  'adduser',
];
const RECOMMENDS = ['fonts-noto-cjk', 'libsecret-1-0'];

export interface DebOptions {
  /** Folder for the file. */
  readonly output: string;
  /** For tests: not compressed, in seconds instead of half a minute. */
  readonly quick?: boolean;
}

/** A version that Debian orders right; a test build sorts before the release and says what it is. */
export function debVersion({ version, testBuild }: BuiltPackage): string {
  return `${version.replace('-', '~')}${testBuild ? '~test' : ''}`;
}

function control(built: BuiltPackage, sizeKiB: number): string {
  return [
    `Package: ${NAME}`,
    `Version: ${debVersion(built)}`,
    'Architecture: amd64',
    'Section: misc',
    'Priority: optional',
    'Maintainer: voucher-terminal maintainers <maintainers@voucher-terminal.example>',
    `Installed-Size: ${sizeKiB}`,
    `Depends: ${DEPENDS.join(', ')}`,
    `Recommends: ${RECOMMENDS.join(', ')}`,
    'Description: terminal that redeems consumption vouchers',
    ' Reads the code that a customer shows, decides by the rules of the campaign, keeps',
    ' every redemption in a signed journal and settles it with the clearing server.',
    ...(built.testBuild
      ? [' .', ` This is a test build on Electron ${built.electronVersion}; it must not be released.`]
      : []),
    '',
  ].join('\n');
}

/** A copy that takes no room where both are on one disk. */
function link(from: string, to: string): void {
  const linked = spawnSync('cp', ['-al', from, to]);
  if (linked.status === 0) return;
  rmSync(to, { recursive: true, force: true });
  cpSync(from, to, { recursive: true, verbatimSymlinks: true });
}

/** Lays out the file system of the package below `stage`. */
function layOut(built: BuiltPackage, stage: string): void {
  const linux = join(ROOT, 'build/linux');
  const put = (from: string, to: string, mode = 0o644): void => {
    const target = join(stage, to);
    mkdirSync(join(target, '..'), { recursive: true });
    // What is linked must not be changed where it comes from.
    rmSync(target, { force: true });
    cpSync(from, target);
    chmodSync(target, mode);
  };
  mkdirSync(join(stage, 'opt'), { recursive: true });
  link(built.folder, join(stage, 'opt', NAME));
  const resources = join(stage, 'opt', NAME, 'resources');
  // electron-updater's signs: what is installed, and where its downloads go. A feed's address is only in settings.
  const write = (name: string, text: string): void => {
    rmSync(join(resources, name), { force: true });
    writeFileSync(join(resources, name), text);
  };
  write('package-type', 'deb\n');
  write('app-update.yml', `updaterCacheDirName: ${NAME}-updater\n`);
  // Chromium's own sandbox helper; needed where the kernel keeps user namespaces from ordinary users.
  put(join(built.folder, 'chrome-sandbox'), `opt/${NAME}/chrome-sandbox`, 0o4755);
  mkdirSync(join(stage, 'usr/bin'), { recursive: true });
  symlinkSync(`/opt/${NAME}/${NAME}`, join(stage, 'usr/bin', NAME));
  put(join(linux, `${NAME}.desktop`), `usr/share/applications/${NAME}.desktop`);
  put(join(linux, '60-voucher-scanner.rules'), 'usr/lib/udev/rules.d/60-voucher-scanner.rules');
  put(join(linux, 'barcode-pos-interface'), `usr/lib/${NAME}/barcode-pos-interface`, 0o755);
  put(join(ROOT, 'docs/licences.md'), `usr/share/doc/${NAME}/licences.md`);
  put(join(ROOT, 'build/seed.example.json'), `usr/share/doc/${NAME}/seed.example.json`);
  for (const icon of readdirSync(join(ROOT, 'build/icons'))) {
    const size = icon.replace('.png', '');
    put(join(ROOT, 'build/icons', icon), `usr/share/icons/hicolor/${size}/apps/${NAME}.png`);
  }
  put(join(ROOT, 'build/icon.svg'), `usr/share/icons/hicolor/scalable/apps/${NAME}.svg`);
  for (const script of ['postinst', 'prerm', 'postrm']) put(join(linux, script), `DEBIAN/${script}`, 0o755);
}

function folderKiB(folder: string): number {
  const measured = spawnSync('du', ['-sk', folder], { encoding: 'utf8' });
  return Number.parseInt(measured.stdout, 10);
}

/** Builds the deb with dpkg-deb: nothing has to be fetched. Returns its path. */
export function buildDeb(built: BuiltPackage, { output, quick = false }: DebOptions): string {
  const stage = join(output, 'deb-stage');
  rmSync(stage, { recursive: true, force: true });
  mkdirSync(stage, { recursive: true, mode: 0o755 });
  layOut(built, stage);
  writeFileSync(join(stage, 'DEBIAN/control'), control(built, folderKiB(stage)));
  const file = join(output, `${NAME}_${debVersion(built)}_amd64.deb`);
  const compression = quick ? ['-Znone'] : ['-Zxz'];
  const run = spawnSync('dpkg-deb', ['--root-owner-group', ...compression, '--build', stage, file], {
    encoding: 'utf8',
  });
  if (run.status !== 0 || !existsSync(file)) throw new Error(`dpkg-deb failed: ${run.stderr}`);
  rmSync(stage, { recursive: true, force: true });
  return file;
}
