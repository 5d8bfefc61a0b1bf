import type { Readable, Writable } from 'node:stream';

/** Where a command reads and writes; the process's own streams, or a test's. */
export interface CommandIo {
  readonly stdin: Readable;
  readonly stdout: Writable;
  readonly stderr: Writable;
}

/** One command of the command line. */
export interface Command {
  /** How it is called, for the help text: `decide [--campaign FILE]`. */
  readonly usage: string;
  /** One line: what it does. */
  readonly summary: string;
  /**
   * Runs it. Resolves to the exit code: 0 unless the run itself failed. Throws a UsageError for arguments
   * that it doesn't take; other errors end the run with code 1 and their message on standard error.
   */
  readonly run: (args: readonly string[], io: CommandIo) => Promise<number>;
}

/** Arguments that a command doesn't take: exit code 2, with its usage. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The run can't go on, for a reason that the person at the keyboard can act on: exit code 1, no stack. */
export class RunError extends Error {
  override readonly name = 'RunError';
}
