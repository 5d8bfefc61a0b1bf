/** Thrown where the power goes: nothing may catch it but the simulation itself. */
export class SimulatedCrash extends Error {
  override readonly name = 'SimulatedCrash';
}

/** Of a disk without room: what Node gives for it. */
export function diskFull(): Error {
  return Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
}
