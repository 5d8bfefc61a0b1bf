import { dirname, extname, join } from 'node:path';

/** A thread's file beside the module that starts it, in the source tree and in the bundle (scripts/build.ts). */
export function threadFile(startedBy: string, name: string): string {
  return join(dirname(startedBy), `${name}${extname(startedBy)}`);
}
