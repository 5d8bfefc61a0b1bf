import { Alert, Button } from 'antd';
import type { ReactNode } from 'react';
import type { Fault } from '../../src/contract/terminal/errors.ts';
import { faultHelp } from '../shared/fault-note.tsx';
import { useText } from '../shared/i18n/text.ts';

/** A list or sum that is being read, could not be read, or is there. Never nothing at all. */
export function Answered<T>(props: {
  readonly output: T | null;
  readonly fault: Fault | null;
  readonly loading: boolean;
  readonly again: () => void;
  readonly children: (output: T) => ReactNode;
}) {
  const text = useText();
  const { output, fault, loading } = props;
  return (
    <>
      {fault !== null && (
        <Alert
          type="error"
          showIcon
          data-testid="failed"
          title={text(`faults.${fault.code}.title`)}
          description={faultHelp(text, fault)}
          action={
            <Button data-testid="retry" onClick={props.again}>
              {text('retry')}
            </Button>
          }
        />
      )}
      {output === null ? loading && <Waiting /> : <div aria-busy={loading}>{props.children(output)}</div>}
    </>
  );
}

function Waiting() {
  const text = useText();
  return (
    <div className="empty" role="status" data-testid="loading">
      <i className="spinner spinner-small" aria-hidden="true" /> {text('loading')}
    </div>
  );
}

/** Nothing to show, and what to do about it. */
export function Nothing({ title, hint }: { readonly title: string; readonly hint: string | null }) {
  return (
    <div className="empty" data-testid="nothing">
      <b>{title}</b>
      {hint !== null && <p>{hint}</p>}
    </div>
  );
}
