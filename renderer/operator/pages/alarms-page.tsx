import { Button } from 'antd';
import { useState } from 'react';
import type { AlarmView } from '../../../src/contract/clearing/operator/held.ts';
import type { TerminalView } from '../../../src/contract/clearing/operator/stores.ts';
import { holds } from '../../shared/i18n/zh/holds.ts';
import { download } from '../api.ts';
import {
  Ask,
  Card,
  Choice,
  Loaded,
  Nothing,
  NotForYou,
  Refused,
  State,
  Views,
  When,
  Who,
} from '../parts.tsx';
import { useAct, useLoad, useRoles, useSession } from '../session.ts';
import { useStoreNames } from '../store-names.ts';
import { type Text, useText } from '../text.ts';
import { reasonText } from './held-page.tsx';

const LISTED = 200;
/** Of a value: a hash is known by its beginning. */
const SHOWN = 16;
const OWN_WORDS = ['entries-lost', 'clock-back'] as const;

function alarmText(text: Text, code: string): string {
  const own = OWN_WORDS.find((one) => one === code);
  if (own !== undefined) return text(`alarms.${own}`);
  return Object.hasOwn(holds, code) ? reasonText(text, code) : text('alarms.other', { code });
}

/** What went wrong with terminals' journals, and their journals for the auditor. */
export function AlarmsPage() {
  const text = useText();
  const may = useRoles();
  const { api } = useSession();
  const [state, setState] = useState<'open' | 'all'>('open');
  const [after, setAfter] = useState(0);
  const [asked, setAsked] = useState<AlarmView | null>(null);
  const alarms = useLoad<{ readonly alarms: readonly AlarmView[]; readonly more: boolean }>(
    '/v1/operator/alarms',
    { state, after, limit: LISTED },
  );
  return (
    <>
      <Views
        label={text('page.alarms')}
        testId="alarms"
        value={state}
        options={[
          ['open', text('alarms.open')],
          ['all', text('alarms.all')],
        ]}
        onChange={(one) => {
          setState(one);
          setAfter(0);
        }}
      />
      <Loaded of={alarms}>
        {({ alarms: listed, more }) =>
          listed.length === 0 ? (
            <Nothing>{text('alarms.none')}</Nothing>
          ) : (
            <section className="card">
              <ul className="rows">
                {listed.map((alarm) => (
                  <li key={alarm.id} data-testid="alarm">
                    <OneAlarm alarm={alarm} />
                    {alarm.acknowledgedBy === null && may('admin', 'bureau', 'unionpay') && (
                      <Button data-testid="acknowledge" onClick={() => setAsked(alarm)}>
                        {text('alarms.acknowledge')}
                      </Button>
                    )}
                  </li>
                ))}
              </ul>
              {more && <Button onClick={() => setAfter(listed.at(-1)?.id ?? 0)}>{text('nextPage')}</Button>}
            </section>
          )
        }
      </Loaded>
      <AuditExport />
      {asked !== null && (
        <Ask
          title={alarmText(text, asked.code)}
          explain={text('alarms.ackExplain')}
          ok={text('alarms.acknowledge')}
          reason={text('alarms.ackLabel')}
          onClose={() => setAsked(null)}
          onOk={async (note) => {
            await api.post(`/v1/operator/alarms/${asked.id}/acknowledge`, { note });
            alarms.again();
          }}
        />
      )}
    </>
  );
}

function OneAlarm({ alarm }: { readonly alarm: AlarmView }) {
  const text = useText();
  const details = Object.entries(alarm.details)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => `${name} ${String(value).slice(0, SHOWN)}`)
    .join(' · ');
  return (
    <div>
      <b>{alarmText(text, alarm.code)}</b>{' '}
      {alarm.acknowledgedBy === null && <State tone="bad">{text('alarms.open')}</State>}
      <small>
        {alarm.terminalId} · <When at={alarm.atMs} /> · {details}
      </small>
      {alarm.acknowledgedBy !== null && (
        <small>
          {text('alarms.ackBy')} <Who id={alarm.acknowledgedBy} /> <When at={alarm.acknowledgedAtMs} />:{' '}
          {alarm.note}
        </small>
      )}
    </div>
  );
}

function AuditExport() {
  const text = useText();
  const may = useRoles();
  const { api } = useSession();
  const nameOf = useStoreNames();
  const { busy, refusal, act } = useAct();
  const [wanted, setWanted] = useState('');
  const terminals = useLoad<{ readonly terminals: readonly TerminalView[] }>('/v1/operator/terminals', {
    limit: LISTED,
  });
  return (
    <Card title={text('alarms.export')}>
      <p>{text('alarms.exportHint')}</p>
      {!may('auditor', 'finance', 'admin') ? (
        <NotForYou>
          {text('noRole', {
            roles: [text('role.auditor'), text('role.finance'), text('role.admin')].join(' / '),
          })}
        </NotForYou>
      ) : (
        <Loaded of={terminals}>
          {({ terminals: listed }) => {
            const chosen = listed.find(({ id }) => id === wanted) ?? listed[0];
            return chosen === undefined ? (
              <Nothing>{text('alarms.noTerminals')}</Nothing>
            ) : (
              <div className="inline-form">
                <Choice
                  label={text('alarms.chooseTerminal')}
                  testId="audit-terminal"
                  value={chosen.id}
                  options={listed.map(
                    ({ id, storeId, counter }) => [id, `${nameOf(storeId)} · ${counter} · ${id}`] as const,
                  )}
                  onChange={setWanted}
                />
                <Button
                  data-testid="audit-export"
                  loading={busy}
                  onClick={() =>
                    void act(() =>
                      download(
                        api,
                        `/v1/operator/audit/journals/${chosen.id}`,
                        `journal-${chosen.id}.ndjson`,
                      ),
                    )
                  }
                >
                  {text('download')}
                </Button>
              </div>
            );
          }}
        </Loaded>
      )}
      <Refused refusal={refusal} />
    </Card>
  );
}
