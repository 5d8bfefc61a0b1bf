import { Button } from 'antd';
import { useState } from 'react';
import { Answered, Nothing } from '../manager/parts.tsx';
import { useAnswer } from '../shared/use-answer.ts';
import { dayAndTime, sizeText, yuan } from '../shared/format.ts';
import { useLanguage, useText } from '../shared/i18n/text.ts';
import { useTerminal } from '../shared/store.ts';
import { Chooser } from '../shared/chooser.tsx';
import { useWork, WorkNote } from './work.tsx';

/** Where there is no network: the unsent journal leaves on a stick, and any terminal hands it on unopened. */
export function CarryPage() {
  const text = useText();
  const folders = useAnswer('support.folders', undefined);
  const [picked, setPicked] = useState<string | null>(null);
  return (
    <div className="page">
      <p>{text('support.carry.intro')}</p>
      <Answered {...folders}>
        {(output) => {
          const folder = output.find(({ path }) => path === picked)?.path ?? output[0]?.path;
          return (
            <>
              <section className="card">
                <div className="page-head">
                  <h2>{text('support.carry.where')}</h2>
                  <Button data-testid="folders-again" onClick={folders.again}>
                    {text('support.carry.look')}
                  </Button>
                </div>
                {folder === undefined ? (
                  <Nothing title={text('support.carry.noStick')} hint={text('support.carry.noStickHint')} />
                ) : (
                  <Chooser
                    label={text('support.carry.where')}
                    testId="folder"
                    bare
                    options={output.map(({ path, freeBytes }) => ({
                      value: path,
                      label: text('support.carry.folder', { path, free: sizeText(freeBytes) }),
                    }))}
                    chosen={folder}
                    onChoose={setPicked}
                  />
                )}
              </section>
              {folder !== undefined && (
                <div className="two">
                  <Export folder={folder} />
                  <Forward key={folder} folder={folder} />
                </div>
              )}
            </>
          );
        }}
      </Answered>
    </div>
  );
}

function Export({ folder }: { readonly folder: string }) {
  const text = useText();
  const sync = useTerminal((view) => view.sync);
  const work = useWork();
  return (
    <section className="card">
      <h2>{text('support.carry.export')}</h2>
      <p>
        {text('support.carry.exportWhat', {
          count: sync.pendingCount,
          yuan: yuan(sync.pendingDiscountFen),
        })}
      </p>
      <div className="export">
        <Button
          type="primary"
          disabled={work.busy}
          data-testid="export-unsent"
          onClick={() =>
            void work.run(
              'support.exportUnsent',
              { folder },
              {
                working: text('support.carry.exporting'),
                done: ({ path, entries }) => text('support.carry.exported', { count: entries, path }),
              },
            )
          }
        >
          {text('support.carry.exportNow')}
        </Button>
        <WorkNote work={work} testId="export-unsent-note" />
      </div>
    </section>
  );
}

function Forward({ folder }: { readonly folder: string }) {
  const text = useText();
  const language = useLanguage();
  const files = useAnswer('support.sealedFiles', { folder });
  const work = useWork();
  return (
    <section className="card">
      <h2>{text('support.carry.forward')}</h2>
      <p>{text('support.carry.forwardWhat')}</p>
      <Answered {...files}>
        {(output) =>
          output.length === 0 ? (
            <Nothing title={text('support.carry.noFiles')} hint={null} />
          ) : (
            <ul className="files">
              {output.map((file, at) => (
                <li key={file.path}>
                  <span>
                    {dayAndTime(file.atMs, language)} · {sizeText(file.sizeBytes)}
                    <small>{file.path}</small>
                  </span>
                  <Button
                    disabled={work.busy}
                    data-testid={`forward-${String(at)}`}
                    onClick={() =>
                      void work.run(
                        'support.forwardSealed',
                        { path: file.path },
                        {
                          working: text('support.carry.forwarding'),
                          done: (answer) => text('support.carry.forwarded', answer),
                        },
                      )
                    }
                  >
                    {text('support.carry.forwardNow')}
                  </Button>
                </li>
              ))}
            </ul>
          )
        }
      </Answered>
      <WorkNote work={work} testId="forward-note" />
    </section>
  );
}
