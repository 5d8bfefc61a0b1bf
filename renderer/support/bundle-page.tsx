import { Button } from 'antd';
import { useState } from 'react';
import { Answered } from '../manager/parts.tsx';
import { useAnswer } from '../shared/use-answer.ts';
import { useText } from '../shared/i18n/text.ts';
import { ask } from '../shared/store.ts';

/** What would leave the machine, to be read before it does. */
export function BundlePage() {
  const text = useText();
  const preview = useAnswer('support.bundlePreview', undefined);
  const [note, setNote] = useState('');
  return (
    <div className="page bundle">
      <p>{text('support.bundle.intro')}</p>
      <div className="page-head">
        <div className="export">
          <Button
            type="primary"
            data-testid="write-bundle"
            onClick={() =>
              void ask('support.writeBundle', undefined).then((answer) =>
                setNote(answer.ok ? text('support.bundle.done', { path: answer.output.path }) : ''),
              )
            }
          >
            {text('support.bundle.write')}
          </Button>
          <span role="status" className="export-note" data-testid="bundle-note">
            {note}
          </span>
        </div>
      </div>
      <Answered {...preview}>
        {(output) =>
          output.map((file) => (
            <section className="card" key={file.name}>
              <h2>{file.name}</h2>
              <pre tabIndex={0}>{file.text}</pre>
            </section>
          ))
        }
      </Answered>
    </div>
  );
}
