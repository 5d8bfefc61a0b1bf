import type { Approval } from '../../contract/terminal/call-spec.ts';
import type { RedemptionView } from '../../contract/terminal/state.ts';
import { mayReverseAlone, reversalBar } from '../../domain/correction/reversal.ts';
import { CASHIER_REVERSAL_MS, MINUTE_MS } from '../../domain/durations.ts';
import type { Access } from '../access/access.ts';
import { FaultError } from '../fault-error.ts';
import type { Journal, RedemptionRow } from '../journal/types.ts';

export interface ReversalParts {
  readonly journal: Journal;
  readonly access: Access;
  readonly nowMs: () => number;
  /** Minutes after midnight at which the store's business day begins. */
  readonly cutOverMinutes: () => number;
  readonly view: (row: RedemptionRow) => RedemptionView;
  /** Something was written that clearing should hear of. */
  readonly onWritten: (view: RedemptionView) => void;
  /** A redemption was taken back: its slip may be printed. */
  readonly onReversed: (view: RedemptionView, reversal: Reversal) => void;
}

/** What a reversal's slip says beside the redemption. */
export interface Reversal {
  readonly epoch: number;
  readonly seq: number;
  readonly atMs: number;
  readonly byName: string;
  readonly approvedByName: string | null;
  readonly reason: string;
}

interface Request {
  readonly epoch: number;
  readonly seq: number;
  readonly reason: string;
  readonly approval: Approval | null;
}

/** May this redemption still be taken back, and by whom? Throws the fault that says why not. */
function check(
  row: RedemptionRow | null,
  request: Request,
  parts: ReversalParts,
  cashierId: string,
): RedemptionRow {
  const { epoch, seq } = request;
  if (row === null) throw new FaultError('redemption-unknown', { epoch, seq });
  const nowMs = parts.nowMs();
  const bar = reversalBar(row, nowMs, parts.cutOverMinutes());
  if (bar === 'over') throw new FaultError('reversal-not-possible', { state: row.state });
  if (bar === 'too-late') throw new FaultError('reversal-too-late', { businessDay: row.businessDay });
  const alone = mayReverseAlone(row.atMs, row.cashierId === cashierId, nowMs);
  if (!alone && (request.approval === null || request.reason === ''))
    throw new FaultError('reversal-needs-manager', { minutes: CASHIER_REVERSAL_MS / MINUTE_MS });
  return row;
}

/**
 * Writes a reversal. Everything is checked before the manager's PIN is asked for and once more inside the
 * journal's transaction, so that two reversals of one redemption can't both be written.
 */
export async function reverse(parts: ReversalParts, request: Request): Promise<RedemptionView> {
  const { journal, access } = parts;
  const user = access.current();
  if (user === null) throw new FaultError('not-signed-in');
  const { epoch, seq, reason, approval } = request;
  check(journal.redemption(epoch, seq), request, parts, user.id);
  const manager = approval === null ? null : await access.approve(approval.managerId, approval.pin);
  const appended = journal.append(parts.nowMs(), (reader) => {
    const row = check(reader.redemption(epoch, seq), request, parts, user.id);
    return {
      kind: 'reversal',
      body: {
        of: { epoch, seq },
        redemptionId: row.redemptionId,
        by: user.id,
        approvedBy: manager?.id ?? null,
        reason,
      },
    };
  });
  const reversed = journal.redemption(epoch, seq);
  if (reversed === null) throw new Error('a reversed redemption has no projection');
  const view = parts.view(reversed);
  parts.onWritten(view);
  if (!('aborted' in appended)) {
    const { epoch: ownEpoch, seq: ownSeq, atMs } = appended.entry;
    const approvedByName = manager?.name ?? null;
    parts.onReversed(view, { epoch: ownEpoch, seq: ownSeq, atMs, byName: user.name, approvedByName, reason });
  }
  return view;
}
