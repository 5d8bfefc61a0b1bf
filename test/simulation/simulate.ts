import type { Violation } from './seen-model.ts';
import type { Parts } from './parts.ts';
import type { Template } from './sim-clearing.ts';
import { World } from './world.ts';

export interface SeedResult {
  readonly seed: number;
  /** Steps carried out; fewer than asked where a violation ended the run. */
  readonly steps: number;
  readonly faults: ReadonlyMap<string, number>;
  readonly violations: readonly Violation[];
}

/** Runs one seed; the same arguments give the same result. Stops at the first violation. */
export async function runSeed(
  template: Template,
  seed: number,
  steps: number,
  parts: Parts,
): Promise<SeedResult> {
  const world = new World(template, seed, parts);
  const { oracle, faults } = world;
  let done = 0;
  try {
    await world.begin();
    while (done < steps && oracle.violations.length === 0) {
      await world.step();
      done += 1;
    }
    if (oracle.violations.length === 0) await world.end();
    return { seed, steps: done, faults, violations: [...oracle.violations] };
  } catch (error) {
    // A part that threw what nobody expects of it: as bad as a broken promise.
    const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { seed, steps: done, faults, violations: [...oracle.violations, { rule: 'threw', detail }] };
  } finally {
    world.close();
  }
}
