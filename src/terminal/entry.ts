import { mkdirSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { openChannels } from './channels.ts';
import { startCore } from './core.ts';

/** The core's process: `entry.js --data-folder DIR --version V [--resume]`, started by main. */
const { values } = parseArgs({
  options: {
    'data-folder': { type: 'string' },
    version: { type: 'string', default: '0.0.0' },
    resume: { type: 'boolean', default: false },
  },
});
const dataFolder = values['data-folder'];
if (dataFolder === undefined) throw new Error('--data-folder is missing');
mkdirSync(dataFolder, { recursive: true });

const log = (line: string): void => console.error(`core: ${line}`);
const core = startCore({ dataFolder, version: values.version, resume: values.resume, log });
let stopping = false;

const host = openChannels({
  onOpen: (channel) => core.connect(channel),
  onMessage: (channel, data) => core.receive(channel, data),
  onClose: (channel) => core.disconnect(channel),
  onStop: () => {
    if (stopping) return;
    stopping = true;
    void core.stop().finally(() => process.exit(0));
  },
});
host.ready();
