import type { Fault } from '../../src/contract/terminal/errors.ts';
import { FaultNote } from './fault-note.tsx';
import { useText, type TextKey } from './i18n/text.ts';

/** Instead of a list, at the counter: it is being read, it could not be read, or there is nothing in it. */
export function ListState(props: {
  readonly loading: boolean;
  readonly fault: Fault | null;
  readonly again: () => void;
  readonly empty: TextKey;
}) {
  const text = useText();
  if (props.fault !== null)
    return (
      <div className="empty" data-testid="failed">
        <FaultNote fault={props.fault} />
        <button type="button" className="key-safe quiet" data-testid="retry" onClick={props.again}>
          {text('retry')}
        </button>
      </div>
    );
  return props.loading ? (
    <p className="empty" role="status" data-testid="loading">
      <i className="spinner spinner-small" aria-hidden="true" /> {text('loading')}
    </p>
  ) : (
    <p className="empty" data-testid="nothing">
      {text(props.empty)}
    </p>
  );
}
