import { z } from 'zod';
import { voucherCode } from '../../src/codes/voucher-code.ts';
import { envelopeSchema, sealEnvelope } from '../../src/contract/clearing/envelope.ts';
import { acknowledgementSchema, entriesRequestSchema, ROUTES } from '../../src/contract/clearing/protocol.ts';
import { BODY_SCHEMAS, type EntryName } from '../../src/contract/journal/entry.ts';
import { approveProposal } from '../../src/clearing/operator/held/decide-held.ts';
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

/** The database lets an entry have one line: the second one goes under a number that no entry has. */
const BESIDE = 1_000_000;
const amountRow = z.object({ amount_fen: z.int() });

/** Books the line of an entry once more, as whoever forgets that it was done. */
function bookAgain(clearing: SimClearing, terminalId: string, { epoch, seq }: EntryName): void {
  const columns =
    'campaign_number, kind, store_id, terminal_id, epoch, redemption_id, serial, kind_number, amount_fen, shares, ' +
    'redemption_day, settlement_day, corrects, payout_id, owed';
  const written = clearing
    .prepared(
      `INSERT OR IGNORE INTO lines (seq, ${columns}) SELECT seq + ${BESIDE}, ${columns} FROM lines
       WHERE terminal_id = ? AND epoch = ? AND seq = ? RETURNING amount_fen`,
    )
    .get(terminalId, epoch, seq);
  if (written === undefined) return;
  clearing
    .prepared("UPDATE accounts SET balance_fen = balance_fen + ? WHERE name = 'settlement'")
    .run(amountRow.parse(written).amount_fen);
}

/** A refund that comes again gives the money back again. */
export const refundsAgain: Parts['wrapClearing'] = (answer, clearing): Answer => {
  const before = new Set<string>();
  return async (terminalId, path, body) => {
    const given = await answer(terminalId, path, body);
    if (path !== ROUTES.entries || given === null) return given;
    for (const entry of entriesRequestSchema.parse(JSON.parse(body)).entries) {
      if (entry.kind !== 'refund') continue;
      if (before.has(entry.hash)) bookAgain(clearing, terminalId, entry);
      before.add(entry.hash);
    }
    return given;
  };
};

/** Another node carries the operators' decision out once more. */
export const decidesOnEachNode: Parts['approve'] = async (context, operator, proposal, clearing) => {
  await approveProposal(context, operator, proposal.id);
  bookAgain(clearing, proposal.terminalId, proposal);
};

/** What a suspended store or terminal sends is judged like everybody's. */
export const ignoresSuspension: Parts['wrapClearing'] =
  (answer, clearing): Answer =>
  async (terminalId, path, body) => {
    if (path !== ROUTES.entries) return answer(terminalId, path, body);
    const stores = clearing.prepared("SELECT id FROM stores WHERE status = 'suspended'").all();
    const terminals = clearing.prepared("SELECT id FROM terminals WHERE status = 'suspended'").all();
    clearing.prepared("UPDATE stores SET status = 'admitted' WHERE status = 'suspended'").run();
    clearing.prepared("UPDATE terminals SET status = 'active' WHERE status = 'suspended'").run();
    const given = await answer(terminalId, path, body);
    for (const row of stores)
      clearing.prepared("UPDATE stores SET status = 'suspended' WHERE id = ?").run(idRow.parse(row).id);
    for (const row of terminals)
      clearing.prepared("UPDATE terminals SET status = 'suspended' WHERE id = ?").run(idRow.parse(row).id);
    return given;
  };

const idRow = z.object({ id: z.string() });
