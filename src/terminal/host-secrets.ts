import { execFileSync } from 'node:child_process';
import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto';
import { z } from 'zod';
import { readTextFile } from './files.ts';

/** What ties a data folder to this PC and its user. */
export interface HostSecrets {
  /**
   * 32 bytes that the system's secret store (DPAPI, libsecret, Keychain) gives only to this user on this PC; main
   * fetches them. Null where there is no such store.
   */
  readonly seal: Buffer | null;
  /** The system's own name of this installation; null where it has none. Not a secret. */
  readonly machineId: string | null;
}

const SEAL_BYTES = 32;
const IV_BYTES = 12;

/** Reads the seal that main gave in VOUCHER_TERMINAL_SEAL, and takes it out of there. Throws for one of another length. */
export function takeHostSecrets(env: NodeJS.ProcessEnv): HostSecrets {
  const text = env['VOUCHER_TERMINAL_SEAL'];
  delete env['VOUCHER_TERMINAL_SEAL'];
  const seal = text === undefined || text === '' ? null : Buffer.from(text, 'base64');
  if (seal !== null && seal.length !== SEAL_BYTES) throw new Error('the seal has a wrong length');
  return { seal, machineId: readMachineId() };
}

function readMachineId(): string | null {
  try {
    if (process.platform === 'linux') return readTextFile('/etc/machine-id')?.trim() ?? null;
    if (process.platform !== 'win32') return null;
    const key = 'HKLM\\SOFTWARE\\Microsoft\\Cryptography';
    const said = execFileSync('reg', ['query', key, '/v', 'MachineGuid'], { encoding: 'utf8' });
    return /MachineGuid\s+REG_SZ\s+(\S+)/.exec(said)?.[1] ?? null;
  } catch {
    return null;
  }
}

/** The mark of this PC that an identity carries; null where the system has no name. */
export function machineMark({ machineId }: HostSecrets, terminalId: string): string | null {
  if (machineId === null || machineId === '') return null;
  return createHash('sha256').update(`voucher-terminal\n${terminalId}\n${machineId}`).digest('hex');
}

function derived(seal: Buffer, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', seal, 'voucher-terminal', purpose, 32));
}

/** The pepper of PINs; null where there is no secret store. */
export function pinPepper({ seal }: HostSecrets): Buffer | null {
  return seal === null ? null : derived(seal, 'pin-pepper');
}

const sealedSchema = z
  .object({ sealed: z.literal(1), iv: z.string(), tag: z.string(), data: z.string() })
  .strict();

/** Encrypts a text for this user on this PC: AES-256-GCM, as JSON. */
export function sealText(seal: Buffer, purpose: string, text: string): string {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', derived(seal, purpose), iv);
  const data = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return `${JSON.stringify({
    sealed: 1,
    iv: iv.toString('base64'),
    tag: cipher.getAuthTag().toString('base64'),
    data: data.toString('base64'),
  })}\n`;
}

/** True for what `sealText` has made. */
export function isSealed(text: string): boolean {
  return text.startsWith('{"sealed":');
}

/** The text again; null if the seal is another one, or the text was altered. */
export function unsealText(seal: Buffer, purpose: string, text: string): string | null {
  try {
    const { iv, tag, data } = sealedSchema.parse(JSON.parse(text));
    const decipher = createDecipheriv('aes-256-gcm', derived(seal, purpose), Buffer.from(iv, 'base64'));
    decipher.setAuthTag(Buffer.from(tag, 'base64'));
    const plain = Buffer.concat([decipher.update(Buffer.from(data, 'base64')), decipher.final()]);
    return plain.toString('utf8');
  } catch {
    return null;
  }
}
