import { useState } from 'react';
import type { Fault } from '../../src/contract/terminal/errors.ts';
import type { AppState } from '../../src/contract/terminal/state.ts';
import { FaultNote } from '../shared/fault-note.tsx';
import { useText, type TextKey } from '../shared/i18n/text.ts';
import { askQuietly, useTerminal } from '../shared/store.ts';
import { LanguageSwitch } from '../shared/top-bar.tsx';
import './access.css';
import { isPin } from '../shared/pin.ts';

const EMPTY = { clearingUrl: '', code: '', managerName: '', managerPin: '', pinAgain: '' };
type Form = typeof EMPTY;
type FieldName = keyof Form;

/**
 * What is wrong with each field, in the order in which a person fills them in. `seeded`: the installer's file has
 * address and code.
 */
export function mistakes(form: Form, seeded = false): Partial<Record<FieldName, TextKey>> {
  const found: Partial<Record<FieldName, TextKey>> = {};
  if (seeded) return managerMistakes(form);
  if (!/^https?:\/\/[^\s/]+/.test(form.clearingUrl.trim()) || !URL.canParse(form.clearingUrl.trim()))
    found.clearingUrl = 'activation.badUrl';
  if (form.code.trim().length < 4) found.code = 'activation.badCode';
  return { ...found, ...managerMistakes(form) };
}

function managerMistakes(form: Form): Partial<Record<FieldName, TextKey>> {
  const found: Partial<Record<FieldName, TextKey>> = {};
  if (form.managerName.trim() === '') found.managerName = 'activation.badName';
  if (!isPin(form.managerPin)) found.managerPin = 'activation.badPin';
  else if (form.pinAgain !== form.managerPin) found.pinAgain = 'activation.pinsDiffer';
  return found;
}

/** First start: bind this terminal to clearing and name the first manager. */
export function ActivationScreen({ app }: { readonly app: AppState }) {
  const text = useText();
  const connected = useTerminal((view) => view.connected);
  const [form, setForm] = useState(EMPTY);
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<Fault | null>(app.fault);
  const seed = app.seed ?? null;
  const wrong = mistakes(form, seed !== null);

  const submit = (): void => {
    setTried(true);
    if (Object.keys(wrong).length > 0 || busy || !connected) return;
    setBusy(true);
    setFault(null);
    void askQuietly('app.activate', {
      clearingUrl: seed?.clearingUrl ?? form.clearingUrl.trim(),
      activationCode: seed === null ? form.code.trim() : null,
      managerName: form.managerName.trim(),
      managerPin: form.managerPin,
    }).then((answer) => {
      setBusy(false);
      setFault(answer.fault);
    });
  };
  const field = (name: FieldName, label: TextKey, hint: TextKey | null, kind: 'text' | 'url' | 'pin') => (
    <Field
      name={name}
      label={text(label)}
      hint={hint === null ? null : text(hint)}
      mistake={tried && wrong[name] !== undefined ? text(wrong[name]) : null}
      kind={kind}
      value={form[name]}
      onChange={(value) => setForm((before) => ({ ...before, [name]: value }))}
    />
  );

  return (
    <main className="access" data-testid="phase-activation">
      <div className="access-corner">
        <LanguageSwitch />
      </div>
      <form
        className="activation"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <h1>{text('activation.title')}</h1>
        <p>{text('activation.intro')}</p>
        {seed === null ? (
          <fieldset className="pair">
            <legend>{text('activation.step1')}</legend>
            {field('clearingUrl', 'activation.clearingUrl', 'activation.clearingUrlHint', 'url')}
            {field('code', 'activation.code', 'activation.codeHint', 'text')}
          </fieldset>
        ) : (
          <p data-testid="activate-seeded">{text('activation.seeded', { url: seed.clearingUrl })}</p>
        )}
        <fieldset className="pair">
          <legend>{text('activation.step2')}</legend>
          {field('managerName', 'activation.managerName', null, 'text')}
          {field('managerPin', 'activation.managerPin', 'activation.pinHint', 'pin')}
          {field('pinAgain', 'activation.pinAgain', null, 'pin')}
        </fieldset>
        <FaultNote fault={fault} />
        <button type="submit" className="primary" data-testid="activate-submit" disabled={busy || !connected}>
          {text(busy ? 'activation.working' : 'activation.submit')}
        </button>
      </form>
    </main>
  );
}

function Field(props: {
  readonly name: string;
  readonly label: string;
  readonly hint: string | null;
  readonly mistake: string | null;
  readonly kind: 'text' | 'url' | 'pin';
  readonly value: string;
  readonly onChange: (value: string) => void;
}) {
  const id = `activate-${props.name}`;
  const note = props.mistake ?? props.hint;
  return (
    <div className={`field field-${props.name}`}>
      <label htmlFor={id}>{props.label}</label>
      <input
        id={id}
        data-testid={id}
        type={props.kind === 'pin' ? 'password' : 'text'}
        inputMode={props.kind === 'pin' ? 'numeric' : props.kind === 'url' ? 'url' : 'text'}
        autoComplete="off"
        spellCheck={false}
        value={props.value}
        aria-invalid={props.mistake !== null}
        aria-describedby={`${id}-note`}
        onChange={(event) => props.onChange(event.target.value)}
      />
      <small id={`${id}-note`} className={props.mistake === null ? '' : 'mistake'}>
        {note ?? ' '}
      </small>
    </div>
  );
}
