import type { AppState } from '../../src/contract/terminal/state.ts';
import { faultHelp } from '../shared/fault-note.tsx';
import { useText } from '../shared/i18n/text.ts';
import { LanguageSwitch } from '../shared/top-bar.tsx';
import './access.css';
import { RestorePanel } from './restore-panel.tsx';

/** The terminal can't work: what happened, what to do, and that nothing is lost. */
export function FaultScreen({ app }: { readonly app: AppState }) {
  const text = useText();
  const fault = app.fault ?? { code: 'internal' as const, params: {} };
  return (
    <main className="access" data-testid="phase-fault" data-code={fault.code}>
      <div className="access-corner">
        <LanguageSwitch />
      </div>
      <section className="notice notice-stop" role="alert">
        <svg viewBox="0 0 96 96" aria-hidden="true">
          <path d="M48 10l42 74H6z" />
          <path d="M48 38v22M48 70v3" className="notice-mark" />
        </svg>
        <h1>{text(`faults.${fault.code}.title`)}</h1>
        <p>{faultHelp(text, fault)}</p>
        <p className="notice-quiet">{text('fault.untouched')}</p>
        <dl className="notice-facts">
          <dt>{text('fault.code')}</dt>
          <dd>{fault.code}</dd>
          {Object.entries(fault.params).map(([name, value]) => (
            <Fact key={name} name={name} value={String(value)} />
          ))}
          <dt>{text('fault.version')}</dt>
          <dd>{app.version}</dd>
        </dl>
        <RestorePanel />
      </section>
    </main>
  );
}

const NAMED = ['path', 'problem'] as const;

/** What support may ask for on the telephone; names that no catalogue has stay as they are. */
function Fact({ name, value }: { readonly name: string; readonly value: string }) {
  const text = useText();
  const named = NAMED.find((known) => known === name);
  return (
    <>
      <dt>{named === undefined ? name : text(`fault.${named}`)}</dt>
      <dd>{value}</dd>
    </>
  );
}

/** Before the first snapshot, and while the core checks its journal. */
export function StartingScreen() {
  const text = useText();
  return (
    <main className="access" data-testid="phase-starting">
      <section className="notice" role="status">
        <i className="spinner" aria-hidden="true" />
        <h1>{text('starting.title')}</h1>
        <p>{text('starting.detail')}</p>
      </section>
    </main>
  );
}
