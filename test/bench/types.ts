/** One line of design section 9: what was measured, against what limit. */
export interface Budget {
  readonly name: string;
  readonly measured: number;
  readonly limit: number;
  readonly unit: string;
  readonly pass: boolean;
}

/** A comparison without a limit: what others do in the same run. */
export interface Table {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** What a reader must know to read the figures right. */
  readonly notes: readonly string[];
}

export interface Measured {
  readonly budgets: readonly Budget[];
  readonly tables: readonly Table[];
}

/** How much time a section may take: `--quick` is for minutes, the whole run for half an hour. */
export interface Effort {
  readonly quick: boolean;
}

/** `section` is what `--only` names. Run in order, one at a time. */
export interface Section {
  readonly section: string;
  /** A quick run leaves it out unless it is named: it has no line of design section 9. */
  readonly wholeOnly?: boolean;
  /** Makes what the next run needs. All of them at once, before anything is measured. */
  readonly prepare?: (effort: Effort) => Promise<void>;
  readonly run: (effort: Effort) => Promise<Measured>;
  /** Measures the lines alone once more; without it a missed line takes the whole section again. */
  readonly again?: (effort: Effort) => Promise<readonly Budget[]>;
}

/** What a section makes ahead; a run that finds nothing made (it is repeated) makes it itself. */
export interface Ahead<T> {
  readonly prepare: (effort: Effort) => Promise<void>;
  readonly take: (effort: Effort) => Promise<T>;
}

export function ahead<T>(make: (effort: Effort) => Promise<T>): Ahead<T> {
  let made: Promise<T> | null = null;
  return {
    prepare: async (effort) => {
      made = make(effort);
      await made;
    },
    take: (effort) => {
      const taken = made ?? make(effort);
      made = null;
      return taken;
    },
  };
}
