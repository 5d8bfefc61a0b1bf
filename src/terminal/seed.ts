import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { pinSchema } from '../contract/terminal/call-spec.ts';
import { activate } from './activation.ts';
import type { HostSecrets } from './host-secrets.ts';
import { FaultError } from './fault-error.ts';
import { readTextFile, writeFileDurably } from './files.ts';
import { readIdentityFile } from './identity.ts';
import { readSettings, settingsSchema } from './settings.ts';
import { transportSchema } from './sync/transport.ts';

/**
 * What a technician puts beside an installation, so that nobody has to click: where clearing is, the one-time
 * code, the first manager, and the settings of this PC. Secrets are null once they have been used.
 */
const seedSchema = z
  .object({
    version: z.literal(1),
    clearing: z
      .object({
        url: z.url({ protocol: /^https?$/ }).max(200),
        activationCode: z.string().trim().min(4).max(64).nullable(),
        /** Certificates, as in `settings.json`. */
        transport: transportSchema.optional(),
      })
      .strict(),
    /** Left out: the first start asks for name and PIN. */
    manager: z
      .object({ name: z.string().trim().min(1).max(40), pin: pinSchema.nullable() })
      .strict()
      .optional(),
    /** For the technician's lists; clearing knows which store the code is for. */
    store: z.string().max(80).optional(),
    language: settingsSchema.shape.language.optional(),
    devices: settingsSchema.shape.devices.optional(),
    till: settingsSchema.shape.till.optional(),
    access: settingsSchema.shape.access.optional(),
    updates: settingsSchema.shape.updates.optional(),
  })
  .strict();
export type Seed = z.infer<typeof seedSchema>;

/** Exit codes of `--check-seed` and `--setup`; documented in docs/installation.md. */
export const SETUP_EXIT = {
  done: 0,
  'seed-missing': 2,
  'seed-invalid': 3,
  'already-activated': 4,
  'clearing-unreachable': 5,
  'clearing-refused': 6,
  'secrets-left': 7,
  failed: 1,
} as const;
export type SetupOutcome = keyof typeof SETUP_EXIT;

/** The seed; null if there is no file. Throws `settings-unreadable`, naming the file and what is wrong in it. */
export function readSeed(path: string): Seed | null {
  let text: string | null;
  try {
    text = readTextFile(path);
  } catch (error) {
    throw new FaultError('settings-unreadable', { path, problem: String(error) }, error);
  }
  if (text === null) return null;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new FaultError('settings-unreadable', { path, problem: String(error) }, error);
  }
  const parsed = seedSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new FaultError('settings-unreadable', { path, problem: z.prettifyError(parsed.error) });
}

/** The installer's file, as long as this terminal isn't activated and the file's code isn't used up. */
export function waitingSeed(dataFolder: string, seedFile: string | undefined): Seed | null {
  if (seedFile === undefined || readIdentityFile(dataFolder) !== null) return null;
  const found = readSeed(seedFile);
  return typeof found?.clearing.activationCode === 'string' ? found : null;
}

/** Writes the seed's settings as this PC's, unless it has some already. */
export function applySeedSettings(dataFolder: string, seed: Seed): void {
  const path = join(dataFolder, 'settings.json');
  if (readTextFile(path) !== null) return;
  const { language, devices, till, access, updates, clearing } = seed;
  const settings = { language, devices, till, access, updates, clearing: clearing.transport };
  writeFileDurably(path, `${JSON.stringify(settings, null, 2)}\n`);
}

/**
 * Takes the secrets out of the seed file, which stays as a record of how this PC was set up. False if the file
 * may not be written: the code is used up by then, but the manager's first PIN would still be in it.
 */
export function removeSecrets(path: string, seed: Seed): boolean {
  const { manager } = seed;
  const without: Seed = {
    ...seed,
    clearing: { ...seed.clearing, activationCode: null },
    ...(manager === undefined ? {} : { manager: { ...manager, pin: null } }),
    ...(seed.till === undefined ? {} : { till: { ...seed.till, token: null } }),
  };
  try {
    // In place: whoever set the PC up gave rights to the file, not to its folder.
    writeFileSync(path, `${JSON.stringify(without, null, 2)}\n`);
    return true;
  } catch {
    return false;
  }
}

export interface SetupParts {
  readonly dataFolder: string;
  readonly seedFile: string;
  readonly version: string;
  readonly host: HostSecrets;
  readonly log: (line: string) => void;
}

/** Looks whether a seed could be used, without using it. */
export function checkSeed(seedFile: string, log: (line: string) => void): SetupOutcome {
  try {
    const seed = readSeed(seedFile);
    if (seed === null) {
      log(`no seed file at ${seedFile}`);
      return 'seed-missing';
    }
    if (seed.clearing.activationCode !== null && typeof seed.manager?.pin === 'string') return 'done';
    log(`${seedFile}: an unattended set-up needs clearing.activationCode and manager with a pin`);
    return 'seed-invalid';
  } catch (error) {
    log(error instanceof FaultError ? JSON.stringify(error.fault.params) : String(error));
    return 'seed-invalid';
  }
}

/** Sets up this PC from the seed file without a window: settings, activation, first manager. Once. */
export async function setUp({ dataFolder, seedFile, version, host, log }: SetupParts): Promise<SetupOutcome> {
  const checked = checkSeed(seedFile, log);
  try {
    if (readIdentityFile(dataFolder) !== null) return 'already-activated';
    if (checked !== 'done') return checked;
    const seed = readSeed(seedFile);
    const code = seed?.clearing.activationCode ?? null;
    const manager = seed?.manager;
    if (seed === null || code === null || typeof manager?.pin !== 'string') return 'seed-invalid';
    applySeedSettings(dataFolder, seed);
    await activate(
      dataFolder,
      {
        clearingUrl: seed.clearing.url,
        activationCode: code,
        managerName: manager.name,
        managerPin: manager.pin,
      },
      { softwareVersion: version, host, transport: readSettings(dataFolder).clearing },
    );
    return removeSecrets(seedFile, seed) ? 'done' : 'secrets-left';
  } catch (error) {
    if (!(error instanceof FaultError)) throw error;
    log(`${error.fault.code} ${JSON.stringify(error.fault.params)}`);
    if (error.fault.code === 'clearing-unreachable') return 'clearing-unreachable';
    const refused = ['activation-code-refused', 'clearing-refused', 'clearing-not-trusted'];
    return refused.includes(error.fault.code) ? 'clearing-refused' : 'failed';
  }
}
