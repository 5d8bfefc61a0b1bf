import { Button } from 'antd';
import { useState } from 'react';
import { useText } from '../shared/i18n/text.ts';
import { ask } from '../shared/store.ts';
import type { DayRange } from './days.ts';

/** The days' redemptions as a file, and the page on paper. */
export function ExportBar({ range }: { readonly range: DayRange }) {
  const text = useText();
  const [busy, setBusy] = useState(false);
  const [note, setNote] = useState('');
  const write = (format: 'csv' | 'xlsx'): void => {
    setBusy(true);
    setNote(text('manager.export.working'));
    void ask('manager.export', { ...range, format }).then((answer) => {
      setBusy(false);
      setNote(answer.ok ? text('manager.export.done', answer.output) : '');
    });
  };
  return (
    <div className="export">
      <Button disabled={busy} data-testid="export-xlsx" onClick={() => write('xlsx')}>
        {text('manager.export.xlsx')}
      </Button>
      <Button disabled={busy} data-testid="export-csv" onClick={() => write('csv')}>
        {text('manager.export.csv')}
      </Button>
      <Button data-testid="print" onClick={() => window.print()}>
        {text('manager.export.print')}
      </Button>
      <span className="export-note" role="status" data-testid="export-note">
        {busy && <i className="spinner spinner-small" aria-hidden="true" />} {note}
      </span>
    </div>
  );
}
