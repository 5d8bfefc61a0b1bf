import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline/promises';
import { z } from 'zod';
import { envelopeSchema, openEnvelope, type Envelope } from '../../contract/clearing/envelope.ts';
import type { Head } from '../../contract/journal/entry.ts';
import {
  exportedEntrySchema,
  exportHeaderSchema,
  exportSealSchema,
  quarantinedEntrySchema,
} from '../../contract/journal/export.ts';
import { BrokenJournal, chainWalker, describeBreak, type Anchors, type Verified } from './verify.ts';

const sealLineSchema = z.object({ seal: envelopeSchema }).strict();
const lineSchema = z.union([exportedEntrySchema, quarantinedEntrySchema, sealLineSchema]);

export type VerifiedExport =
  | (Exclude<Verified, { readonly result: 'broken' }> & { readonly quarantined: number })
  | Extract<Verified, { readonly result: 'broken' }>;

/**
 * Verifies a journal that clearing exported: every entry's hash, signature, body and link to the one before, that
 * nothing of the file is missing or changed, with clearing's root also certificates and the seal, and that the given
 * head is among the entries. Quarantined entries are counted, not judged. Reads line by line.
 */
export async function verifyExport(file: string, anchors: Anchors): Promise<VerifiedExport> {
  const lines = createInterface({ input: createReadStream(file), crlfDelay: Infinity });
  try {
    const run = new ExportRun(anchors);
    for await (const line of lines) run.take(line);
    return run.end();
  } catch (error) {
    return { result: 'broken', first: describeBreak(error) };
  } finally {
    lines.close();
  }
}

class ExportRun {
  readonly #anchors: Anchors;
  readonly #walk: ReturnType<typeof chainWalker>;
  readonly #hash = createHash('sha256');
  readonly #heads = new Map<number, Head>();
  #terminalId: string | null = null;
  #entries = 0;
  #quarantined = 0;
  #headFound = false;
  #seal: Envelope | null = null;

  constructor(anchors: Anchors) {
    this.#anchors = anchors;
    this.#walk = chainWalker(anchors.root);
  }

  take(line: string): void {
    if (this.#seal !== null) throw new BrokenJournal('lines after the seal');
    const value: unknown = JSON.parse(line);
    if (this.#terminalId === null) {
      this.#terminalId = exportHeaderSchema.parse(value).terminalId;
      this.#hash.update(`${line}\n`);
      return;
    }
    const parsed = lineSchema.safeParse(value);
    if (!parsed.success)
      throw new BrokenJournal(`line ${String(this.#entries + this.#quarantined + 2)} unreadable`);
    if ('seal' in parsed.data) {
      this.#seal = parsed.data.seal;
      return;
    }
    this.#hash.update(`${line}\n`);
    if ('quarantined' in parsed.data) this.#quarantined += 1;
    else this.#takeEntry(parsed.data);
  }

  #takeEntry({ entry }: z.infer<typeof exportedEntrySchema>): void {
    if (entry.terminalId !== this.#terminalId) throw new BrokenJournal('entry-of-another-terminal', entry);
    this.#walk(entry);
    const { epoch, seq, hash } = entry;
    this.#entries += 1;
    this.#heads.set(epoch, { epoch, seq, hash });
    const wanted = this.#anchors.head;
    if (wanted?.epoch !== epoch || wanted.seq !== seq) return;
    if (wanted.hash !== hash) throw new BrokenJournal('head-differs', entry);
    this.#headFound = true;
  }

  end(): VerifiedExport {
    if (this.#terminalId === null) throw new BrokenJournal('empty');
    const { root, head } = this.#anchors;
    this.#checkSeal(this.#terminalId);
    if (head !== null && !this.#headFound) throw new BrokenJournal('head-not-found', head);
    return {
      result: root !== null && head !== null ? 'ok' : 'whole, but not anchored',
      terminalId: this.#terminalId,
      entries: this.#entries,
      quarantined: this.#quarantined,
      head: [...this.#heads.values()].at(-1) ?? null,
    };
  }

  #checkSeal(terminalId: string): void {
    if (this.#seal === null) throw new BrokenJournal('seal-missing');
    const sealed = openSeal(this.#seal, this.#anchors.root);
    const same =
      sealed.terminalId === terminalId &&
      sealed.entries === this.#entries &&
      sealed.quarantined === this.#quarantined &&
      JSON.stringify(sealed.heads) === JSON.stringify([...this.#heads.values()]) &&
      sealed.sha256 === this.#hash.digest('hex');
    if (!same) throw new BrokenJournal('seal-differs');
  }
}

function openSeal(seal: Envelope, root: Anchors['root']): z.infer<typeof exportSealSchema> {
  if (root === null) return exportSealSchema.parse(JSON.parse(seal.payload));
  const opened = openEnvelope('journal-export', seal, root, exportSealSchema);
  if (!opened.ok) throw new BrokenJournal(`seal-${opened.reason}`);
  return opened.value;
}
