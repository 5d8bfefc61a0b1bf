import type { Params } from '../../contract/terminal/errors.ts';
import type { JournalFault, JournalFaultCode } from './types.ts';

/** A fault of the data folder or the disk. Whatever was under way when it was thrown is not recorded. */
export class JournalError extends Error {
  override readonly name = 'JournalError';
  readonly code: JournalFaultCode;
  readonly params: Params;

  constructor(code: JournalFaultCode, params: Params, options?: { readonly cause: unknown }) {
    super(`${code} ${JSON.stringify(params)}`, options);
    this.code = code;
    this.params = params;
  }

  get fault(): JournalFault {
    return { code: this.code, params: this.params };
  }
}

const BY_SYSTEM_CODE: Readonly<Record<string, JournalFaultCode>> = {
  ENOSPC: 'disk-full',
  EDQUOT: 'disk-full',
  EACCES: 'data-folder-unwritable',
  EPERM: 'data-folder-unwritable',
  EROFS: 'data-folder-unwritable',
  ENOTDIR: 'data-folder-unwritable',
  EIO: 'data-folder-unwritable',
  SQLITE_FULL: 'disk-full',
  SQLITE_CANTOPEN: 'data-folder-unwritable',
  SQLITE_PERM: 'data-folder-unwritable',
  SQLITE_READONLY: 'data-folder-unwritable',
  SQLITE_IOERR: 'data-folder-unwritable',
  SQLITE_BUSY: 'data-folder-in-use',
  SQLITE_LOCKED: 'data-folder-in-use',
  SQLITE_CORRUPT: 'database-damaged',
  SQLITE_NOTADB: 'database-damaged',
  SQLITE_MISMATCH: 'database-damaged',
};

function systemCode(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;
}

/** Any other errno, such as ESTALE of a network drive, EUCLEAN or ENODEV: disks have many words. */
const isErrno = (error: unknown): boolean =>
  error instanceof Error && 'errno' in error && typeof error.errno === 'number' && 'syscall' in error;

/** The fault that an error of Node or SQLite stands for; null for anything else, which is a broken invariant. */
export function asJournalError(error: unknown): JournalError | null {
  if (error instanceof JournalError) return error;
  const code = systemCode(error);
  if (code === null) return null;
  // SQLite's extended codes begin with the plain one: SQLITE_IOERR_FSYNC, SQLITE_READONLY_DBMOVED …
  const plain = code.startsWith('SQLITE_') ? code.split('_').slice(0, 2).join('_') : code;
  const fault = BY_SYSTEM_CODE[plain] ?? (isErrno(error) ? 'data-folder-unwritable' : null);
  if (fault === null) return null;
  return new JournalError(fault, { system: code }, { cause: error });
}

/** Runs `work`; an error that stands for a fault is thrown as JournalError. */
export function withFaults<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw asJournalError(error) ?? error;
  }
}
