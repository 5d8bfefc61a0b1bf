import { Button } from 'antd';
import { useState } from 'react';
import type { SupportStatus } from '../../src/contract/terminal/calls-support.ts';
import { Answered, Nothing } from '../manager/parts.tsx';
import { useAnswer } from '../shared/use-answer.ts';
import { FaultNote } from '../shared/fault-note.tsx';
import { dayAndTime, sizeText } from '../shared/format.ts';
import { useLanguage, useText } from '../shared/i18n/text.ts';
import { Chooser } from '../shared/chooser.tsx';
import { ChangesCard } from './changes-card.tsx';
import { Line } from './state-page.tsx';
import { useWork, WorkNote, type Work } from './work.tsx';

/** The database, its back-ups and their schedule, and what was archived. */
export function DataPage() {
  const text = useText();
  const status = useAnswer('support.status', undefined);
  const work = useWork();
  const saving = useWork();
  const backUp = (): void => {
    void work
      .run('support.backUp', undefined, {
        working: text('support.data.backingUp'),
        done: ({ path }) => text('support.data.done', { path }),
      })
      .then(status.again);
  };
  return (
    <div className="page">
      <div className="page-head">
        <div className="export">
          <Button type="primary" disabled={work.busy} data-testid="back-up" onClick={backUp}>
            {text('support.data.backUp')}
          </Button>
          <WorkNote work={work} testId="back-up-note" />
        </div>
      </div>
      <Answered {...status}>
        {(output) => (
          <>
            <div className="two">
              <section className="card">
                <h2>{text('support.data.database')}</h2>
                <p className="path">{output.database.path}</p>
                <dl className="definition">
                  <Line name={text('support.data.size')}>{sizeText(output.database.sizeBytes)}</Line>
                  <Line name={text('support.data.free')}>{sizeText(output.diskFreeBytes)}</Line>
                </dl>
              </section>
              <Schedule
                key={JSON.stringify([output.backUp.folder, output.backUp.everyMinutes, output.backUp.keep])}
                backUp={output.backUp}
                work={saving}
                onSaved={status.again}
              />
            </div>
            <div className="two">
              <Files
                title={text('support.data.backups')}
                files={output.backups}
                none={text('support.data.noBackups')}
              />
              <Archive archive={output.archive} onMoved={status.again} />
            </div>
          </>
        )}
      </Answered>
      <ChangesCard />
    </div>
  );
}

function Files(props: {
  readonly title: string;
  readonly files: SupportStatus['backups'];
  readonly none: string;
}) {
  const language = useLanguage();
  return (
    <section className="card">
      <h2>{props.title}</h2>
      {props.files.length === 0 ? (
        <Nothing title={props.none} hint={null} />
      ) : (
        <dl className="definition">
          {props.files.map((file) => (
            <Line key={file.path} name={dayAndTime(file.atMs, language)}>
              {sizeText(file.sizeBytes)} · {file.path}
            </Line>
          ))}
        </dl>
      )}
    </section>
  );
}

const EVERY_MINUTES = [15, 60, 240, 1440] as const;
const KEEP = [12, 48, 120] as const;

/** When back-ups are made, where, and how the last ones went. */
function Schedule(props: {
  readonly backUp: SupportStatus['backUp'];
  /** Outlives the form, which begins anew when the saved settings come back. */
  readonly work: Work;
  readonly onSaved: () => void;
}) {
  const { backUp, work } = props;
  const text = useText();
  const language = useLanguage();
  const folders = useAnswer('support.folders', undefined);
  const [folder, setFolder] = useState(backUp.folder);
  const [everyMinutes, setEveryMinutes] = useState(backUp.everyMinutes);
  const [keep, setKeep] = useState(backUp.keep);
  const places = [
    ...new Set([
      ...(backUp.folder === null ? [] : [backUp.folder]),
      ...(folders.output ?? []).map(({ path }) => path),
    ]),
  ];
  const changed = folder !== backUp.folder || everyMinutes !== backUp.everyMinutes || keep !== backUp.keep;
  const or = (values: readonly number[], its: number): readonly number[] =>
    values.includes(its) ? values : [its, ...values];
  return (
    <section className="card" data-testid="back-up-schedule" data-every={backUp.everyMinutes}>
      <h2>{text('support.data.schedule')}</h2>
      <dl className="definition">
        <Line name={text('support.data.lastGood')}>
          {backUp.lastGoodAtMs === null
            ? text('support.clearing.none')
            : dayAndTime(backUp.lastGoodAtMs, language)}
        </Line>
        <Line name={text('support.data.next')}>
          {backUp.running
            ? text('support.data.backingUp')
            : backUp.nextAtMs === null
              ? text('support.clearing.none')
              : dayAndTime(backUp.nextAtMs, language)}
        </Line>
      </dl>
      {backUp.lastFault !== null && <FaultNote fault={backUp.lastFault} />}
      <Chooser
        label={text('support.data.place')}
        testId="back-up-folder"
        options={[
          { value: null, label: text('support.data.besideOnly') },
          ...places.map((path) => ({ value: path, label: path })),
        ]}
        chosen={folder}
        onChoose={setFolder}
      />
      {folder === null && <p className="mistake">{text('support.data.besideHint')}</p>}
      <Chooser
        label={text('support.data.every')}
        testId="back-up-every"
        options={or(EVERY_MINUTES, backUp.everyMinutes).map((value) => ({
          value,
          label:
            value % 60 === 0
              ? text('span.hours', { count: value / 60 })
              : text('span.minutes', { count: value }),
        }))}
        chosen={everyMinutes}
        onChoose={setEveryMinutes}
      />
      <Chooser
        label={text('support.data.keep')}
        testId="back-up-keep"
        options={or(KEEP, backUp.keep).map((value) => ({ value, label: String(value) }))}
        chosen={keep}
        onChoose={setKeep}
      />
      <div className="export">
        <Button
          disabled={!changed || work.busy}
          data-testid="back-up-save"
          onClick={() =>
            void work
              .run(
                'support.setBackUp',
                { folder, everyMinutes, keep },
                { working: text('support.data.backingUp'), done: () => text('support.data.saved') },
              )
              .then(props.onSaved)
          }
        >
          {text('support.data.save')}
        </Button>
        <WorkNote work={work} testId="back-up-saved" />
      </div>
    </section>
  );
}

function Archive(props: { readonly archive: SupportStatus['archive']; readonly onMoved: () => void }) {
  const { archive } = props;
  const text = useText();
  const work = useWork();
  return (
    <section className="card">
      <h2>{text('support.data.archive')}</h2>
      <p>
        {archive.keepMonths === null
          ? text('support.data.archiveNever')
          : text('support.data.archiveAfter', { months: archive.keepMonths })}
      </p>
      {archive.lastFault !== null && <FaultNote fault={archive.lastFault} />}
      {archive.files.length === 0 && <p>{text('support.data.noArchives')}</p>}
      <dl className="definition">
        {archive.files.map((file) => (
          <Line key={file.path} name={sizeText(file.sizeBytes)}>
            {file.path}
          </Line>
        ))}
      </dl>
      <div className="export">
        <Button
          disabled={work.busy || archive.keepMonths === null}
          data-testid="archive-now"
          onClick={() =>
            void work
              .run('support.archive', undefined, {
                working: text('support.data.archiving'),
                done: ({ moved }) => text('support.data.archived', { count: moved }),
              })
              .then(props.onMoved)
          }
        >
          {text('support.data.archiveNow')}
        </Button>
        <WorkNote work={work} testId="archive-note" />
      </div>
    </section>
  );
}
