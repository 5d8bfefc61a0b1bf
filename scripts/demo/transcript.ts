import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

/** What a step answers: what was seen, and whether it is what was expected. */
export interface Seen {
  readonly saw: string;
  readonly asExpected: boolean;
}

export interface Transcript {
  /** Runs a step, prints one line with its milliseconds, and takes a screenshot of how it ended. */
  readonly step: (title: string, run: () => Promise<Seen>) => Promise<void>;
  /** Prints the last line; true only if every step went as expected. */
  readonly end: () => boolean;
}

/** Steps are numbered from 1; `planned` is how many there should be, so that a missing one can't look like success. */
export function openTranscript(
  folder: string,
  planned: number,
  screenshot: (file: string) => Promise<void>,
): Transcript {
  mkdirSync(folder, { recursive: true });
  let number = 0;
  let good = 0;
  return {
    async step(title, run) {
      number += 1;
      const startedMs = performance.now();
      const seen = await run().catch((error: unknown): Seen => ({
        saw: error instanceof Error ? error.message : String(error),
        asExpected: false,
      }));
      const tookMs = performance.now() - startedMs;
      if (seen.asExpected) good += 1;
      const sign = seen.asExpected ? 'ok  ' : 'FAIL';
      console.log(
        `${String(number).padStart(2)} ${sign} ${tookMs.toFixed(0).padStart(6)} ms  ${title}: ${seen.saw.replaceAll(/\s+/g, ' ')}`,
      );
      await screenshot(join(folder, `${String(number).padStart(2, '0')}.png`)).catch((error: unknown) => {
        console.log(`        (no screenshot: ${String(error).split('\n')[0] ?? ''})`);
      });
    },
    end() {
      console.log(`screenshots: ${folder}`);
      console.log(`demo: ${good} of ${planned} steps as expected`);
      return good === planned;
    },
  };
}
