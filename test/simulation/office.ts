import { ApiError } from '../../src/clearing/errors.ts';
import { proposeDecision, readHeld, rejectProposal } from '../../src/clearing/operator/held/decide-held.ts';
import { listHeld } from '../../src/clearing/operator/held/queue.ts';
import { setStoreSuspended, setTerminalStatus } from '../../src/clearing/operator/stores.ts';
import type { Random } from '../torture/random.ts';
import { SimulatedCrash } from './crash.ts';
import type { Oracle } from './simulation-oracle.ts';
import type { Parts } from './parts.ts';
import { entryName } from './seen.ts';
import type { SimClearing, Template } from './sim-clearing.ts';
import type { SimTerminal } from './sim-terminal.ts';

/** Who is suspended is let in again sooner than the next one is suspended. */
const NEW_SUSPENSION = 0.4;
const HELD_ON_THE_DESK = 5;

export interface OfficeOrder {
  readonly template: Template;
  readonly clearing: SimClearing;
  readonly oracle: Oracle;
  readonly random: Random;
  readonly now: () => number;
  readonly parts: Parts;
  readonly fault: (kind: string) => void;
}

/** The people at clearing: they suspend, let in again, and decide on what is held, two of them each time. */
export class Office {
  readonly #order: OfficeOrder;
  #storeSuspended = false;
  readonly #suspended = new Set<string>();

  constructor(order: OfficeOrder) {
    this.#order = order;
  }

  /** Runs an act of theirs; clearing may fall over on it. Conflicts are for people to read. */
  async #act(work: () => Promise<void>): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      if (error instanceof SimulatedCrash) this.#order.fault('clearing-crash');
      else if (!(error instanceof ApiError)) throw error;
      return false;
    }
  }

  /** Suspends the store or lets it in again. */
  async turnStore(terminals: readonly SimTerminal[]): Promise<void> {
    const { clearing, template, now, random } = this.#order;
    const suspended = !this.#storeSuspended;
    if (suspended && !random.chance(NEW_SUSPENSION)) return;
    this.#order.clearing.crashAt = null;
    const { context } = await clearing.running();
    await setStoreSuspended(context, template.operators[0], template.store.id, suspended, 'simulated');
    this.#order.fault(suspended ? 'store-suspended' : 'store-admitted');
    this.#storeSuspended = suspended;
    for (const terminal of terminals) this.#tell(terminal, now());
  }

  /** Suspends a terminal or lets it in again. */
  async turnTerminal(terminal: SimTerminal): Promise<void> {
    const { clearing, template, now, random } = this.#order;
    const { terminalId } = terminal.activated;
    const suspended = !this.#suspended.has(terminalId);
    if (suspended && !random.chance(NEW_SUSPENSION)) return;
    this.#order.clearing.crashAt = null;
    const { context } = await clearing.running();
    const status = suspended ? 'suspended' : 'active';
    await setTerminalStatus(context, template.operators[0], terminalId, status, 'simulated');
    this.#order.fault(suspended ? 'terminal-suspended' : 'terminal-admitted');
    if (suspended) this.#suspended.add(terminalId);
    else this.#suspended.delete(terminalId);
    this.#tell(terminal, now());
  }

  #tell(terminal: SimTerminal, atMs: number): void {
    const suspended = this.#storeSuspended || this.isSuspended(terminal);
    this.#order.oracle.suspends(terminal.name, suspended, atMs);
  }

  isSuspended(terminal: SimTerminal): boolean {
    return this.#suspended.has(terminal.activated.terminalId);
  }

  /** One of them looks at one entry that is held: proposes, or has the second word. */
  async decide(): Promise<void> {
    const { clearing, template, oracle, random, parts } = this.#order;
    const [first, second] = template.operators;
    await this.#act(async () => {
      const { context } = await clearing.running();
      const { entries } = await listHeld(context.storage.db, { limit: HELD_ON_THE_DESK });
      if (entries.length === 0) return;
      const held = random.pick(entries);
      const { terminalId, epoch, seq, hash, proposal } = held;
      const name = { terminalId, epoch, seq, hash };
      if (proposal === null) {
        const { settling } = await readHeld(context, name);
        const decision = settling.possible && random.chance(0.7) ? 'settle' : 'refuse';
        await proposeDecision(context, first, { ...name, decision, note: 'simulated' });
      } else if (random.chance(0.15)) await rejectProposal(context, second, proposal.id, 'simulated');
      else {
        oracle.decides(entryName(terminalId, name), proposal.decision);
        await parts.approve(context, second, proposal, clearing);
        this.#order.fault(`decided-${proposal.decision}`);
      }
    });
  }

  /** Until nothing is held any more. */
  async decideAll(): Promise<void> {
    const { context } = await this.#order.clearing.running();
    for (;;) {
      const { entries } = await listHeld(context.storage.db, { limit: HELD_ON_THE_DESK });
      if (entries.length === 0) return;
      await this.decide();
    }
  }
}
