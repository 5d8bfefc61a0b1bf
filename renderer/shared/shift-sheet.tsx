import type { ShiftReport } from '../../src/contract/terminal/reports.ts';
import { dayAndTime, yuan } from './format.ts';
import { useLanguage, useText } from './i18n/text.ts';
import { kindName } from './kind-name.ts';

/** An X or Z report as it is read and printed. */
export function ShiftSheet({ report }: { readonly report: ShiftReport }) {
  const text = useText();
  const language = useLanguage();
  return (
    <section className="sheet" data-testid="shift-sheet" data-type={report.type}>
      <header>
        <h3>{text('counter.shift.number', { number: report.number })}</h3>
        <b>{text(report.type === 'X' ? 'counter.shift.x' : 'counter.shift.z')}</b>
        <span>
          {text('counter.shift.opened', {
            name: report.openedByName,
            time: dayAndTime(report.openedAtMs, language),
          })}
        </span>
        {report.closedAtMs !== null && (
          <span>
            {text('counter.shift.closed', {
              name: report.closedByName ?? '',
              time: dayAndTime(report.closedAtMs, language),
            })}
          </span>
        )}
      </header>
      <dl className="facts">
        <Figure name={text('counter.shift.count')} value={String(report.total.count)} />
        <Figure name={text('counter.shift.discount')} value={yuan(report.total.discountFen)} />
        <Figure name={text('counter.shift.sales')} value={yuan(report.total.amountFen)} />
        <Figure name={text('counter.shift.reversed')} value={String(report.reversed.count)} />
        <Figure name={text('counter.shift.unsent')} value={String(report.unsent.count)} />
      </dl>
      {report.byKind.length > 0 && (
        <table className="plain-table">
          <caption>{text('counter.shift.byKind')}</caption>
          <tbody>
            {report.byKind.map((kind) => (
              <tr key={kind.kindId}>
                <th scope="row">{kindName(text, kind)}</th>
                <td>{kind.totals.count}</td>
                <td>{yuan(kind.totals.discountFen)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

function Figure({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}
