import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fen, formatYuan } from '../../src/domain/money.ts';
import { readAccounts, verifyDays, verifyJournals } from './accounts.ts';
import { compareAll, Findings } from './agreement-oracle.ts';
import { buildCity } from './city.ts';
import { planOf } from './plan.ts';
import { plantDifferences, reconcileAll } from './planted.ts';
import { FINAL_PLANTS, type FinalPlant } from './plants.ts';
import { play } from './play.ts';
import { eventList, fundTable, planTable } from './table.ts';
import { Tally } from './tally-model.ts';

export interface ScenarioOptions {
  readonly quick: boolean;
  readonly seed: number;
  /** Puts one fen wrong before everything is compared. */
  readonly plant: FinalPlant | null;
  readonly say: (text: string) => void;
}

/** Planted and to be found: three at the terminal, three at clearing, three at the till. */
export const PLANTED = 9;
const MEMORY_FOLDER = '/dev/shm';

/** Nothing of a run is kept, so it needs no disk: the flushes of a dozen journals would take most of the time. */
export function scratchFolder(): { readonly path: string; readonly remove: () => void } {
  const path = mkdtempSync(join(existsSync(MEMORY_FOLDER) ? MEMORY_FOLDER : tmpdir(), 'scenario-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** Plays the plan of 2023 and holds everything against everything. True if all agrees to the fen. */
export async function runScenario({ quick, seed, plant, say }: ScenarioOptions): Promise<boolean> {
  const scratch = scratchFolder();
  const folder = scratch.path;
  try {
    const startMs = performance.now();
    const seconds = (): string => ((performance.now() - startMs) / 1000).toFixed(1);
    const tally = new Tally();
    const city = await buildCity(planOf(quick ? 10 : 1), seed, folder);
    say(`the plan of 2023${quick ? ', a tenth of it' : ''}: ${city.counters.length} counters, seed ${seed}`);
    const rounds = await play(city, tally);
    say(`played ${rounds} rounds in ${seconds()} s:\n${eventList(tally)}`);
    if (plant !== null) await FINAL_PLANTS[plant](city, tally);
    const accounts = await readAccounts(city);
    const findings = new Findings();
    const reports = await reconcileAll(city, accounts, findings);
    const found = plant === null ? await plantDifferences(city, accounts, findings) : PLANTED;
    compareAll(city, tally, accounts, findings);
    await verifyDays(city, findings);
    const entries = await verifyJournals(city, folder, findings);
    if (found !== PLANTED) findings.list.push(`${found} of ${PLANTED} planted differences were found`);
    const { files, fileLines } = accounts;
    const paidFen = fileLines.reduce((sum, { amountFen }) => sum + amountFen, 0);
    say(`\n${planTable(city, tally, accounts)}\n\n${fundTable(city, accounts)}\n`);
    say(
      `${files.length} settlement files (JSON) with ${fileLines.length} lines of shops, ${formatYuan(fen(paidFen))} yuan`,
    );
    say(`${reports} reconciliations of terminals; planted differences found: ${found} of ${PLANTED}`);
    say(`${entries} journal entries verified, at the terminals and as exported by clearing`);
    say(`${findings.compared} sums compared in ${seconds()} s`);
    for (const finding of findings.list) say(`DIFFERS: ${finding}`);
    await city.clearing.close();
    return findings.list.length === 0;
  } finally {
    scratch.remove();
  }
}
