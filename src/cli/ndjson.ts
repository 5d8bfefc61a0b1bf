import type { Readable, Writable } from 'node:stream';

/** A case has a few hundred characters; a line beyond this is passed over without being kept. */
export const MAX_LINE_CHARS = 1_048_576;

/** A line as read, without its line feed; null for one longer than MAX_LINE_CHARS. */
export type Line = string | null;

/**
 * Answers each line with one JSON line, in order, as the lines come in: the answers to a chunk of input are
 * written together, and reading waits while the reader of the output is behind. The last line needs no line
 * feed. Memory is bounded by the longest line. Resolves when the input ends or nobody reads the output.
 */
export async function answerLines(
  stdin: Readable,
  stdout: Writable,
  answer: (line: Line) => unknown,
): Promise<void> {
  const output = openOutput(stdout);
  const splitter = new LineSplitter();
  // Invalid UTF-8 becomes U+FFFD, which no valid case contains outside its texts; a byte order mark is dropped.
  const decoder = new TextDecoder('utf-8');
  const answerAll = (lines: readonly Line[]): string =>
    lines.map((line) => `${JSON.stringify(answer(line))}\n`).join('');
  for await (const chunk of stdin) {
    await output.write(answerAll(splitter.push(decoder.decode(chunk as Uint8Array, { stream: true }))));
    if (output.isGone()) return;
  }
  await output.write(answerAll([...splitter.push(decoder.decode()), ...splitter.end()]));
}

/** Cuts text into lines at line feeds, across chunks. */
class LineSplitter {
  private parts: string[] = [];
  private length = 0;

  push(text: string): readonly Line[] {
    const lines: Line[] = [];
    let from = 0;
    for (let feed = text.indexOf('\n'); feed >= 0; feed = text.indexOf('\n', from)) {
      this.keep(text.slice(from, feed));
      lines.push(this.take());
      from = feed + 1;
    }
    this.keep(text.slice(from));
    return lines;
  }

  /** What follows the last line feed, if anything. */
  end(): readonly Line[] {
    return this.length === 0 ? [] : [this.take()];
  }

  private keep(part: string): void {
    this.length += part.length;
    if (this.length > MAX_LINE_CHARS) this.parts = [];
    else if (part !== '') this.parts.push(part);
  }

  private take(): Line {
    const line = this.length > MAX_LINE_CHARS ? null : this.parts.join('');
    this.parts = [];
    this.length = 0;
    return line;
  }
}

interface Output {
  /** Resolves when the text is taken, or when nobody reads any more. */
  readonly write: (text: string) => Promise<void>;
  readonly isGone: () => boolean;
}

/** `… | head` closes the pipe early: that is the reader's choice, and no fault of the run. */
function openOutput(stdout: Writable): Output {
  let gone = false;
  let failure: Error | null = null;
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    gone = true;
    if (error.code !== 'EPIPE') failure = error;
  });
  return {
    write: (text) =>
      new Promise((resolve, reject) => {
        if (text === '' || gone) {
          resolve();
          return;
        }
        stdout.write(text, () => {
          if (failure === null) resolve();
          else reject(failure);
        });
      }),
    isGone: () => gone,
  };
}
