import type { FaultCode } from '../src/contract/terminal/errors.ts';

/** A device that can't be used, with the code that the screens have a sentence for. */
export class DeviceError extends Error {
  readonly code: FaultCode;
  constructor(code: FaultCode, message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'DeviceError';
    this.code = code;
  }
}

/** What an error of the operating system or of a driver means for the person at the counter. */
export function deviceError(cause: unknown): DeviceError {
  if (cause instanceof DeviceError) return cause;
  const message = cause instanceof Error ? cause.message : String(cause);
  return new DeviceError(codeOf(message), message, cause);
}

function codeOf(message: string): FaultCode {
  // Linux EBUSY and serialport's own lock; Windows: a port that another program holds.
  if (/cannot lock|EBUSY|busy|access denied|Access is denied/i.test(message)) return 'device-busy';
  if (/permission denied|EACCES|EPERM|not permitted/i.test(message)) return 'device-not-permitted';
  if (/no such file|ENOENT|file not found|ENXIO|ENODEV|no such device/i.test(message))
    return 'device-missing';
  if (/cannot find module|ERR_DLOPEN_FAILED|cannot open shared object|native build|prebuil/i.test(message))
    return 'device-driver-missing';
  return 'device-failed';
}
