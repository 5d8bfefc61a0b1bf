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
      <div className="band-line">
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
        {sync.lastError !== null && tone === 'alert' && (
          <span data-testid="sync-error">{text(`faults.${sync.lastError.code}.title`)}</span>
        )}
        <span className="band-end">
          {sync.lastContactAtMs === null
            ? text('sync.never')
            : text('sync.lastContact', { time: clockTime(sync.lastContactAtMs) })}
        </span>
      </div>
      {tone === 'alert' && left !== null && sync.clock === 'trusted' && <OfflineLeft left={left} />}
      {tone === 'alert' && sync.clock === 'untrusted' && (
        <div className="band-line" data-testid="clock-doubt">
          <b>{text('sync.clockDoubt')}</b>
        </div>
      )}
    </section>
  );
}

/** What may still be redeemed without a network, the limit that bites first named and marked. */
function OfflineLeft({ left }: { readonly left: NonNullable<SyncState['offlineLeft']> }) {
  const text = useText();
  const meters = [
    {
      name: 'count',
      left: left.count,
      of: left.of.count,
      word: text('sync.leftCount', { count: left.count }),
    },
    {
      name: 'amount',
      left: left.discountFen,
      of: left.of.discountFen,
      word: text('yuan', { amount: yuanShort(left.discountFen) }),
    },
    { name: 'age', left: left.ageMs, of: left.of.ageMs, word: spanText(text, left.ageMs) },
  ] as const;
  const over = meters.some((meter) => meter.left <= 0);
  return (
    <div className="band-line" data-testid="offline-left" data-first={left.first}>
      <b>{text(over ? 'sync.leftNone' : 'sync.leftTitle')}</b>
      {meters.map((meter) => (
        <span
          key={meter.name}
          className={meter.name === left.first ? 'left left-first' : 'left'}
          data-testid={`left-${meter.name}`}
        >
          {meter.word}
          <i aria-hidden="true">
            <i
              style={{ width: `${String(meter.of <= 0 ? 0 : Math.round((100 * meter.left) / meter.of))}%` }}
            />
          </i>
          {meter.name === left.first && <em>{text('sync.leftFirst')}</em>}
        </span>
      ))}
      {!over && <span>{text('sync.carryOn')}</span>}
    </div>
  );
}
