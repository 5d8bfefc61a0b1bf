import { z } from 'zod';
import type { ClearingAnswer } from '../../src/terminal/sync/clearing-client.ts';
import type { SimTerminal } from './sim-terminal.ts';

/** An answer to a question of one start of a terminal. */
export type Settle = (text: string) => void;

/** On the wire, in either direction. */
export interface Message {
  readonly to: 'clearing' | 'terminal';
  readonly terminal: SimTerminal;
  /** Which terminal and which of its starts asked: an answer finds only the one that did. */
  readonly terminalId: string;
  readonly starts: number;
  readonly path: string;
  readonly text: string;
  /** When the request went, true time. */
  readonly sentMs: number;
  /** Somebody waits for the answer. */
  readonly settle: Settle | null;
}

const refusalSchema = z.object({ error: z.string() });

/** What the terminal's client makes of a text of clearing's, or of none at all. */
export function clearingAnswer(text: string | null): ClearingAnswer {
  if (text === null)
    return {
      retryAfterMs: null,
      kind: 'unknown',
      fault: { code: 'clearing-unreachable', params: { message: 'timeout' } },
    };
  let json: unknown = null;
  try {
    json = JSON.parse(text);
  } catch {
    // Cut on the way: whoever opens it finds out.
  }
  const refusal = refusalSchema.safeParse(json);
  if (!refusal.success) return { kind: 'ok', body: text, roundTripMs: 0 };
  const { error } = refusal.data;
  return { kind: 'refused', fault: { code: 'clearing-refused', params: { status: 409, error } } };
}

interface Question {
  readonly terminal: SimTerminal;
  readonly starts: number;
  readonly resolve: (answer: ClearingAnswer) => void;
}

/** Questions that somebody at a counter waits for: answered once, or never. */
export class Questions {
  #open: Question[] = [];

  /** `send` puts it on the wire; whatever comes after a time-out, or after the terminal's end, finds nobody. */
  ask(terminal: SimTerminal, send: (settle: Settle) => void): Promise<ClearingAnswer> {
    return new Promise((resolve) => {
      const question = { terminal, starts: terminal.starts, resolve };
      this.#open.push(question);
      send((text) => this.#close(question, text));
    });
  }

  #close(question: Question, text: string | null): void {
    if (!this.#open.includes(question)) return;
    this.#open = this.#open.filter((each) => each !== question);
    if (question.terminal.starts === question.starts) question.resolve(clearingAnswer(text));
  }

  /** Somebody stands at a counter and waits. */
  waiting(): boolean {
    return this.#open.some(({ terminal, starts }) => terminal.starts === starts);
  }

  /** Those who wait for the oldest question give up waiting; false if nobody waits. */
  timeOut(): boolean {
    const question = this.#open.find(({ terminal, starts }) => terminal.starts === starts);
    if (question === undefined) return false;
    this.#close(question, null);
    return true;
  }
}

/** Lets everything go on that was waiting for an answer. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
