import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Display } from './display.ts';

const run = promisify(execFile);
/** One call types at most so many codes: a command line has an end. */
const CODES_A_CALL = 40;

/** A scanner in keyboard mode: real key events of the X server, into whatever window has the focus. */
export interface KeyboardScanner {
  /** Types each code and ends it with a key, `Return` or `Tab`. */
  scan(codes: readonly string[], end?: string): Promise<void>;
}

export function createKeyboardScanner(
  { env }: Display,
  windowName = '消费券核销终端|Voucher',
  delayMs = 2,
  /** A command that runs another one, such as one that sets its priority. */
  runner: readonly string[] = [],
): KeyboardScanner {
  const xdotool = async (args: readonly string[]): Promise<void> => {
    const [command, ...before] = [...runner, 'xdotool'];
    await run(command, [...before, ...args], { env: { ...process.env, ...env }, maxBuffer: 1_000_000 });
  };
  return {
    scan: async (codes, end = 'Return') => {
      // Without a window manager nobody gives a window the focus.
      await xdotool(['search', '--onlyvisible', '--name', windowName, 'windowfocus', '--sync']);
      for (let from = 0; from < codes.length; from += CODES_A_CALL) {
        const words = codes
          .slice(from, from + CODES_A_CALL)
          // A pause after each code, as between two customers; without it the gate of one second is all that counts.
          .flatMap((code) => [
            'type',
            '--args',
            '1',
            '--delay',
            String(delayMs),
            code,
            'key',
            end,
            'sleep',
            '0.05',
          ]);
        await xdotool(words);
      }
    },
  };
}
