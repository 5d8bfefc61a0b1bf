import { mkdirSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { openChannels } from './channels.ts';
import { startCore } from './core.ts';
import { startHeartbeat } from './heartbeat.ts';
import { takeHostSecrets } from './host-secrets.ts';
import { MIGRATIONS } from './journal/migrate.ts';
import { checkSeed, setUp, SETUP_EXIT } from './seed.ts';

/**
 * The core's process, started by main: `entry.js --data-folder DIR --version V [--resume] [--seed FILE]`, or with
 * `--check-seed` or `--setup` for the installer, whose outcome is the exit code.
 */
const { values } = parseArgs({
  options: {
    'data-folder': { type: 'string' },
    version: { type: 'string', default: '0.0.0' },
    resume: { type: 'boolean', default: false },
    seed: { type: 'string' },
    'check-seed': { type: 'boolean', default: false },
    setup: { type: 'boolean', default: false },
  },
});
const dataFolder = values['data-folder'];
if (dataFolder === undefined) throw new Error('--data-folder is missing');
mkdirSync(dataFolder, { recursive: true });

const log = (line: string): void => console.error(`core: ${line}`);
const seedFile = values.seed;
const host = takeHostSecrets(process.env);
if (seedFile !== undefined && (values['check-seed'] || values.setup)) {
  const { version } = values;
  const outcome = values.setup
    ? await setUp({ dataFolder, seedFile, version, host, log })
    : checkSeed(seedFile, log);
  log(outcome);
  process.exit(SETUP_EXIT[outcome]);
}
const core = startCore({
  dataFolder,
  version: values.version,
  resume: values.resume,
  log,
  host,
  ...(seedFile === undefined ? {} : { seedFile }),
});
let stopping = false;

const channels = openChannels({
  onOpen: (channel) => core.connect(channel),
  onMessage: (channel, data) => core.receive(channel, data),
  onClose: (channel) => core.disconnect(channel),
  mayUpdate: (closing) => core.mayUpdate(closing),
  onUpdate: (notice) => core.showUpdate(notice),
  onHung: (why) => core.noteHung(why),
  onStop: () => {
    if (stopping) return;
    stopping = true;
    void core.stop().finally(() => process.exit(0));
  },
});
channels.ready({ updateUrl: core.updateUrl(), fault: core.faultCode(), journalVersion: MIGRATIONS.length });
// What a start takes, a big journal's replay or migration, is no hanging: only now main begins to listen.
startHeartbeat(log);
