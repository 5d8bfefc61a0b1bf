import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureElectron } from '../../scripts/runtime/electron.ts';
import { openCounter, type Counter, type CounterOptions } from './counter.ts';
import { openDisplay } from './display.ts';

/** A counter on a display and in a folder of its own, for all tests of a file. */
export interface CounterStand {
  readonly counter: Counter;
  close(): Promise<void>;
}

/** Opens display, folder and counter; the terminal is not activated yet. */
export async function openStand(
  options: Omit<CounterOptions, 'folder' | 'executable' | 'display'> = {},
): Promise<CounterStand> {
  const display = await openDisplay(true);
  const { executable } = await ensureElectron(() => undefined);
  const folder = mkdtempSync(join(tmpdir(), 'voucher-terminal-'));
  const counter = await openCounter({ ...options, folder, executable, display });
  return {
    counter,
    async close() {
      await counter.stop();
      await display.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
