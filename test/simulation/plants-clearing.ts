import { z } from 'zod';
import { voucherCode } from '../../src/codes/voucher-code.ts';
import { envelopeSchema, sealEnvelope } from '../../src/contract/clearing/envelope.ts';
import { acknowledgementSchema, entriesRequestSchema, ROUTES } from '../../src/contract/clearing/protocol.ts';
import { BODY_SCHEMAS } from '../../src/contract/journal/entry.ts';
import { keyOf } from './keys.ts';
import type { Answer, Parts } from './parts.ts';
import type { SimClearing } from './sim-clearing.ts';

const refusedRow = z.object({ body: z.string() });

function serialOfRefused(
  clearing: SimClearing,
  terminalId: string,
  epoch: number,
  seq: number,
): number | null {
  const row: unknown = clearing
    .prepared(
      "SELECT body FROM entries WHERE terminal_id = ? AND epoch = ? AND seq = ? AND verdict = 'refused'",
    )
    .get(terminalId, epoch, seq);
  if (row === undefined) return null;
  const { evidence } = BODY_SCHEMAS.redemption.parse(JSON.parse(refusedRow.parse(row).body));
  if (evidence.type !== 'voucher-code') return null;
  const read = voucherCode({
    grant: Buffer.from(evidence.grant, 'base64url'),
    issuerSignature: Buffer.from(evidence.issuerSignature, 'base64url'),
    shownAtS: evidence.shownAtS,
    holderSignature: Buffer.from(evidence.holderSignature, 'base64url'),
  });
  return read.ok ? Number(read.code.fields.serial) : null;
}

/** The reversal of a refused redemption frees the voucher, whoever has it. */
export const freesAnyVoucher: Parts['wrapClearing'] =
  (answer, clearing): Answer =>
  async (terminalId, path, body) => {
    const given = await answer(terminalId, path, body);
    if (path !== ROUTES.entries || given === null) return given;
    for (const entry of entriesRequestSchema.parse(JSON.parse(body)).entries) {
      if (entry.kind !== 'reversal') continue;
      const { of } = BODY_SCHEMAS.reversal.parse(JSON.parse(entry.body));
      const serial = serialOfRefused(clearing, terminalId, of.epoch, of.seq);
      if (serial === null) continue;
      const freed = clearing.prepared('DELETE FROM spends WHERE serial = ?').run(serial);
      if (freed.changes === 0) continue;
      clearing.prepared("UPDATE sequences SET value = value + 1 WHERE name = 'changes'").run();
      clearing
        .prepared(
          `INSERT INTO changes (number, campaign_number, serial, change)
           SELECT value, 1, ?, 'unspent' FROM sequences WHERE name = 'changes'`,
        )
        .run(String(serial));
    }
    return given;
  };

/** An entry that comes again is judged again: its own voucher is spent by then. */
export const judgesAnew: Parts['wrapClearing'] = (answer): Answer => {
  const before = new Set<string>();
  return async (terminalId, path, body) => {
    const given = await answer(terminalId, path, body);
    if (path !== ROUTES.entries || given === null) return given;
    const { payload } = envelopeSchema.parse(JSON.parse(given));
    const said = acknowledgementSchema.parse(JSON.parse(payload));
    const verdicts = said.verdicts.map((each) =>
      each.verdict === 'settled' && before.has(each.hash)
        ? { ...each, verdict: 'refused' as const, reason: 'already-redeemed', settlementDay: null }
        : each,
    );
    for (const { hash } of said.verdicts) before.add(hash);
    return JSON.stringify(sealEnvelope('acknowledgement', { ...said, verdicts }, 'root-sim', keyOf('root')));
  };
};

/** The release of an id that clearing doesn't know is answered, and forgotten. */
export const forgetsReleases: Parts['wrapClearing'] =
  (answer, clearing): Answer =>
  async (terminalId, path, body) => {
    const given = await answer(terminalId, path, body);
    if (path.endsWith('/release'))
      clearing.prepared("DELETE FROM authorisations WHERE status = 'released' AND request = ''").run();
    return given;
  };
