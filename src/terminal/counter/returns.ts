import type { Approval } from '../../contract/terminal/call-spec.ts';
import type { ReturnPreview } from '../../contract/terminal/reports.ts';
import type { RedemptionView } from '../../contract/terminal/state.ts';
import type { VoucherKind } from '../../domain/campaign.ts';
import { leftFen, returnBar, returnSums } from '../../domain/correction/returns.ts';
import { reversalBar } from '../../domain/correction/reversal.ts';
import { leastPurchase } from '../../domain/kind.ts';
import { FaultError } from '../fault-error.ts';
import type { JournalReader, Prepared, RedemptionRow } from '../journal/types.ts';
import type { ReversalParts } from './reversal.ts';

export interface ReturnParts extends ReversalParts {
  readonly kind: (campaignNumber: number, kindNumber: number | null) => VoucherKind | null;
}

interface ReturnRequest {
  readonly epoch: number;
  readonly seq: number;
  /** Value of the goods that come back now, at the price before the voucher, fen. */
  readonly returnedFen: number;
}

function refuseReturn(reason: string, more: Readonly<Record<string, number>> = {}): never {
  throw new FaultError('return-not-possible', { reason, ...more });
}

/** The redemption that goods come back of. Throws the fault that says why there is none. */
function returnable(reader: JournalReader, { epoch, seq, returnedFen }: ReturnRequest): RedemptionRow {
  const row = reader.redemption(epoch, seq);
  if (row === null) throw new FaultError('redemption-unknown', { epoch, seq });
  const bar = returnBar(row, returnedFen);
  if (bar === null) return row;
  return refuseReturn(bar === 'over' ? row.state : bar, bar === 'too-much' ? { leftFen: leftFen(row) } : {});
}

/** What a return does: the whole sale on its own business day is a reversal, everything else a refund. */
function preview(parts: ReturnParts, row: RedemptionRow, returnedFen: number): ReturnPreview {
  const isWhole = returnedFen === leftFen(row);
  const kind = parts.kind(row.campaignNumber, row.kindNumber);
  // After a restore the rules come with the next feed: without them nobody knows what the rest must reach.
  if (kind === null && !isWhole) refuseReturn('rules-unknown');
  const leastFen = kind === null ? row.amountFen : leastPurchase(kind.rule);
  const isReversal = isWhole && reversalBar(row, parts.nowMs(), parts.cutOverMinutes()) === null;
  return {
    redemption: parts.view(row),
    kind: isReversal ? 'reversal' : 'refund',
    returnedFen,
    returnedBeforeFen: row.returnedFen,
    minSpendFen: Math.min(leastFen, row.amountFen),
    ...returnSums(row, returnedFen, leastFen),
  };
}

/** What the return would do; books nothing. */
export function previewReturn(parts: ReturnParts, request: ReturnRequest): ReturnPreview {
  return preview(parts, returnable(parts.journal, request), request.returnedFen);
}

/**
 * Books a return after the manager's PIN, judged once more inside the journal's transaction: two returns at the
 * same moment can't give the same goods back twice. Throws `decision-changed` if it would no longer do `expected`.
 */
export async function bookReturn(
  parts: ReturnParts,
  request: ReturnRequest & {
    readonly expected: { readonly backToFundFen: number; readonly paidOutFen: number };
    readonly reason: string;
    readonly approval: Approval;
  },
): Promise<RedemptionView> {
  const { journal, access } = parts;
  const user = access.current();
  if (user === null) throw new FaultError('not-signed-in');
  previewReturn(parts, request);
  const manager = await access.approve(request.approval.managerId, request.approval.pin);
  const { epoch, seq, returnedFen, expected, reason } = request;
  const appended = journal.append<'refund' | 'reversal'>(
    parts.nowMs(),
    (reader): Prepared<'refund' | 'reversal', never> => {
      const row = returnable(reader, request);
      const now = preview(parts, row, returnedFen);
      const { backToFundFen, paidOutFen } = now;
      if (backToFundFen !== expected.backToFundFen || paidOutFen !== expected.paidOutFen)
        throw new FaultError('decision-changed', { backToFundFen, paidOutFen });
      const base = {
        of: { epoch, seq },
        redemptionId: row.redemptionId,
        by: user.id,
        approvedBy: manager.id,
        reason,
      };
      if (now.kind === 'reversal') return { kind: 'reversal', body: base };
      return { kind: 'refund', body: { ...base, returnedFen, backToFundFen, paidOutFen } };
    },
  );
  const returned = journal.redemption(epoch, seq);
  if (returned === null) throw new Error('a returned redemption has no projection');
  const view = parts.view(returned);
  parts.onWritten(view);
  if ('entry' in appended && appended.entry.kind === 'reversal') {
    const { epoch: ownEpoch, seq: ownSeq, atMs } = appended.entry;
    const who = { byName: user.name, approvedByName: manager.name, reason };
    parts.onReversed(view, { epoch: ownEpoch, seq: ownSeq, atMs, ...who });
  }
  return view;
}
