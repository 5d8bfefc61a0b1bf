import { Button } from 'antd';
import { explainFinding } from '../../../src/contract/messages/findings.ts';
import { Answered } from '../../manager/parts.tsx';
import { useAnswer } from '../../shared/use-answer.ts';
import { useLanguage, useText } from '../../shared/i18n/text.ts';

/** The lines of `cli doctor`, on the screen. */
export function DiagnosisCard() {
  const text = useText();
  const language = useLanguage();
  const answer = useAnswer('devices.diagnose', undefined);
  return (
    <section className="card">
      <h2>{text('support.devices.diagnosis')}</h2>
      <Button data-testid="diagnose" disabled={answer.loading} onClick={answer.again}>
        {text('support.devices.diagnose')}
      </Button>
      <Answered {...answer}>
        {(findings) => (
          <ul className="findings" data-testid="findings">
            {findings.map((finding) => {
              const { what, todo } = explainFinding(language, finding);
              return (
                <li
                  key={finding.check}
                  className={`finding finding-${finding.level}`}
                  data-testid={`finding-${finding.check}`}
                  data-level={finding.level}
                >
                  <b>{text(`support.devices.level.${finding.level}`)}</b>
                  <span>{text(`support.devices.check.${finding.check}`)}</span>
                  <span>
                    {what} {todo !== '' && <em>{todo}</em>}
                  </span>
                </li>
              );
            })}
          </ul>
        )}
      </Answered>
    </section>
  );
}
