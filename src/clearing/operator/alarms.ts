import type { z } from 'zod';
import type { alarmsQuerySchema, AlarmView } from '../../contract/clearing/operator/held.ts';
import type { Selectable } from 'kysely';
import type { Context } from '../context.ts';
import { ApiError } from '../errors.ts';
import type { AlarmTable } from '../storage/schema.ts';
import type { Reader } from '../storage/storage.ts';
import { audit, type Operator, requireRole } from './operators.ts';

/** Alarms in the order in which they were raised, a page at a time. */
export async function listAlarms(
  db: Reader,
  { state, code, terminalId, after, limit }: z.infer<typeof alarmsQuerySchema>,
): Promise<{ readonly alarms: AlarmView[]; readonly more: boolean }> {
  let query = db
    .selectFrom('alarms')
    .selectAll()
    .where('id', '>', after)
    .orderBy('id')
    .limit(limit + 1);
  if (state !== 'all') query = query.where('acknowledged_by', state === 'open' ? 'is' : 'is not', null);
  if (code !== undefined) query = query.where('code', '=', code);
  if (terminalId !== undefined) query = query.where('terminal_id', '=', terminalId);
  const rows = await query.execute();
  return { alarms: rows.slice(0, limit).map(viewOf), more: rows.length > limit };
}

/** Somebody has seen to it. The alarm stays on record; refuses (`conflict`) a second word. */
export async function acknowledgeAlarm(
  context: Context,
  operator: Operator,
  id: number,
  note: string,
): Promise<AlarmView> {
  requireRole(operator, 'admin', 'bureau', 'unionpay');
  return context.storage.transaction(async (tx) => {
    const row = await tx
      .updateTable('alarms')
      .set({ acknowledged_by: operator.id, acknowledged_at_ms: context.now(), note })
      .where('id', '=', id)
      .where('acknowledged_by', 'is', null)
      .returningAll()
      .executeTakeFirst();
    if (row === undefined) {
      const known = await tx.selectFrom('alarms').select('id').where('id', '=', id).executeTakeFirst();
      if (known === undefined) throw new ApiError('not-found', 'no such alarm');
      throw new ApiError('conflict', 'somebody has seen to it already');
    }
    await audit(tx, context, operator, 'alarm-acknowledged', String(id), { code: row.code, note });
    return viewOf(row);
  });
}

function viewOf(row: Selectable<AlarmTable>): AlarmView {
  return {
    id: row.id,
    code: row.code,
    terminalId: row.terminal_id,
    details: JSON.parse(row.details) as AlarmView['details'],
    atMs: row.at_ms,
    acknowledgedBy: row.acknowledged_by,
    acknowledgedAtMs: row.acknowledged_at_ms,
    note: row.note,
  };
}
