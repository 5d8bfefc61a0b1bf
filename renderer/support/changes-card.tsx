import { Answered } from '../manager/parts.tsx';
import { changeLines } from '../shared/change-words.ts';
import { dayAndTime } from '../shared/format.ts';
import { useLanguage, useText } from '../shared/i18n/text.ts';
import { useAnswer } from '../shared/use-answer.ts';
import { Line } from './state-page.tsx';

/** More than anybody reads on a screen; the journal has them all. */
const MAX_SHOWN = 50;

/** Who changed which settings, and which devices came and went: for support and the manager. */
export function ChangesCard() {
  const text = useText();
  const language = useLanguage();
  const changes = useAnswer('support.changes', { limit: MAX_SHOWN });
  return (
    <section className="card" data-testid="changes">
      <h2>{text('changes.title')}</h2>
      <p>{text('changes.hint')}</p>
      <Answered {...changes}>
        {(output) =>
          output.length === 0 ? (
            <p>{text('changes.none')}</p>
          ) : (
            <dl className="definition">
              {output.map((change) => (
                <Line key={`${change.epoch}:${change.seq}`} name={dayAndTime(change.atMs, language)}>
                  {change.type === 'settings' && <b>{change.byName ?? text('changes.outside')} </b>}
                  {changeLines(text, change).map((line) => (
                    <div key={line}>{line}</div>
                  ))}
                  <small>{text('changes.entry', { epoch: change.epoch, seq: change.seq })}</small>
                </Line>
              ))}
            </dl>
          )
        }
      </Answered>
    </section>
  );
}
