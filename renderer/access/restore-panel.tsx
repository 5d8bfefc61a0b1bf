import { useState } from 'react';
import type { CallOutput } from '../../src/contract/terminal/calls.ts';
import type { Fault } from '../../src/contract/terminal/errors.ts';
import { FaultNote } from '../shared/fault-note.tsx';
import { dayAndTime, sizeText } from '../shared/format.ts';
import { useLanguage, useText } from '../shared/i18n/text.ts';
import { ListState } from '../shared/list-state.tsx';
import { askQuietly, showRestored } from '../shared/store.ts';
import { LanguageSwitch } from '../shared/top-bar.tsx';
import { useAnswer } from '../shared/use-answer.ts';

/** Back to work after the journal was lost or damaged: a back-up, a one-time code of clearing's, a new epoch. */
export function RestorePanel() {
  const text = useText();
  const language = useLanguage();
  const answer = useAnswer('app.restorePlan', undefined);
  const plan = answer.output;
  /** Undefined: nobody has chosen, so the newest. */
  const [chosen, setChosen] = useState<string | null>();
  const [code, setCode] = useState('');
  const [fault, setFault] = useState<Fault | null>(null);
  const [busy, setBusy] = useState(false);
  if (plan === null)
    return (
      <div className="restore">
        <ListState {...answer} empty="restore.fromNothing" />
      </div>
    );
  if (!plan.possible) return null;
  const path = chosen === undefined ? (plan.backUps[0]?.path ?? null) : chosen;
  const ready = code.trim().length >= 4 && !busy;
  const restore = (): void => {
    if (!ready) return;
    setBusy(true);
    setFault(null);
    void askQuietly('app.restore', { activationCode: code.trim(), backUpPath: path }).then((answer) => {
      setBusy(false);
      setFault(answer.fault);
      if (answer.output !== null) showRestored(answer.output);
    });
  };
  return (
    <form
      className="restore"
      data-testid="restore"
      onSubmit={(event) => {
        event.preventDefault();
        restore();
      }}
    >
      <h2>{text('restore.title')}</h2>
      <p>{text('restore.intro')}</p>
      <div className="restore-list" role="group" aria-label={text('restore.from')}>
        <b>{text('restore.from')}</b>
        {[...plan.backUps.map((file) => file.path), null].map((each, at) => {
          const file = plan.backUps[at];
          return (
            <button
              key={each ?? ''}
              type="button"
              className="chip"
              aria-pressed={each === path}
              data-testid={`restore-from-${file === undefined ? 'nothing' : String(at)}`}
              onClick={() => setChosen(each)}
            >
              {file === undefined
                ? text('restore.fromNothing')
                : `${dayAndTime(file.atMs, language)} · ${sizeText(file.sizeBytes)} · ${file.path}`}
            </button>
          );
        })}
      </div>
      <label>
        {text('restore.code')}
        <input
          data-testid="restore-code"
          autoComplete="off"
          spellCheck={false}
          value={code}
          onChange={(event) => setCode(event.target.value)}
        />
      </label>
      <FaultNote fault={fault} />
      <button type="submit" className="primary" data-testid="restore-submit" disabled={!ready}>
        {busy ? <i className="spinner spinner-small" aria-hidden="true" /> : <kbd>Enter</kbd>}
        {text(busy ? 'restore.working' : 'restore.submit')}
      </button>
    </form>
  );
}

/** What a restore brought back and what it lost: to be read and written down before anything else. */
export function RestoredScreen({ restored }: { readonly restored: CallOutput<'app.restore'> }) {
  const text = useText();
  const { epoch, salvaged, lost, keptAside } = restored;
  return (
    <main className="access" data-testid="phase-restored">
      <div className="access-corner">
        <LanguageSwitch />
      </div>
      <section
        className="notice notice-stop"
        role="status"
        data-testid="restored"
        data-epoch={epoch}
        data-lost={lost !== null}
      >
        <h1>{text('restore.done')}</h1>
        <p>{text('restore.doneDetail', { epoch, count: salvaged })}</p>
        <p>
          {lost === null
            ? text('restore.nothingLost')
            : text('restore.lost', { from: lost.fromSeq, to: lost.toSeq })}
        </p>
        <p className="notice-quiet">{text('restore.keptAside', { path: keptAside })}</p>
        <button
          type="button"
          className="primary"
          data-testid="restored-on"
          autoFocus
          onClick={() => showRestored(null)}
        >
          <kbd>Enter</kbd>
          {text('restore.goOn')}
        </button>
      </section>
    </main>
  );
}
