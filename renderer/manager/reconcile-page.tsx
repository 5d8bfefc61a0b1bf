import { Button, Drawer } from 'antd';
import { useState } from 'react';
import { businessDay } from '../../src/domain/business-day.ts';
import type { Reconciliation } from '../../src/contract/terminal/reports.ts';
import { DrawerFocus } from './drawer-focus.tsx';
import { clockTime, grouped, yuan } from '../shared/format.ts';
import { useLanguage, useText, type Text } from '../shared/i18n/text.ts';
import { settlementReason } from '../shared/settlement-reason.ts';
import { DayButton } from './calendar.tsx';
import { Answered } from './parts.tsx';
import { RedemptionDetailPanel } from './redemption-detail.tsx';
import { useAnswer } from '../shared/use-answer.ts';

type Line = Reconciliation['lines'][number];
type Side = Reconciliation['matched'];
type EntryName = Pick<Line, 'epoch' | 'seq'>;

/** One day of this terminal held against clearing's own lines: a picture first, then every line that differs. */
export function ReconcilePage() {
  const text = useText();
  const today = businessDay(Date.now());
  const [day, setDay] = useState(today);
  const [chosen, setChosen] = useState<EntryName | null>(null);
  const answer = useAnswer('manager.reconcile', { day });
  const shown = answer.output?.day === day ? answer : { ...answer, output: null };
  return (
    <div className="page">
      <div className="page-head">
        <DayButton
          label={text('manager.reconcile.day')}
          title={text('manager.reconcile.chooseDay')}
          day={day}
          latest={today}
          testId="reconcile-day"
          onDay={setDay}
          steps
        />
        <Button data-testid="reconcile-again" disabled={answer.loading} onClick={answer.again}>
          {text('manager.reconcile.again')}
        </Button>
      </div>
      <Answered {...shown}>{(output) => <Picture output={output} onChoose={setChosen} />}</Answered>
      {chosen !== null && (
        <Drawer
          open
          closable={false}
          focusable={{ trap: false }}
          size="min(64rem, 94vw)"
          title={text('manager.detail.title')}
          onClose={() => setChosen(null)}
        >
          <DrawerFocus />
          <RedemptionDetailPanel redemption={chosen} onBack={() => setChosen(null)} />
        </Drawer>
      )}
    </div>
  );
}

const PARTS = ['onlyOurs', 'matched', 'differing', 'onlyTheirs'] as const;

/** The part of a bar that a side is; a side that isn't empty stays to be seen and touched. */
const share = (side: Side, all: number): number =>
  side.count === 0 ? 0 : Math.max(12, (100 * side.count) / all);

function Picture(props: { readonly output: Reconciliation; readonly onChoose: (name: EntryName) => void }) {
  const text = useText();
  const { output } = props;
  const all = PARTS.reduce((sum, part) => sum + output[part].count, 0);
  const off = all - output.matched.count;
  return (
    <>
      <section
        className={`reconciled reconciled-${off === 0 ? 'good' : 'off'}`}
        data-testid="reconciled"
        data-off={off}
        data-matched={output.matched.count}
      >
        <h2>
          {off > 0
            ? text('manager.reconcile.off', { count: off })
            : text(all === 0 ? 'manager.reconcile.nothing' : 'manager.reconcile.good')}
        </h2>
        <p>{text('manager.reconcile.asOf', { time: clockTime(output.atMs) })}</p>
        <div className="venn" role="img" aria-label={picture(text, output)}>
          {PARTS.filter((part) => output[part].count > 0).map((part) => (
            <div key={part} className={`venn-${part}`} style={{ flexGrow: share(output[part], all) }}>
              <span>{text(`manager.reconcile.${part}`)}</span>
              <b>{grouped(output[part].count)}</b>
              <em>{text('yuan', { amount: yuan(output[part].discountFen) })}</em>
            </div>
          ))}
        </div>
        {all > 0 && (
          <div className="venn-sides" aria-hidden="true">
            <span>{text('manager.reconcile.ours')}</span>
            <span>{text('manager.reconcile.theirs')}</span>
          </div>
        )}
      </section>
      {output.lines.length > 0 && <Lines lines={output.lines} onChoose={props.onChoose} />}
    </>
  );
}

const picture = (text: Text, output: Reconciliation): string =>
  PARTS.map((part) => `${text(`manager.reconcile.${part}`)} ${String(output[part].count)}`).join(', ');

/** What a line that doesn't match means, and who acts. */
function meaning(text: Text, line: Line): string {
  if (line.oursFen === null) return text('manager.reconcile.meaning.onlyTheirs');
  if (line.theirsFen !== null) return text('manager.reconcile.meaning.differing');
  if (line.state === 'pending') return text('manager.reconcile.meaning.pending');
  if (line.state === 'held') return text('manager.reconcile.meaning.held');
  if (line.state === 'refused') return text('manager.reconcile.meaning.refused');
  return text('manager.reconcile.meaning.onlyOurs');
}

function Lines(props: { readonly lines: readonly Line[]; readonly onChoose: (name: EntryName) => void }) {
  const text = useText();
  const language = useLanguage();
  const money = (fen: number | null): string => (fen === null ? '—' : yuan(fen));
  return (
    <section className="card">
      <h2>{text('manager.reconcile.lines')}</h2>
      <table className="plain-table reconcile-lines" data-testid="reconcile-lines">
        <thead>
          <tr>
            <th scope="col">{text('manager.reconcile.line')}</th>
            <th scope="col">{text('manager.reconcile.ours')}</th>
            <th scope="col">{text('manager.reconcile.theirs')}</th>
            <th scope="col">{text('manager.reconcile.why')}</th>
          </tr>
        </thead>
        <tbody>
          {props.lines.map((line) => (
            <tr key={`${String(line.epoch)}:${String(line.seq)}`}>
              <th scope="row">
                {line.oursFen === null ? (
                  <LineName line={line} />
                ) : (
                  <button
                    type="button"
                    className="link"
                    data-testid={`line-${String(line.epoch)}-${String(line.seq)}`}
                    onClick={() => props.onChoose(line)}
                  >
                    <LineName line={line} />
                  </button>
                )}
              </th>
              <td>{money(line.oursFen)}</td>
              <td>{money(line.theirsFen)}</td>
              <td>
                {line.state !== null && (
                  <i className={`state state-${line.state}`}>{text(`cashier.state.${line.state}`)}</i>
                )}{' '}
                {(line.state === null
                  ? null
                  : settlementReason(text, language, { state: line.state, reason: line.reason })) ??
                  meaning(text, line)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function LineName({ line }: { readonly line: Line }) {
  const text = useText();
  return (
    <>
      {text(`manager.kinds.${line.kind}`)} ·{' '}
      {text('manager.detail.entry', { epoch: line.epoch, seq: line.seq })}
    </>
  );
}
