import type { SyncState } from '../../src/contract/terminal/state.ts';
import { clockTime, span, yuan, yuanShort } from './format.ts';
import { useText, type Text } from './i18n/text.ts';
import { useNow } from './use-now.ts';

const spanText = (text: Text, ms: number): string => {
  const { unit, count } = span(ms);
  return text(`span.${unit}`, { count });
};

/** How clearing is doing and what waits: never calm over unsent redemptions. */
export function SyncBand({ sync }: { readonly sync: SyncState }) {
  const text = useText();
  const now = useNow(10_000);
  const tone = sync.connection === 'online' ? (sync.pendingCount > 0 ? 'busy' : 'calm') : 'alert';
  const left = sync.offlineLeft;
  return (
    <section className={`band band-${tone}`} role="status" data-testid="sync-band">
      <span className="band-main" data-testid="connection" data-state={sync.connection}>
        <i className="band-sign" aria-hidden="true" />
        {text(`connection.${sync.connection}`)}
      </span>
      <span data-testid="pending-count" data-count={sync.pendingCount} className="band-strong">
        {sync.pendingCount === 0
          ? text('sync.none')
          : `${text('sync.pending', { count: sync.pendingCount })} · ${text('sync.pendingYuan', { yuan: yuan(sync.pendingDiscountFen) })}`}
      </span>
      {sync.oldestPendingAtMs !== null && (
        <span>{text('sync.oldest', { span: spanText(text, now - sync.oldestPendingAtMs) })}</span>
      )}
      {tone === 'alert' && left !== null && (
        <span data-testid="offline-left">
          {left.count <= 0 || left.discountFen <= 0 || left.ageMs <= 0
            ? text('sync.leftNone')
            : text('sync.left', {
                count: left.count,
                yuan: yuanShort(left.discountFen),
                span: spanText(text, left.ageMs),
              })}
        </span>
      )}
      {sync.lastError !== null && tone === 'alert' && (
        <span data-testid="sync-error">{text(`faults.${sync.lastError.code}.title`)}</span>
      )}
      <span className="band-end">
        {sync.lastContactAtMs === null
          ? text('sync.never')
          : text('sync.lastContact', { time: clockTime(sync.lastContactAtMs) })}
      </span>
    </section>
  );
}
