import type { SameShape } from '../shape.ts';
import type { support as zh } from '../zh/support.ts';

export const support: SameShape<typeof zh> = {
  title: 'Support',
  tabs: { state: 'State', devices: 'Devices', data: 'Data', bundle: 'Log bundle' },
  clearing: {
    title: 'Clearing and sync',
    url: 'Address of clearing',
    connection: 'Connection',
    unsent: 'Journal entries to upload',
    head: 'Last entry here',
    acknowledged: 'Acknowledged by clearing',
    lastError: 'Last error',
    skew: 'Clock error',
    packs: 'Rules and keys',
    version: 'version {{version}}',
    syncNow: 'Sync now',
    none: 'none yet',
  },
  versions: { title: 'Versions', app: 'Program', node: 'Node', system: 'System', terminal: 'Terminal' },
  devices: {
    none: 'No devices found',
    noneHint: 'A keyboard scanner works at once; serial and HID scanners appear when they are plugged in.',
    test: 'Self-test',
    scanTest: 'Scan any barcode',
    gotKeyboard: '{{count}} characters came the keyboard way: it works',
    waiting: 'Waiting for a scan…',
    status: {
      searching: 'searching',
      open: 'ok',
      lost: 'unplugged',
      busy: 'in use elsewhere',
      'keyboard-mode': 'keyboard mode',
      error: 'fault',
    },
    kind: { scanner: 'Scanner', printer: 'Printer', pole: 'Pole display' },
    transport: { serial: 'serial', hid: 'HID', wedge: 'keyboard', tcp: 'network', system: 'system queue' },
  },
  data: {
    database: 'Journal database',
    size: 'Size',
    free: 'Disk free',
    backups: 'Back-ups',
    backUp: 'Back up now',
    backingUp: 'Backing up and verifying…',
    noBackups: 'No back-ups yet',
    done: 'Backed up to {{path}}',
  },
  bundle: {
    preview: 'Look first',
    intro:
      'For asking for help. It holds no PIN, no voucher code and no signature; read it before it is written.',
    write: 'Write to a file',
    done: 'Written to {{path}}',
  },
};
