import { ALL_REAL, type Parts } from './parts.ts';

/** Bugs on purpose, each around the real parts: what the oracle must find. */
export const PLANTS: ReadonlyMap<string, Parts> = new Map<string, Parts>([
  [
    'acknowledge-before-fsync',
    {
      ...ALL_REAL,
      terminal: { ...ALL_REAL.terminal, wrapTail: (device) => ({ ...device, flush: () => undefined }) },
    },
  ],
]);
