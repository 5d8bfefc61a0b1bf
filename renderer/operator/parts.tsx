import { Alert, Button, Input, Modal, Skeleton } from 'antd';
import { type ReactNode, useId, useState } from 'react';
import { shanghaiMinute } from '../../src/domain/business-day.ts';
import { yuan } from '../shared/format.ts';
import type { Refusal } from './api.ts';
import { type Loading, useAct, useSession } from './session.ts';
import { useText } from './text.ts';

/** What was asked for: being read, refused, or there. Never nothing at all. */
export function Loaded<T>(props: { readonly of: Loading<T>; readonly children: (data: T) => ReactNode }) {
  const { data, refusal, loading, again } = props.of;
  const text = useText();
  return (
    <>
      {refusal !== null && (
        <Refused refusal={refusal} action={<Button onClick={again}>{text('again')}</Button>} />
      )}
      {data !== null ? (
        <div aria-busy={loading}>{props.children(data)}</div>
      ) : (
        loading && (
          <div role="status" aria-label={text('loading')}>
            <Skeleton active={false} paragraph={{ rows: 5 }} />
          </div>
        )
      )}
    </>
  );
}

/** Why the server said no: what the code means, and the server's own word for it. */
export function Refused(props: { readonly refusal: Refusal | null; readonly action?: ReactNode }) {
  const text = useText();
  const { refusal } = props;
  if (refusal === null) return null;
  return (
    <Alert
      className="refused"
      type="error"
      showIcon
      role="alert"
      data-testid="refusal"
      title={text(`refusal.${refusal.code}`)}
      description={refusal.said}
      action={props.action}
    />
  );
}

export function Nothing({ children }: { readonly children: ReactNode }) {
  return (
    <p className="nothing" data-testid="nothing">
      {children}
    </p>
  );
}

/** Why a button is not there for this person. */
export function NotForYou({ children }: { readonly children: ReactNode }) {
  return (
    <p className="not-for-you" data-testid="not-for-you">
      {children}
    </p>
  );
}

/** An operator by name; oneself is marked. */
export function Who({ id }: { readonly id: string | null }) {
  const { me, names } = useSession();
  const text = useText();
  if (id === null) return <>—</>;
  return (
    <span className="who" title={id}>
      {names.get(id) ?? id}
      {id === me.id && ` ${text('you')}`}
    </span>
  );
}

export function When({ at }: { readonly at: number | null }) {
  return <>{at === null ? '—' : shanghaiMinute(at)}</>;
}

export function Money({ fen }: { readonly fen: number }) {
  return <span className="money">¥{yuan(fen)}</span>;
}

export function Card(props: {
  readonly title: string;
  readonly testId?: string;
  readonly extra?: ReactNode;
  readonly children: ReactNode;
}) {
  const id = useId();
  return (
    <section className="card" aria-labelledby={id} data-testid={props.testId}>
      <header>
        <h2 id={id}>{props.title}</h2>
        {props.extra}
      </header>
      {props.children}
    </section>
  );
}

/** Facts by name. */
export function Facts({ of }: { readonly of: readonly (readonly [name: string, value: ReactNode])[] }) {
  return (
    <dl className="facts">
      {of.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

export type Tone = 'good' | 'wait' | 'bad' | 'plain';
export function State({ tone, children }: { readonly tone: Tone; readonly children: ReactNode }) {
  return <span className={`state state-${tone}`}>{children}</span>;
}

/** A question before something is done: what it does, a reason where one is kept, and what the server says to it. */
export function Ask(props: {
  readonly title: string;
  readonly explain: ReactNode;
  readonly ok: string;
  readonly danger?: boolean;
  /** The field's label; left out: no reason is asked for. */
  readonly reason?: string;
  /** For a reason that may stay empty. */
  readonly optional?: boolean;
  /** For a question whose answer takes its place. */
  readonly staysOpen?: boolean;
  readonly onClose: () => void;
  readonly onOk: (reason: string) => Promise<unknown>;
}) {
  const text = useText();
  const { busy, refusal, act } = useAct();
  const [reason, setReason] = useState('');
  const field = useId();
  const isMissing = props.reason !== undefined && props.optional !== true && reason.trim() === '';
  return (
    <Modal
      open
      title={props.title}
      okText={props.ok}
      okButtonProps={{ 'data-testid': 'ask-ok', danger: props.danger === true, disabled: isMissing }}
      cancelText={text('cancel')}
      confirmLoading={busy}
      onCancel={props.onClose}
      onOk={() => {
        void act(() => props.onOk(reason.trim())).then((isDone) => {
          if (isDone && props.staysOpen !== true) props.onClose();
        });
      }}
    >
      <div className="form">
        <div>{props.explain}</div>
        {props.reason !== undefined && (
          <div className="field">
            <label htmlFor={field}>{props.reason}</label>
            <Input.TextArea
              id={field}
              data-testid="ask-reason"
              rows={2}
              maxLength={200}
              value={reason}
              onChange={({ target }) => setReason(target.value)}
            />
          </div>
        )}
        <Refused refusal={refusal} />
      </div>
    </Modal>
  );
}

/** A labelled field of a form. */
export function Field(props: {
  readonly label: string;
  readonly hint?: string;
  readonly children: (id: string) => ReactNode;
}) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{props.label}</label>
      {props.children(id)}
      {props.hint !== undefined && <small>{props.hint}</small>}
    </div>
  );
}

/** A choice from a short list; the browser's own, which every keyboard and reader knows. */
export function Choice<T extends string>(props: {
  readonly label: string;
  readonly testId: string;
  readonly value: T;
  readonly options: readonly (readonly [value: T, label: string])[];
  readonly onChange: (value: T) => void;
}) {
  return (
    <Field label={props.label}>
      {(id) => (
        <select
          id={id}
          data-testid={props.testId}
          value={props.value}
          onChange={({ target }) => {
            const chosen = props.options.find(([value]) => value === target.value);
            if (chosen !== undefined) props.onChange(chosen[0]);
          }}
        >
          {props.options.map(([value, label]) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

/** One of a few views, as buttons. */
export function Views<T extends string>(props: {
  readonly label: string;
  readonly testId: string;
  readonly value: T;
  readonly options: readonly (readonly [value: T, label: string])[];
  readonly onChange: (value: T) => void;
}) {
  return (
    <div className="views" role="group" aria-label={props.label}>
      {props.options.map(([value, label]) => (
        <button
          key={value}
          type="button"
          data-testid={`${props.testId}-${value}`}
          aria-pressed={value === props.value}
          onClick={() => props.onChange(value)}
        >
          {label}
        </button>
      ))}
    </div>
  );
}
