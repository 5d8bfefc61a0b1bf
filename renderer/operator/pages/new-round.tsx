import { Input } from 'antd';
import { useState } from 'react';
import { DAY_MS, dayStartMs, businessDay, shanghaiMinute } from '../../../src/domain/business-day.ts';
import { HOUR_MS } from '../../../src/domain/durations.ts';
import { Ask, Choice, Field } from '../parts.tsx';
import { useSession } from '../session.ts';
import { useText } from '../text.ts';

/** `2023-06-10T09:00` as written in the form, always Beijing time. */
const toMs = (local: string): number => Date.parse(`${local}:00+08:00`);
const toLocal = (atMs: number): string => shanghaiMinute(atMs).replace(' ', 'T');

/** A round usually opens at nine and runs for a week. */
const OPENS_AT_MS = 9 * HOUR_MS;
const RUNS_MS = 7 * DAY_MS;

export function NewRound(props: {
  readonly path: string;
  readonly kinds: readonly { readonly id: string; readonly name: string; readonly left: number }[];
  readonly onClose: () => void;
  readonly onDone: () => void;
}) {
  const text = useText();
  const { api } = useSession();
  const [kind, setKind] = useState(props.kinds[0]?.id ?? '');
  const [quota, setQuota] = useState('1000');
  const [opens, setOpens] = useState(() =>
    toLocal(dayStartMs(businessDay(Date.now() + DAY_MS)) + OPENS_AT_MS),
  );
  const [closes, setCloses] = useState(() =>
    toLocal(dayStartMs(businessDay(Date.now() + DAY_MS)) + OPENS_AT_MS + RUNS_MS),
  );
  const left = props.kinds.find(({ id }) => id === kind)?.left ?? 0;
  return (
    <Ask
      title={text('rounds.openRound')}
      explain={
        <div className="form">
          <Choice
            label={text('rounds.kind')}
            testId="round-kind"
            value={kind}
            options={props.kinds.map(({ id, name }) => [id, name] as const)}
            onChange={setKind}
          />
          <Field
            label={text('rounds.quota')}
            hint={text('rounds.left', { count: left.toLocaleString('en') })}
          >
            {(id) => (
              <Input
                id={id}
                data-testid="round-quota"
                inputMode="numeric"
                maxLength={10}
                value={quota}
                onChange={({ target }) => setQuota(target.value.replace(/\D/g, ''))}
              />
            )}
          </Field>
          <Field label={text('rounds.opensAt')}>
            {(id) => (
              <input
                id={id}
                data-testid="round-opens"
                type="datetime-local"
                value={opens}
                onChange={({ target }) => setOpens(target.value)}
              />
            )}
          </Field>
          <Field label={text('rounds.closesAt')}>
            {(id) => (
              <input
                id={id}
                type="datetime-local"
                value={closes}
                onChange={({ target }) => setCloses(target.value)}
              />
            )}
          </Field>
        </div>
      }
      ok={text('rounds.openRound')}
      onClose={props.onClose}
      onOk={async () => {
        const times = { opensAtMs: toMs(opens), closesAtMs: toMs(closes) };
        await api.post(props.path, { kind, quota: Number(quota), ...times });
        props.onDone();
      }}
    />
  );
}
