import { z } from 'zod';
import { suffixSchema } from '../../contract/terminal/device-settings.ts';
import { readTextFile, writeFileDurably } from '../files.ts';

const learnedSchema = z.object({ baudRate: z.int().min(300).max(921_600), suffix: suffixSchema });
/** What was found out about a device. */
export type Learned = z.infer<typeof learnedSchema>;

/** More devices than any counter ever sees; the oldest are forgotten. */
const MAX_DEVICES = 64;
const fileSchema = z.record(z.string().max(300), learnedSchema);

/** What was found out about devices, kept by what they are (maker, product, serial number), not by port. */
export interface DeviceMemory {
  get(identity: string): Learned | null;
  set(identity: string, learned: Learned): void;
}

/**
 * Memory in a file. It only saves the search at the next start: a file that can't be read or written is no
 * fault, the search is made again.
 */
export function openDeviceMemory(path: string, log: (line: string) => void): DeviceMemory {
  let known: ReadonlyMap<string, Learned>;
  try {
    const text = readTextFile(path);
    known = new Map(text === null ? [] : Object.entries(fileSchema.parse(JSON.parse(text))));
  } catch (error) {
    log(`what was known about devices can't be read and is found out again: ${String(error)}`);
    known = new Map();
  }
  return {
    get: (identity) => known.get(identity) ?? null,
    set: (identity, learned) => {
      if (JSON.stringify(known.get(identity)) === JSON.stringify(learned)) return;
      const others = [...known].filter(([name]) => name !== identity);
      known = new Map([...others.slice(1 - MAX_DEVICES), [identity, learned]]);
      try {
        writeFileDurably(path, `${JSON.stringify(Object.fromEntries(known), null, 2)}\n`);
      } catch (error) {
        log(`what was found out about ${identity} could not be kept: ${String(error)}`);
      }
    },
  };
}
