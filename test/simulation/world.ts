import { envelopeSchema } from '../../src/contract/clearing/envelope.ts';
import {
  acknowledgementSchema,
  type EntryVerdict,
  MAX_REQUEST_SKEW_S,
  ROUTES,
} from '../../src/contract/clearing/protocol.ts';
import { feedRequest, nextBatch, takeAcknowledgement, takeFeed } from '../../src/terminal/sync/exchange.ts';
import type { Reserved } from '../../src/terminal/checkout/proof.ts';
import type { ClearingAnswer } from '../../src/terminal/sync/clearing-client.ts';
import { createRandom, type Random } from '../torture/random.ts';
import { Oracle } from './simulation-oracle.ts';
import type { Sighting, TerminalBooks } from './seen-model.ts';
import { booksOf, entryName, seenOf } from './seen.ts';
import { Office, type OfficeOrder } from './office.ts';
import { Power } from './power.ts';
import type { Answer, Parts } from './parts.ts';
import { nameFrom } from './crypto-memory.ts';
import { clearingAnswer, Questions, settled, type Message, type Settle } from './questions.ts';
import { SimClearing, START_MS, type SimVoucher, type Template, type TerminalName } from './sim-clearing.ts';
import { CRASH_POINTS } from './sim-storage.ts';
import { someGoodsOf } from './sim-counter.ts';
import { amountAt, SimTerminal } from './sim-terminal.ts';

/** Far apart enough to make clocks doubtful, near enough that clearing doesn't hold what was written. */
const MAX_SKEW_MS = 240_000;
/** A clock that nobody set, or set to a wrong day or year. */
const FAR_SKEWS_MS = [3_600_000, 3 * 86_400_000, 12 * 365 * 86_400_000];
const MAX_ON_THE_WIRE = 40;
const LAST_ROUNDS = 60;
const NAMES = 0x6e616d65;
/** Of the next day: early enough that nothing made in time is late by the end of a run. */
const MORNING_MS = START_MS + 22 * 3_600_000;
/** One seed: terminals and clearing on one thread, with time, network and disks in the hands of chance. */
export class World {
  readonly oracle = new Oracle();
  /** Faults by kind. */
  readonly faults = new Map<string, number>();
  readonly #random: Random;
  readonly #seed: number;
  readonly #template: Template;
  readonly #parts: Parts;
  readonly #clearing: SimClearing;
  readonly #answer: Answer;
  readonly #terminals: readonly SimTerminal[];
  readonly #names: Map<string, string>;
  #nowMs = START_MS;
  #wire: Message[] = [];
  #count = 0;
  readonly #questions = new Questions();
  readonly #office: Office;
  readonly #power: Power;
  /** The network is whole: every question is answered at once. */
  #whole = false;
  #booksSeenAt = -1;
  /** Entries that have left a terminal once. */
  readonly #sent = new Set<string>();

