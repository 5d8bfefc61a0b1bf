import { Button } from 'antd';
import { Answered, Nothing } from '../manager/parts.tsx';
import { useAnswer } from '../shared/use-answer.ts';
import { useText } from '../shared/i18n/text.ts';
import { useWork, WorkNote } from './work.tsx';

/** What would leave the machine, to be read before it does. */
export function BundlePage() {
  const text = useText();
  const preview = useAnswer('support.bundlePreview', undefined);
  const work = useWork();
  return (
    <div className="page bundle">
      <p>{text('support.bundle.intro')}</p>
      <div className="page-head">
        <div className="export">
          <Button
            type="primary"
            data-testid="write-bundle"
            disabled={work.busy}
            onClick={() =>
              void work.run('support.writeBundle', undefined, {
                working: text('support.bundle.writing'),
                done: ({ path }) => text('support.bundle.done', { path }),
              })
            }
          >
            {text('support.bundle.write')}
          </Button>
          <WorkNote work={work} testId="bundle-note" />
        </div>
      </div>
      <Answered {...preview}>
        {(output) =>
          output.length === 0 ? (
            <Nothing title={text('support.bundle.nothing')} hint={null} />
          ) : (
            output.map((file) => (
              <section className="card" key={file.name}>
                <h2>{file.name}</h2>
                <pre tabIndex={0}>{file.text}</pre>
              </section>
            ))
          )
        }
      </Answered>
    </div>
  );
}
