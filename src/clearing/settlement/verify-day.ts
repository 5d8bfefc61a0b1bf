import { ed25519PublicKey, envelopeSchema, openEnvelope } from '../../contract/clearing/envelope.ts';
import {
  dayManifestSchema,
  sha256Hex,
  verifySettlementFile,
} from '../../contract/clearing/settlement-file.ts';
import type { Context } from '../context.ts';
import { ApiError } from '../errors.ts';
import { findClosedDay, readDay } from './close.ts';
import { buildFiles } from './files.ts';

/** What is wrong with a closed day; nothing, if all is as it was closed. */
export interface DayFinding {
  /** The file, or `manifest` or `books`. */
  readonly what: string;
  readonly problem: string;
}

/**
 * Verifies a closed day as it lies in the database: the manifest's signature and its link to the day before, every
 * file against its seal and the manifest, and every file against the books, from which it is made again. Refuses
 * (`not-found`) a day that isn't closed.
 */
export async function verifyDay(context: Context, day: string): Promise<readonly DayFinding[]> {
  const { db } = context.storage;
  await context.packs.refresh(db);
  const closed = await findClosedDay(db, day);
  if (closed === null) throw new ApiError('not-found', 'this day is not closed');
  const { root } = context.keys;
  const keys = new Map([[root.keyId, ed25519PublicKey(root.publicKey)]]);
  const findings: DayFinding[] = [];
  const find = (what: string, problem: string): void => void findings.push({ what, problem });
  const opened = openEnvelope('settlement', closed.envelope, keys, dayManifestSchema);
  if (!opened.ok) find('manifest', opened.reason);
  const { manifest } = closed;
  const { previous } = manifest;
  if (previous !== null) {
    const before = await findClosedDay(db, previous.settlementDay);
    if (before === null) find('manifest', `the day before, ${previous.settlementDay}, is missing`);
    else if (sha256Hex(before.envelope.payload) !== previous.sha256)
      find('manifest', `the day before, ${previous.settlementDay}, was changed`);
  }
  const stored = await db
    .selectFrom('settlement_files')
    .select(['name', 'content', 'envelope'])
    .where('settlement_day', '=', day)
    .execute();
  const remade = new Map<string, string>();
  for (const { campaign } of context.packs.all())
    for (const { fileName, content } of buildFiles(
      await readDay(db, context, campaign, day, manifest.closedAtMs),
    ))
      remade.set(fileName, content);
  const listed = new Map(manifest.files.map((file) => [file.fileName, file]));
  for (const { name, content, envelope } of stored) {
    const verified = verifySettlementFile(
      Buffer.from(content),
      envelopeSchema.parse(JSON.parse(envelope)),
      keys,
    );
    if (!verified.ok) find(name, verified.reason);
    if (listed.get(name)?.sha256 !== sha256Hex(content)) find(name, 'not as the manifest has it');
    if (remade.get(name) !== content) find(name, 'not as the books have it');
    listed.delete(name);
    remade.delete(name);
  }
  for (const name of listed.keys()) find(name, 'missing');
  for (const name of remade.keys()) find('books', `have lines for ${name}, which was never made`);
  return findings;
}
