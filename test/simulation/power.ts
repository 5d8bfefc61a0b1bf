import { restoreOn } from '../../src/terminal/journal/restore.ts';
import type { Office, OfficeOrder } from './office.ts';
import { entriesOf } from './seen.ts';
import { activateAgain } from './sim-clearing.ts';
import type { SimTerminal } from './sim-terminal.ts';

/** What happens to machines: they go dark, start again, and lose bytes or their disk. */
export class Power {
  readonly #order: OfficeOrder;
  readonly #office: Office;
  /** Terminal ids and the counters that they stand for. */
  readonly #names: Map<string, string>;

  constructor(order: OfficeOrder, office: Office, names: Map<string, string>) {
    this.#order = order;
    this.#office = office;
    this.#names = names;
  }

  /** It goes dark, and the end of its WAL may be gone. */
  crash(terminal: SimTerminal): void {
    this.#order.fault('crash');
    terminal.stop();
    // A damaged WAL and a failed tail log at once is more than the journal promises.
    const lost = terminal.disk.lose(!terminal.unlogged && this.#order.random.chance(0.5));
    if (!lost) return;
    this.#order.fault('wal-lost');
    this.#order.oracle.forgot(terminal.name);
  }

  /** It starts as the core does; a damaged journal is restored. */
  async start(terminal: SimTerminal): Promise<void> {
    const fault = terminal.start();
    if (fault === null && terminal.damaged) this.#order.oracle.damageUnnoticed(terminal.name);
    if (fault === 'crashed') throw new Error('a crash that nobody ordered');
    if (fault !== null && !terminal.damaged) throw new Error(`${terminal.name} doesn't start: ${fault}`);
    if (fault !== null) return this.loseDisk(terminal);
    terminal.damaged = false;
    if (terminal.journal !== null) this.#order.oracle.opened(terminal.name, entriesOf(terminal.journal));
  }

  /** A byte of a closed entry changes while the machine is off. */
  damage(terminal: SimTerminal): void {
    this.#order.fault('byte-changed');
    this.crash(terminal);
    terminal.damaged = terminal.disk.damage();
  }

  /** Only the last back-up is left. */
  async loseDisk(terminal: SimTerminal): Promise<void> {
    this.#order.fault('disk-lost');
    terminal.stop();
    terminal.damaged = false;
    terminal.unlogged = false;
    terminal.disk.replaceBy(terminal.backUp);
    if (this.#order.parts.restoresIntoNewEpoch) {
      terminal.epoch += 1;
      this.#order.clearing.crashAt = null;
      // A suspended terminal gets no new key.
      if (this.#office.isSuspended(terminal)) await this.#office.turnTerminal(terminal);
      terminal.activated = await activateAgain(
        await this.#order.clearing.running(),
        this.#order.template.operators[0],
        terminal.activated,
        terminal.epoch,
      );
      this.#names.set(terminal.activated.terminalId, terminal.name);
      const { journal } = restoreOn(terminal.disk.storage(), [], {
        identity: terminal.identity(),
        certificate: terminal.activated.certificate,
        clearingHead: this.#order.clearing.headOf(terminal.activated.terminalId, terminal.epoch - 1),
        nowMs: this.#order.now(),
      });
      terminal.use(journal);
    } else {
      const fault = terminal.start();
      if (fault !== null) throw new Error(`a back-up doesn't start: ${fault}`);
      if (terminal.journal?.head() === null) terminal.openEpoch();
    }
    if (terminal.journal !== null) this.#order.oracle.restored(terminal.name, entriesOf(terminal.journal));
  }
}
