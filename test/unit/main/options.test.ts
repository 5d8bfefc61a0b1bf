import { expect, test } from 'vitest';
import { parseOptions, type MainSurroundings } from '../../../src/main/options.ts';
import { coreEnvironment, refusedSwitches } from '../../../src/main/switches.ts';

const around: MainSurroundings = {
  platform: 'linux',
  env: {},
  appData: '/home/pos/.config',
  mayWrite: () => false,
};

test("the data folder is the one named, else the machine's where the installer made one, else the user's own", () => {
  expect(parseOptions(['x', '--data-folder=/srv/t'], around).dataFolder).toBe('/srv/t');
  expect(parseOptions(['x'], around).dataFolder).toBe('/home/pos/.config/voucher-terminal');
  expect(parseOptions(['x'], { ...around, mayWrite: () => true }).dataFolder).toBe(
    '/var/lib/voucher-terminal',
  );
});

test("the seed waits in the machine's folder unless one is named, and runs without a window when asked to", () => {
  expect(parseOptions(['x'], around)).toMatchObject({
    seedFile: '/etc/voucher-terminal/seed.json',
    mode: 'window',
  });
  expect(parseOptions(['x', '--seed=/media/usb/seed.json', '--setup'], around)).toMatchObject({
    seedFile: '/media/usb/seed.json',
    mode: 'setup',
  });
  expect(parseOptions(['x', '--check-seed'], around).mode).toBe('check');
});

test('a released program does not start with a switch that opens a door, in whatever way it is written', () => {
  const given = [
    '/opt/x',
    '--remote-debugging-port=0',
    '-inspect',
    '--no-sandbox',
    '--data-folder=/no-sandbox',
  ];
  expect(refusedSwitches(given)).toEqual(['remote-debugging-port', 'inspect', 'no-sandbox']);
  expect(refusedSwitches(['/Remote-Debugging-Port=1'])).toEqual(['remote-debugging-port']);
  expect(refusedSwitches(['/opt/x', '--data-folder=/a', '--seed=/b', '--setup'])).toEqual([]);
});

test('the core inherits nothing that changes how a Node starts', () => {
  const env = {
    PATH: '/bin',
    NODE_OPTIONS: '--require x',
    NODE_EXTRA_CA_CERTS: 'y',
    ELECTRON_RUN_AS_NODE: '1',
  };
  expect(coreEnvironment(env)).toEqual({ PATH: '/bin' });
});
