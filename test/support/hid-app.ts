import { deviceSettingsSchema } from '../../src/contract/terminal/device-settings.ts';
import { superviseDevices } from '../../src/terminal/devices/supervisor.ts';

/** Device supervision as a program of its own, for test beds that a process must be started in. */
const say = (value: unknown): void => void process.stdout.write(`${JSON.stringify(value)}\n`);
const supervisor = superviseDevices({
  settings: deviceSettingsSchema.parse({}),
  onScan: (scan) => say({ scan }),
  onChange: (devices) => say({ devices }),
});
process.once('SIGTERM', () => void supervisor.stop());
