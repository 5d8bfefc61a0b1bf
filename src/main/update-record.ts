import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import {
  NO_RECORD,
  UPDATE_RECORD_FILE,
  updateRecordSchema,
  type UpdateRecord,
} from '../contract/terminal/update-record.ts';

const recordFile = (dataFolder: string): string => join(dataFolder, UPDATE_RECORD_FILE);

/** What earlier starts left; a file that is missing or broken counts as none. */
export function readUpdateRecord(dataFolder: string): UpdateRecord {
  try {
    const value: unknown = JSON.parse(readFileSync(recordFile(dataFolder), 'utf8'));
    return updateRecordSchema.parse(value);
  } catch {
    return NO_RECORD;
  }
}

/** On the disk when it returns: an installation starts only after it. Throws if the folder can't be written. */
export function writeUpdateRecord(dataFolder: string, record: UpdateRecord): void {
  const path = recordFile(dataFolder);
  const file = openSync(`${path}.new`, 'w', 0o600);
  try {
    writeSync(file, `${JSON.stringify(record)}\n`);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(`${path}.new`, path);
}
