import { ensureElectron, type ElectronRuntime } from './electron.ts';
import { ensureSystemPackages } from './system-packages.ts';

/**
 * The one set-up step behind `npm start`, `npm run demo` and `npm test`: Debian packages and a real Electron.
 * Ends the process with a command to run where an administrator's help is needed.
 */
export async function ensureRuntime(): Promise<ElectronRuntime> {
  const say = (line: string): void => console.error(`set-up: ${line}`);
  const needed = ensureSystemPackages(say);
  if (needed !== null) {
    say('some system packages are missing. Run this once, then try again:');
    console.error(`  ${needed.command}`);
    process.exit(1);
  }
  const runtime = await ensureElectron(say);
  say(`Electron ${runtime.version} (${runtime.source})`);
  return runtime;
}

if (import.meta.main) await ensureRuntime();
