import { Table } from 'antd';
import { useState } from 'react';
import type { ShiftReport } from '../../src/contract/terminal/reports.ts';
import { dayAndTime, yuan } from '../shared/format.ts';
import { useLanguage, useText } from '../shared/i18n/text.ts';
import { ShiftSheet } from '../shared/shift-sheet.tsx';
import type { DayRange } from './days.ts';
import { Answered, Nothing } from './parts.tsx';
import { RangeBar } from './range-bar.tsx';
import { useAnswer } from '../shared/use-answer.ts';

/** Every shift with its X or Z report; numbers without gaps. */
export function ShiftsPage(props: { readonly range: DayRange; readonly onRange: (range: DayRange) => void }) {
  const text = useText();
  const language = useLanguage();
  const shifts = useAnswer('manager.shifts', props.range);
  const [chosen, setChosen] = useState<number | null>(null);
  return (
    <div className="page">
      <div className="page-head">
        <RangeBar range={props.range} onRange={props.onRange} />
      </div>
      <Answered {...shifts}>
        {(output) =>
          output.length === 0 ? (
            <section className="card">
              <Nothing title={text('manager.shifts.empty')} hint={null} />
            </section>
          ) : (
            <div className="two">
              <section className="card">
                <Table<ShiftReport>
                  aria-label={text('manager.tabs.shifts')}
                  rowKey="number"
                  pagination={false}
                  dataSource={output}
                  columns={[
                    {
                      title: text('manager.tabs.shifts'),
                      render: (_, shift) => (
                        <button
                          type="button"
                          className="link"
                          data-testid={`shift-${shift.number}`}
                          onClick={() => setChosen(shift.number)}
                        >
                          {text('counter.shift.number', { number: shift.number })}
                        </button>
                      ),
                    },
                    {
                      title: text('manager.columns.time'),
                      render: (_, shift) =>
                        `${dayAndTime(shift.openedAtMs, language)} – ${
                          shift.closedAtMs === null
                            ? text('manager.shifts.open')
                            : dayAndTime(shift.closedAtMs, language)
                        }`,
                    },
                    {
                      title: text('manager.columns.count'),
                      align: 'right',
                      render: (_, shift) => shift.total.count,
                    },
                    {
                      title: text('manager.columns.discount'),
                      align: 'right',
                      render: (_, shift) => yuan(shift.total.discountFen),
                    },
                  ]}
                />
              </section>
              {output
                .filter((shift) => shift.number === (chosen ?? output[0]?.number))
                .map((shift) => (
                  <section className="card" key={shift.number}>
                    <h2 className="visually-hidden">{text('manager.shifts.show')}</h2>
                    <ShiftSheet report={shift} />
                  </section>
                ))}
            </div>
          )
        }
      </Answered>
    </div>
  );
}
