import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const MAIN = join(import.meta.dirname, '../../torture/main.ts');
/** Only a machine that hangs takes longer: timings decide nothing. */
const LONGEST_MS = 1_800_000;

test(
  'the quick torture loses nothing that was shown as accepted, and finds what a weakened storage loses',
  () => {
    const run = spawnSync(process.execPath, [MAIN, '--quick'], { encoding: 'utf8' });
    expect(run.stderr).not.toContain('Error');
    for (const attack of [
      'power cut',
      'no tail log',
      'kill -9',
      'disk full',
      'journal.db-wal',
      'network',
      'unsent',
    ])
      expect(run.stdout).toContain(attack);
    expect(run.stdout).not.toContain('| NO |');
    expect(run.status).toBe(0);
  },
  LONGEST_MS,
);
