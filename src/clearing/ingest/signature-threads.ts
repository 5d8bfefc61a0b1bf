import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { chunks } from './chunks.ts';
import { packSignatures } from './signature-message.ts';
import { checkHere, type CheckSignatures, type SignatureToCheck } from './signatures.ts';

/** Fewer than this are checked here: the way to another thread and back would take as long (some 0.1 ms each). */
const FEWEST_FOR_THREADS = 6;
/** Of an SM2 signature, 8 ms, one is enough to keep this thread free. */
const SLOW_ALGORITHM = 'sm2';
/** Signatures in one message: a few milliseconds of work, so that all threads end a batch at about the same time. */
const PER_MESSAGE = 40;
/** More threads than this wait for the one that writes. */
const MAX_THREADS = 8;

export interface SignatureThreads {
  readonly check: CheckSignatures;
  /** Starts the threads now instead of at the first batch that is worth it. */
  readonly start: () => void;
  /** Ends the threads; what they have not answered is rejected. */
  readonly close: () => Promise<void>;
}

interface Waiting {
  readonly resolve: (answers: readonly boolean[]) => void;
  readonly reject: (cause: unknown) => void;
}

/** One thread, which answers in the order that it is asked. Keeps the process alive only while it owes an answer. */
class Thread {
  readonly #worker = new Worker(new URL('./signature-worker.ts', import.meta.url), { execArgv: [] });
  readonly #waiting: Waiting[] = [];
  #ended = false;

  constructor() {
    this.#worker.unref();
    this.#worker.on('message', (answers: Uint8Array) => {
      this.#waiting.shift()?.resolve(Array.from(answers, (answer) => answer === 1));
      if (this.#waiting.length === 0) this.#worker.unref();
    });
    this.#worker.on('error', (cause) => {
      this.#end(cause);
    });
    this.#worker.on('exit', () => {
      this.#end(new Error('a thread that checks signatures has ended'));
    });
  }

  get ended(): boolean {
    return this.#ended;
  }

  get owed(): number {
    return this.#waiting.length;
  }

  ask(items: readonly SignatureToCheck[]): Promise<readonly boolean[]> {
    return new Promise((resolve, reject) => {
      const packed = packSignatures(items);
      this.#waiting.push({ resolve, reject });
      this.#worker.ref();
      this.#worker.postMessage(packed, [packed.buffer]);
    });
  }

  async stop(): Promise<void> {
    await this.#worker.terminate();
  }

  #end(cause: unknown): void {
    this.#ended = true;
    for (const { reject } of this.#waiting.splice(0)) reject(cause);
  }
}

/**
 * Checks signatures on threads of their own, as many as there are processors: a batch of 200 redemptions has 400, of
 * some 0.12 ms each. The threads start at the first batch that is worth it. One that ends unexpectedly fails the
 * batches that wait for it, which terminals send again, and is replaced.
 */
export function signatureThreads(count = Math.min(availableParallelism(), MAX_THREADS)): SignatureThreads {
  let threads: readonly Thread[] = [];

  const start = (): void => {
    const running = threads.filter((thread) => !thread.ended);
    threads = [...running, ...Array.from({ length: count - running.length }, () => new Thread())];
  };
  const leastBusy = (): Thread => {
    start();
    const [least] = threads.toSorted((left, right) => left.owed - right.owed);
    if (least === undefined) throw new RangeError('at least one thread checks signatures');
    return least;
  };

  return {
    start,
    check: async (items) => {
      if (items.length < FEWEST_FOR_THREADS && items.every(({ algorithm }) => algorithm !== SLOW_ALGORITHM))
        return checkHere(items);
      const answers: Promise<readonly boolean[]>[] = [];
      for (const part of chunks(items, PER_MESSAGE)) answers.push(leastBusy().ask(part));
      return (await Promise.all(answers)).flat();
    },
    close: async () => {
      await Promise.all(threads.map((thread) => thread.stop()));
    },
  };
}
