import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { safeStorage } from 'electron';

const SEAL_BYTES = 32;

/** What of Electron's secret store is used: the methods that also the oldest Electron that is run has. */
type SecretStore = Record<'isEncryptionAvailable', () => boolean> &
  Record<'encryptString', (text: string) => Buffer> &
  Record<'decryptString', (sealed: Buffer) => string> &
  Record<'getSelectedStorageBackend', () => string>;
const store: SecretStore = safeStorage;

/** Where the seal lies, encrypted by the system for this user on this PC. */
export function sealFile(dataFolder: string): string {
  return join(dataFolder, 'identity', 'seal.bin');
}

/** Electron's own fallback on Linux only hides: it counts as no secret store. */
function hasSecretStore(): boolean {
  if (!store.isEncryptionAvailable()) return false;
  return process.platform !== 'linux' || store.getSelectedStorageBackend() !== 'basic_text';
}

/** The seal, base64; null where it can't be opened: the core then says that the folder is another PC's. */
export function openSeal(dataFolder: string, log: (line: string) => void): string | null {
  try {
    return store.decryptString(readFileSync(sealFile(dataFolder)));
  } catch (error) {
    log(`the system's secret store does not open the seal: ${String(error)}`);
    return null;
  }
}

/** Makes a seal where the system has a secret store; the next start of the core uses it. */
export function ensureSeal(dataFolder: string, log: (line: string) => void): void {
  const file = sealFile(dataFolder);
  if (existsSync(file) || !hasSecretStore()) return;
  try {
    mkdirSync(dirname(file), { recursive: true });
    const sealed = store.encryptString(randomBytes(SEAL_BYTES).toString('base64'));
    writeFileSync(file, sealed, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    log(`no seal could be made: ${String(error)}`);
  }
}