  constructor(template: Template, seed: number, parts: Parts) {
    this.#seed = seed;
    this.#random = createRandom(seed);
    this.#template = template;
    this.#parts = parts;
    this.#clearing = new SimClearing(template, () => this.#nowMs, `seed ${seed}`);
    const clearing = this.#clearing;
    this.#answer = parts.wrapClearing((...request) => clearing.answer(...request), clearing);
    this.#names = new Map(template.terminals.map(({ terminalId, name }) => [terminalId, name]));
    this.#terminals = template.terminals.map(
      (activated) =>
        new SimTerminal(
          activated,
          template.trustedKeys,
          () => this.#nowMs,
          this.#random,
          parts.terminal,
          template.store,
        ),
    );
    for (const terminal of this.#terminals) {
      terminal.ask = (path, text) => this.#ask(terminal, path, text);
      terminal.onReleased = (id) => this.oracle.released(`${terminal.activated.terminalId} ${id}`);
    }
    const order: OfficeOrder = {
      template,
      clearing,
      oracle: this.oracle,
      random: this.#random,
      now: () => this.#nowMs,
      parts,
      fault: (kind) => this.#fault(kind),
    };
    this.#office = new Office(order);
    this.#power = new Power(order, this.#office, this.#names);
    // Not the world's own: what the parts name must not change what happens.
    const names = createRandom(seed ^ NAMES);
    nameFrom(() => names.next());
  }

  async #ask(terminal: SimTerminal, path: string, text: string): Promise<ClearingAnswer> {
    if (this.#whole) return clearingAnswer(await this.#answer(terminal.activated.terminalId, path, text));
    return this.#questions.ask(terminal, (settle) => this.#send(terminal, path, text, settle));
  }

  /** Opens every counter and lets it hear from clearing once. */
  async begin(): Promise<void> {
    for (const terminal of this.#terminals) {
      const fault = terminal.start();
      if (fault !== null) throw new Error(`a new terminal doesn't start: ${fault}`);
      terminal.openEpoch();
      await this.#exchange(terminal);
    }
  }

  async step(): Promise<void> {
    // While a customer waits for an answer, seconds pass and not half-minutes.
    this.#nowMs += this.#random.below(this.#questions.waiting() ? 3000 : 40_000);
    const terminal = this.#random.pick(this.#terminals);
    if (terminal.journal === null) {
      if (this.#random.chance(0.6)) await this.#power.start(terminal);
    } else await this.#act(terminal);
    await settled();
    this.#checkBooks();
  }

  async #act(terminal: SimTerminal): Promise<void> {
    const dice = this.#random.next();
    if (dice < 0.26) this.#serve(terminal);
    else if (dice < 0.35) await this.#correct(terminal);
    else if (dice < 0.37) await this.#handOver(terminal);
    else if (dice < 0.52) {
      this.#sendBatch(terminal);
      void terminal.finish();
    } else if (dice < 0.6) this.#sendFeed(terminal);
    else if (dice < 0.84) await this.#carry();
    else await this.#mishap(terminal);
  }

  async #mishap(terminal: SimTerminal): Promise<void> {
    const dice = this.#random.next();
    const { disk } = terminal;
    if (dice < 0.24) this.#power.crash(terminal);
    else if (dice < 0.28) await this.#office.turnStore(this.#terminals);
    else if (dice < 0.32) await this.#office.turnTerminal(terminal);
    else if (dice < 0.4) {
      this.#fault('clearing-restart');
      this.#clearing.restart();
    } else if (dice < 0.48) await this.#recover();
    else if (dice < 0.55)
      this.#clearing.crashAt = this.#random.pick(['before-commit', 'after-commit'] as const);
    else if (dice < 0.7) {
      const isFar = this.#random.next() < 0.25;
      this.#fault(isFar ? 'clock-far' : 'clock-jump');
      const mostMs = isFar ? this.#random.pick(FAR_SKEWS_MS) : MAX_SKEW_MS;
      terminal.skewMs = this.#random.below(2 * mostMs) - mostMs;
    } else if (dice < 0.8) {
      this.#fault('link');
      terminal.online = !terminal.online;
    } else if (dice < 0.86) disk.remember();
    else if (dice < 0.92) terminal.backUp = disk.image();
    else if (dice < 0.93) this.#sleep();
    else if (dice < 0.96) this.#power.damage(terminal);
    else await this.#power.loseDisk(terminal);
  }

  /** Clearing takes back expired value, as its operator does every day. */
  async #recover(): Promise<void> {
    this.#clearing.crashAt = null;
    const { context } = await this.#clearing.running();
    await this.#parts.recover(context);
  }

  /** The shops close for the night, once: what was sold before can't be taken back any more, only returned. */
  #sleep(): void {
    if (this.#nowMs >= MORNING_MS) return;
    this.#fault('night');
    this.#nowMs = MORNING_MS;
    // No connection lives that long: an answer of yesterday's would be believed to be of now.
    this.#wire = [];
    while (this.#questions.timeOut());
  }

  #fault(kind: string): void {
    this.faults.set(kind, (this.faults.get(kind) ?? 0) + 1);
  }

  /** A customer: a code that the counter can judge alone, or one that clearing must be asked about. */
  #serve(terminal: SimTerminal): void {
    const { holding } = terminal;
    const voucher = this.#random.pick(this.#template.vouchers);
    if (holding === null && this.#random.chance(0.7)) this.#redeem(terminal, voucher);
    else if (holding === null) terminal.wish(voucher, `wish-${(this.#count += 1)}`);
    else if (this.#random.chance(0.25)) terminal.drop();
    else if (holding.step === 'unknown') terminal.query();
    else if (holding.step === 'reserved') this.#redeem(terminal, voucher, holding.reserved);
  }

  #redeem(terminal: SimTerminal, voucher: SimVoucher, held: Reserved | null = null): void {
    const { disk } = terminal;
    this.#count += 1;
    const redemptionId = `r-${this.#seed}-${this.#count}`;
    if (this.#random.chance(0.3)) disk.remember();
    if (this.#random.chance(0.08)) disk.crashAt = this.#random.pick(CRASH_POINTS);
    if (this.#random.chance(0.03)) {
      this.#fault('disk-full');
      disk.tailFull = true;
    }
    this.oracle.asks({
      terminal: terminal.name,
      redemptionId,
      voucher: held?.serial ?? voucher.name,
      atMs: this.#nowMs,
      ...this.#worth(held?.serial ?? voucher.name, held?.sale.amountFen),
      authorised: held !== null,
    });
    const attempt =
      held === null
        ? terminal.redeem(redemptionId, voucher, `receipt-${this.#count}`)
        : terminal.confirm(redemptionId, held);
    disk.crashAt = null;
    disk.tailFull = false;
    if (attempt.type === 'crashed') this.#power.crash(terminal);
    else if (attempt.type === 'refused') this.oracle.refused(redemptionId, attempt.code);
    else this.oracle.accepted(redemptionId, attempt.type);
    if (attempt.type === 'not-confirmed') terminal.unlogged = true;
    if (attempt.type === 'accepted') terminal.unlogged = false;
  }

  #worth(serial: string, amountFen?: number): Pick<Sighting, 'amountFen' | 'minSpendFen' | 'discountFen'> {
    const voucher = this.#template.vouchers.find(({ name }) => name === serial);
    if (voucher === undefined) throw new Error(`nobody was given voucher ${serial}`);
    const { minSpendFen, faceValueFen } = voucher;
    return { amountFen: amountFen ?? amountAt(minSpendFen), minSpendFen, discountFen: faceValueFen };
  }

  /** A sale is taken back, or some of its goods. */
  async #correct(terminal: SimTerminal): Promise<void> {
    const rows = (terminal.journal?.recentRedemptions(6) ?? []).filter((row) => row.state !== 'reversed');
    if (rows.length === 0 || terminal.counter === null) return;
    const begun = rows.filter(({ returnedFen }) => returnedFen > 0);
    const row = this.#random.pick(begun.length > 0 && this.#random.chance(0.5) ? begun : rows);
    if (this.#random.chance(0.05)) terminal.disk.crashAt = this.#random.pick(CRASH_POINTS.slice(1));
    const outcome = this.#random.chance(0.6)
      ? await terminal.counter.reverse(row)
      : await terminal.counter.takeReturn(row, someGoodsOf(row, this.#random));
    terminal.disk.crashAt = null;
    if (outcome.type === 'crashed') this.#power.crash(terminal);
    if (outcome.type !== 'done') return;
    terminal.unlogged = false;
    if (outcome.value.type === 'reversed') this.oracle.reversed(row.redemptionId);
    else this.oracle.returned(row.redemptionId, outcome.value);
  }

  async #handOver(terminal: SimTerminal): Promise<void> {
    const reached = this.#random.chance(0.5);
    const outcome = await terminal.counter?.handOver(async () => {
      if (reached) await this.#exchange(terminal);
    });
    if (outcome?.type === 'done') this.oracle.handedOver(terminal.name, outcome.value);
  }

  #send(terminal: SimTerminal, path: string, text: string, settle: Settle | null = null): void {
    if (this.#wire.length >= MAX_ON_THE_WIRE) {
      this.#fault('drop');
      this.#wire.shift();
    }
    const { terminalId } = terminal.activated;
    this.#hearIfStale(terminal);
    const { starts } = terminal;
    this.#wire.push({
      to: 'clearing',
      terminal,
      terminalId,
      starts,
      path,
      text,
      sentMs: this.#nowMs,
      settle,
    });
  }

  /** A request signed by a time that is far off is answered at once, with clearing's signed time. */
  #hearIfStale({ clock }: SimTerminal): void {
    if (clock === null || Math.abs(clock.wireNowMs() - this.#nowMs) <= MAX_REQUEST_SKEW_S * 1000) return;
    this.#fault('stale');
    clock.onSignedTime(this.#nowMs, 0);
  }

  #sendBatch(terminal: SimTerminal): void {
    const body = this.#batchOf(terminal, 1 + this.#random.below(8));
    if (body !== null) this.#send(terminal, ROUTES.entries, body);
  }

  #batchOf(terminal: SimTerminal, limit: number): string | null {
    if (terminal.journal === null) return null;
    const batch = nextBatch(terminal.journal, limit);
    if (batch === null) return null;
    for (const entry of batch.entries) this.oracle.wrote(seenOf(entry));
    const entries = this.#parts.wrapBatch(
      batch.entries,
      ({ hash }) => this.#sent.has(hash),
      terminal.activated.key,
    );
    for (const { hash } of batch.entries) this.#sent.add(hash);
    return JSON.stringify({ entries });
  }

  #sendFeed(terminal: SimTerminal): void {
    if (terminal.journal !== null) this.#send(terminal, ROUTES.feed, feedRequest(terminal.journal));
  }

  /** Any message on the wire: lost, carried, carried and kept to come again, or cut. */
  async #carry(): Promise<void> {
    if (this.#random.chance(0.1) && this.#questions.timeOut()) this.#fault('time-out');
    if (this.#wire.length === 0) return;
    // What somebody waits for goes ahead of batches and feeds, in no better order among itself.
    const urgent = this.#random.chance(0.6) ? this.#wire.filter(({ settle }) => settle !== null) : [];
    const message = this.#random.pick(urgent.length > 0 ? urgent : this.#wire);
    this.#wire = this.#wire.filter((each) => each !== message);
    if (this.#random.chance(0.12)) {
      this.#fault('drop');
      return;
    }
    if (this.#random.chance(0.12)) {
      this.#fault('duplicate');
      this.#wire.push(message);
    }
    if (message.to === 'clearing') {
      const text = await this.#answer(message.terminalId, message.path, message.text);
      if (text === null) this.#fault('clearing-crash');
      else this.#wire.push({ ...message, to: 'terminal', text });
      return;
    }
    const cut = this.#random.chance(0.06);
    if (cut) this.#fault('cut');
    this.#take(message, cut ? message.text.slice(0, message.text.length >> 1) : message.text);
  }

  #take({ terminal, starts, path, sentMs, settle }: Message, text: string): void {
    if (terminal.journal === null || terminal.starts !== starts) return;
    if (settle !== null) {
      settle(text);
      return;
    }
    if (path === ROUTES.feed) {
      const { changesAfter } = terminal.journal.feedState();
      const taken = takeFeed(terminal.context(), text);
      if (!taken.ok) return;
      terminal.clock?.onSignedTime(taken.serverTimeMs, this.#nowMs - sentMs);
      terminal.reloadBook();
      terminal.online = true;
      for (const { number, serial, change } of taken.value.changes)
        if (number > changesAfter && change !== 'revoked') this.oracle.told(terminal.name, serial, change);
      this.#hear(terminal, taken.value.decisions);
      return;
    }
    const taken = takeAcknowledgement(terminal.context(), text);
    if (!taken.ok) return;
    terminal.clock?.onSignedTime(taken.serverTimeMs, this.#nowMs - sentMs);
    // Its seal has just been checked.
    const { payload } = envelopeSchema.parse(JSON.parse(text));
    const { verdicts } = acknowledgementSchema.parse(JSON.parse(payload));
    this.#hear(terminal, verdicts);
  }

  #hear({ activated }: SimTerminal, verdicts: readonly EntryVerdict[]): void {
    for (const { epoch, seq, hash, verdict, reason } of verdicts)
      this.oracle.heard({ name: entryName(activated.terminalId, { epoch, seq }), hash, verdict, reason });
  }

  #checkBooks(): void {
    const changes = this.#clearing.changes();
    if (changes === this.#booksSeenAt) return;
    this.#booksSeenAt = changes;
    const { balances, outOfFundsFen } = this.#clearing.accounts();
    this.oracle.standing(this.#clearing.standing());
    this.oracle.books(this.#clearing.lines(this.#names), balances, outOfFundsFen);
  }

  /** One undisturbed round; true if the terminal has nothing left to send. */
  async #exchange(terminal: SimTerminal): Promise<boolean> {
    const { terminalId } = terminal.activated;
    const ask = async (path: string, text: string): Promise<void> => {
      this.#hearIfStale(terminal);
      const answer = await this.#answer(terminalId, path, text);
      const { starts } = terminal;
      const message = {
        to: 'terminal',
        terminal,
        terminalId,
        starts,
        path,
        text,
        sentMs: this.#nowMs,
      } as const;
      if (answer !== null) this.#take({ ...message, settle: null }, answer);
    };
    const body = this.#batchOf(terminal, 100);
    if (body !== null) await ask(ROUTES.entries, body);
    if (terminal.journal !== null) await ask(ROUTES.feed, feedRequest(terminal.journal));
    return body === null;
  }

  /** The network is whole and everybody is awake until nothing is left to say; then the last look. */
  async end(): Promise<void> {
    this.#wire = [];
    this.#clearing.crashAt = null;
    while (this.#questions.timeOut()) await settled();
    this.#whole = true;
    for (const terminal of this.#terminals) {
      if (terminal.journal === null) await this.#power.start(terminal);
      terminal.drop();
      await terminal.finish();
      await this.#exchangeAll(terminal);
    }
    await this.#office.decideAll();
    for (const terminal of this.#terminals) await this.#exchangeAll(terminal);
    for (const { name, clock } of this.#terminals)
      if (clock !== null) this.oracle.hasContact(name, clock.nowMs() - this.#nowMs);
    this.#checkBooks();
    const books = new Map<TerminalName, TerminalBooks>();
    for (const { name, journal } of this.#terminals) if (journal !== null) books.set(name, booksOf(journal));
    this.oracle.atTheEnd(books, this.#clearing.lines(this.#names));
  }

  async #exchangeAll(terminal: SimTerminal): Promise<void> {
    for (let round = 0; round < LAST_ROUNDS; round += 1) if (await this.#exchange(terminal)) return;
  }

  close(): void {
    for (const { disk } of this.#terminals) disk.close();
    this.#clearing.close();
  }
}
