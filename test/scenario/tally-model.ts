/** What the script itself knows to have happened, counted without asking clearing or any terminal. */
export class Tally {
  /** By voucher kind. */
  readonly #kinds = new Map<string, KindTally>();
  /** What happened how often, for the report. */
  readonly #events = new Map<string, number>();

  #kind(kindId: string): KindTally {
    const known = this.#kinds.get(kindId) ?? { issued: 0, used: 0, givenBack: 0 };
    this.#kinds.set(kindId, known);
    return known;
  }

  issued(kindId: string): void {
    this.#kind(kindId).issued += 1;
  }

  /** A voucher was used, and it counts. */
  used(kindId: string): void {
    this.#kind(kindId).used += 1;
  }

  /** A use that had counted is undone: taken back on the day (then it may be used again). */
  undone(kindId: string): void {
    this.#kind(kindId).used -= 1;
  }

  /** A use stays a use, but its value went back to the funds. */
  givenBack(kindId: string): void {
    this.#kind(kindId).givenBack += 1;
  }

  /** Operators refused the return after all. */
  notGivenBack(kindId: string): void {
    this.#kind(kindId).givenBack -= 1;
  }

  count(event: string, times = 1): void {
    this.#events.set(event, (this.#events.get(event) ?? 0) + times);
  }

  of(kindId: string): Readonly<KindTally> {
    return this.#kind(kindId);
  }

  get events(): ReadonlyMap<string, number> {
    return this.#events;
  }
}

interface KindTally {
  issued: number;
  used: number;
  givenBack: number;
}
