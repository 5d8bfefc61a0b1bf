import { spawnSync } from 'node:child_process';

/**
 * What Debian and Ubuntu lack for a real Electron window without a display, for the drivers, and for the
 * virtual devices that demo and tests use. Kept in one place, with the reason.
 */
const PACKAGES: Readonly<Record<string, string>> = {
  xvfb: 'a display where there is none',
  xauth: 'xvfb-run',
  'libgtk-3-0': 'Electron',
  libnss3: 'Electron',
  libasound2: 'Electron (sounds)',
  libgbm1: 'Electron',
  libxss1: 'Electron',
  'libatk-bridge2.0-0': 'Electron',
  'fonts-noto-cjk': 'Chinese characters on screen',
  'libusb-1.0-0': 'node-hid',
  udev: 'serialport lists devices with udevadm',
  socat: 'the virtual serial scanner',
  umockdev: 'the virtual HID scanner',
  'gir1.2-umockdev-1.0': 'the virtual HID scanner',
  'python3-gi': 'the virtual HID scanner',
  xdotool: 'typing like a keyboard-wedge scanner',
  strace: 'counting flushes',
  openssl: 'certificates for tests of TLS',
  nsis: 'compiling the installer script for Windows',
};

function installed(): ReadonlySet<string> {
  const names = Object.keys(PACKAGES);
  const query = spawnSync('dpkg-query', ['-W', '-f=${Package} ${db:Status-Status}\\n', ...names], {
    encoding: 'utf8',
  });
  const lines = query.stdout.split('\n').filter((line) => line.endsWith(' installed'));
  return new Set(lines.map((line) => line.slice(0, line.indexOf(' '))));
}

/**
 * Makes sure of the Debian packages. As root it installs what is missing and says which; otherwise it returns
 * the one command to run. On other systems nothing is checked: their Electron brings what it needs.
 */
export function ensureSystemPackages(say: (line: string) => void): { readonly command: string } | null {
  if (process.platform !== 'linux') return null;
  if (spawnSync('dpkg-query', ['--version']).error !== undefined) {
    say(
      `no Debian packages here; please see that these or their like are installed: ${Object.keys(PACKAGES).join(' ')}`,
    );
    return null;
  }
  const present = installed();
  const missing = Object.keys(PACKAGES).filter((name) => !present.has(name));
  if (missing.length === 0) return null;
  const install = ['install', '-y', '--no-install-recommends', ...missing];
  const command = `apt-get update && apt-get ${install.join(' ')}`;
  if (process.getuid?.() !== 0) return { command: `sudo sh -c '${command}'` };
  say(`installing Debian packages: ${missing.map((name) => `${name} (${PACKAGES[name] ?? ''})`).join(', ')}`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  for (const args of [['update'], install]) {
    const run = spawnSync('apt-get', args, { env, encoding: 'utf8' });
    if (run.status !== 0) throw new Error(`apt-get ${args.join(' ')} failed:\n${run.stdout}${run.stderr}`);
  }
  return null;
}
