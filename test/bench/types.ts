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
  readonly run: (effort: Effort) => Promise<Measured>;
}
