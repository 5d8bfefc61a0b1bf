import { Button } from 'antd';
import { useState } from 'react';
import { Answered, Nothing } from '../manager/parts.tsx';
import { useAnswer } from '../manager/use-answer.ts';
import { dayAndTime } from '../shared/format.ts';
import { useLanguage, useText } from '../shared/i18n/text.ts';
import { ask } from '../shared/store.ts';
import { Line } from './state-page.tsx';

/** 1536 → "1.5 KiB" */
export function size(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  const at = Math.min(units.length - 1, Math.floor(Math.log2(Math.max(1, bytes)) / 10));
  return `${(bytes / 1024 ** at).toFixed(at === 0 ? 0 : 1)} ${units[at] ?? ''}`;
}

/** The database and its back-ups. */
export function DataPage() {
  const text = useText();
  const language = useLanguage();
  const status = useAnswer('support.status', undefined);
  const [note, setNote] = useState('');
  const [busy, setBusy] = useState(false);
  const backUp = (): void => {
    setBusy(true);
    setNote(text('support.data.backingUp'));
    void ask('support.backUp', undefined).then((answer) => {
      setBusy(false);
      setNote(answer.ok ? text('support.data.done', { path: answer.output.path }) : '');
      status.again();
    });
  };
  return (
    <div className="page">
      <div className="page-head">
        <div className="export">
          <Button type="primary" disabled={busy} data-testid="back-up" onClick={backUp}>
            {text('support.data.backUp')}
          </Button>
          <span role="status" className="export-note" data-testid="back-up-note">
            {note}
          </span>
        </div>
      </div>
      <Answered {...status}>
        {(output) => (
          <div className="two">
            <section className="card">
              <h2>{text('support.data.database')}</h2>
              <p className="path">{output.database.path}</p>
              <dl className="definition">
                <Line name={text('support.data.size')}>{size(output.database.sizeBytes)}</Line>
                <Line name={text('support.data.free')}>{size(output.diskFreeBytes)}</Line>
              </dl>
            </section>
            <section className="card">
              <h2>{text('support.data.backups')}</h2>
              {output.backups.length === 0 ? (
                <Nothing title={text('support.data.noBackups')} hint={null} />
              ) : (
                <dl className="definition">
                  {output.backups.map((file) => (
                    <Line key={file.path} name={dayAndTime(file.atMs, language)}>
                      {size(file.sizeBytes)} · {file.path}
                    </Line>
                  ))}
                </dl>
              )}
            </section>
          </div>
        )}
      </Answered>
    </div>
  );
}
