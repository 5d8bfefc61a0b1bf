import { flipBits } from './bit-flips.ts';
import { canMount, fillDisk, starveJournal } from './disk-full.ts';
import { killCores } from './kill.ts';
import { compareUnsent, describeUnsent } from './many-unsent.ts';
import { cutPower } from './power-cut.ts';
import { redeemOverBadNetwork } from './two-processes.ts';

/** One line of the table: what was done how often, what came of it, and whether that is what must come of it. */
export interface Row {
  readonly attack: string;
  readonly times: number;
  readonly found: string;
  readonly lost: number;
  readonly holds: boolean;
  readonly detail: string | null;
}

export interface Amounts {
  readonly powerCuts: number;
  /** Of each weakened storage. */
  readonly weakenedCuts: number;
  readonly kills: number;
  readonly fullDisks: number;
  /** In the database and in the WAL together. */
  readonly flips: number;
  readonly redemptions: number;
  readonly unsent: number;
}

/** What the promise is stated with (hours), and what fits into a minute on a busy machine. */
export const FULL: Amounts = {
  powerCuts: 100_000,
  weakenedCuts: 5000,
  kills: 2000,
  fullDisks: 200,
  flips: 10_000,
  redemptions: 1000,
  unsent: 1_000_000,
};
export const QUICK: Amounts = {
  powerCuts: 200,
  weakenedCuts: 200,
  kills: 5,
  fullDisks: 8,
  flips: 60,
  redemptions: 60,
  unsent: 4000,
};

export interface SuiteOptions {
  readonly amounts: Amounts;
  readonly seed: number;
  /** The core's entry file. */
  readonly entry: string;
  readonly say: (line: string) => void;
}

function powerCuts({ amounts, seed, say }: SuiteOptions): readonly Row[] {
  const storages = [
    { storage: 'full', attack: 'power cut', images: amounts.powerCuts, mayLose: false },
    // The tail log alone is enough: it is flushed before anybody sees "accepted".
    {
      storage: 'normal',
      attack: 'power cut, synchronous=NORMAL',
      images: amounts.weakenedCuts,
      mayLose: false,
    },
    {
      storage: 'normal-no-tail-log',
      attack: 'power cut, NORMAL and no tail log',
      images: amounts.weakenedCuts,
      mayLose: true,
    },
  ] as const;
  return storages.map(({ storage, attack, images, mayLose }) => {
    const figures = cutPower({
      images,
      seed,
      redemptions: 20,
      storage,
      progress: (done, losses) => say(`${attack}: ${done} images, ${losses} losses`),
    });
    const { acknowledged, points, replayed, notConfirmed, losses, firstLoss } = figures;
    return {
      attack,
      times: figures.images,
      found: `${acknowledged} redemptions, ${points} points; ${replayed} mended from the tail log, ${notConfirmed} not confirmed`,
      lost: losses,
      // A weakened storage that loses nothing would mean that this test is blind.
      holds: losses > 0 === mayLose,
      detail: mayLose ? null : firstLoss,
    };
  });
}

async function kills({ amounts, seed, entry, say }: SuiteOptions): Promise<readonly Row[]> {
  const figures = await killCores({
    kills: amounts.kills,
    seed,
    entry,
    progress: (done, shown, problems) => {
      if (done % 50 === 0) say(`kill -9: ${done} kills, ${shown} redemptions shown, ${problems} problems`);
    },
  });
  const { shown, unseen, whileStarting, lost, notSettled, settledTwice, problems } = figures;
  return [
    {
      attack: 'kill -9 of the core',
      times: figures.kills,
      found: `${whileStarting} while starting; ${shown} redemptions shown, ${unseen} in the journal before anybody saw; ${settledTwice} settled twice`,
      lost: lost + notSettled,
      holds: lost + notSettled + settledTwice + problems.length === 0,
      detail: problems[0] ?? null,
    },
  ];
}

async function fullDisks({ amounts, seed, entry }: SuiteOptions): Promise<readonly Row[]> {
  const own = canMount();
  const all = [
    {
      attack: 'disk full, SQLite and tail log starved',
      ...starveJournal({ points: amounts.fullDisks, seed }),
    },
    ...(own
      ? [{ attack: 'disk full, real core', ...(await fillDisk({ points: amounts.fullDisks, seed, entry })) }]
      : []),
  ];
  return all.map(({ attack, points, shown, saidFull, notConfirmed, starts, lost, stuck, problems }) => ({
    attack,
    times: points,
    found: `${shown} redemptions shown; "disk full" said ${saidFull} times, "not confirmed" ${notConfirmed}; ${starts} starts; ${stuck} times stuck`,
    lost,
    holds: lost + stuck + problems.length === 0 && saidFull > 0,
    detail: problems[0] ?? null,
  }));
}

function flips({ amounts, seed, say }: SuiteOptions): readonly Row[] {
  return (['database', 'wal'] as const).map((file) => {
    const figures = flipBits(file, Math.ceil(amounts.flips / 2), seed, (done, problems) =>
      say(`bit flips in the ${file}: ${done}, ${problems} problems`),
    );
    const { foundAtStart, mended, foundByVerify, harmless, unnoticed, crashes, firstProblem } = figures;
    return {
      attack: `bit flip in ${figures.file}`,
      times: figures.flips,
      found: `${foundAtStart} at start (${mended} mended), ${foundByVerify} by verify-journal, ${harmless} harmless`,
      lost: unnoticed,
      holds: unnoticed + crashes === 0,
      detail: firstProblem,
    };
  });
}

async function badNetwork({ amounts, seed, entry }: SuiteOptions): Promise<readonly Row[]> {
  const figures = await redeemOverBadNetwork({ redemptions: amounts.redemptions, seed, entry });
  const { redemptions, shownFen, settled, settledFen, settledTwice, missing, exchanges } = figures;
  return [
    {
      attack: 'bad network between two processes',
      times: redemptions,
      found: `${shownFen} fen shown, ${settledFen} fen settled in ${settled} lines; exchanges ${JSON.stringify(exchanges)}`,
      lost: missing,
      holds: missing + settledTwice === 0 && settled === redemptions && shownFen === settledFen,
      detail: null,
    },
  ];
}

/** A counter that nobody has synced for very long: nothing may grow with what waits. */
async function manyUnsent({ amounts, entry, say }: SuiteOptions): Promise<readonly Row[]> {
  const { few, many, problems } = await compareUnsent({ unsent: amounts.unsent, entry, say });
  return [few, many].map((figures) => ({
    attack: `${figures.unsent} unsent entries`,
    times: figures.redemptions,
    found: describeUnsent(figures),
    lost: figures.unsettled,
    holds: problems.length === 0,
    detail: figures === many ? (problems[0] ?? null) : null,
  }));
}

/** The attacks by the name that `--only` takes, in the order of the table. */
export const ATTACKS: ReadonlyMap<
  string,
  (options: SuiteOptions) => readonly Row[] | Promise<readonly Row[]>
> = new Map<string, (options: SuiteOptions) => readonly Row[] | Promise<readonly Row[]>>([
  ['power', powerCuts],
  ['kill', kills],
  ['disk', fullDisks],
  ['flips', flips],
  ['network', badNetwork],
  ['million', manyUnsent],
]);
