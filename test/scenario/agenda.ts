/** Things that will happen at a moment, in the order of their times (and of their being planned, at one time). */
export class Agenda {
  readonly #byDay = new Map<number, { atMs: number; act: () => Promise<void> | void }[]>();
  readonly #dayOf: (atMs: number) => number;

  constructor(dayOf: (atMs: number) => number) {
    this.#dayOf = dayOf;
  }

  add(atMs: number, act: () => Promise<void> | void): void {
    const day = this.#dayOf(atMs);
    const planned = this.#byDay.get(day) ?? [];
    planned.push({ atMs, act });
    this.#byDay.set(day, planned);
  }

  /** Carries out what is planned up to a moment of a day; what that plans for the same span is carried out too. */
  async run(day: number, untilMs: number, at: (atMs: number) => void): Promise<void> {
    for (;;) {
      const planned = this.#byDay.get(day) ?? [];
      const due = planned.filter(({ atMs }) => atMs < untilMs).sort((left, right) => left.atMs - right.atMs);
      const [next] = due;
      if (next === undefined) return;
      for (const one of due) {
        planned.splice(planned.indexOf(one), 1);
        at(one.atMs);
        await one.act();
      }
    }
  }

  get isEmpty(): boolean {
    return [...this.#byDay.values()].every((planned) => planned.length === 0);
  }
}
