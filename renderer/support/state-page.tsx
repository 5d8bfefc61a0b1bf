import { Button } from 'antd';
import type { ReactNode } from 'react';
import type { SupportStatus } from '../../src/contract/terminal/calls-support.ts';
import type { AppState } from '../../src/contract/terminal/state.ts';
import { Answered } from '../manager/parts.tsx';
import { useAnswer } from '../shared/use-answer.ts';
import { faultHelp } from '../shared/fault-note.tsx';
import { useText } from '../shared/i18n/text.ts';
import { useTerminal } from '../shared/store.ts';
import { useWork, WorkNote } from './work.tsx';

type Head = SupportStatus['acknowledged'];

/** A line of a list of facts. */
export function Line({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}

/** Sync and clearing as they are, and what runs here. */
export function StatePage({ app }: { readonly app: AppState }) {
  const text = useText();
  const sync = useTerminal((view) => view.sync);
  const status = useAnswer('support.status', undefined);
  const work = useWork();
  /** The names that packs have in the core, in words. */
  const packName = (name: string): string =>
    name === 'key-ring'
      ? text('support.clearing.keyRing')
      : text('support.clearing.pack', { name: name.replace(/^pack:/, '') });
  const head = (value: Head): string =>
    value === null
      ? text('support.clearing.none')
      : `${value.epoch}:${value.seq} · ${value.hash.slice(0, 12)}`;
  return (
    <div className="page">
      <Answered {...status}>
        {(output) => (
          <div className="two">
            <section className="card">
              <h2>{text('support.clearing.title')}</h2>
              <dl className="definition">
                <Line name={text('support.clearing.url')}>{output.clearingUrl}</Line>
                <Line name={text('support.clearing.connection')}>
                  {text(`connection.${sync.connection}`)}
                </Line>
                <Line name={text('support.clearing.unsent')}>{output.unsentEntries}</Line>
                <Line name={text('support.clearing.head')}>{head(output.database.head)}</Line>
                <Line name={text('support.clearing.acknowledged')}>{head(output.acknowledged)}</Line>
                <Line name={text('support.clearing.skew')}>
                  {output.clockSkewMs === null
                    ? text('support.clearing.none')
                    : text('span.seconds', { count: (output.clockSkewMs / 1000).toFixed(1) })}
                </Line>
                <Line name={text('support.clearing.lastError')}>
                  {sync.lastError === null ? (
                    text('support.clearing.none')
                  ) : (
                    <>
                      {text(`faults.${sync.lastError.code}.title`)}: {faultHelp(text, sync.lastError)}
                    </>
                  )}
                </Line>
              </dl>
              <div className="export">
                <Button
                  type="primary"
                  data-testid="sync-now"
                  disabled={work.busy}
                  onClick={() =>
                    void work
                      .run('sync.now', undefined, {
                        working: text('support.clearing.syncing'),
                        done: () => text('support.clearing.synced'),
                      })
                      .then(status.again)
                  }
                >
                  {text('support.clearing.syncNow')}
                </Button>
                <WorkNote work={work} testId="sync-note" />
              </div>
            </section>
            <section className="card">
              <h2>{text('support.versions.title')}</h2>
              <dl className="definition">
                <Line name={text('support.versions.app')}>{output.versions.app}</Line>
                <Line name={text('support.versions.node')}>{output.versions.node}</Line>
                <Line name={text('support.versions.system')}>{output.versions.system}</Line>
                <Line name={text('support.versions.terminal')}>{app.terminal?.id ?? ''}</Line>
              </dl>
              <h2>{text('support.clearing.packs')}</h2>
              <dl className="definition">
                {output.packs.map((pack) => (
                  <Line key={pack.name} name={packName(pack.name)}>
                    {text('support.clearing.version', { version: pack.version })}
                  </Line>
                ))}
              </dl>
            </section>
          </div>
        )}
      </Answered>
    </div>
  );
}
