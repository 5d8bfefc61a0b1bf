import { Button, Table } from 'antd';
import { useMemo, useState } from 'react';
import type { RangeReport, RedemptionFilter, Totals } from '../../src/contract/terminal/reports.ts';
import { grouped, yuan } from '../shared/format.ts';
import { useText } from '../shared/i18n/text.ts';
import { kindName } from '../shared/kind-name.ts';
import { BarsChart, type Bar } from './chart.tsx';
import type { DayRange } from './days.ts';
import { ExportBar } from './export-bar.tsx';
import { Answered, Nothing } from './parts.tsx';
import { RangeBar } from './range-bar.tsx';
import { NO_FILTER, RedemptionDrawer } from './redemption-drawer.tsx';
import { useAnswer } from '../shared/use-answer.ts';
import { useChanges } from '../shared/use-changes.ts';

const STATES = ['settled', 'pending', 'held', 'refused', 'reversed'] as const;

/** The days' total, then what it is made of, then the single redemptions. */
export function DayPage(props: { readonly range: DayRange; readonly onRange: (range: DayRange) => void }) {
  const { range } = props;
  const report = useAnswer('manager.range', range);
  const [filter, setFilter] = useState<RedemptionFilter | null>(null);
  useChanges(report.again);
  return (
    <div className="page">
      <div className="page-head">
        <RangeBar range={range} onRange={props.onRange} />
        <ExportBar range={range} />
      </div>
      <Answered {...report}>
        {(output) => <Report report={output} range={range} onFilter={setFilter} />}
      </Answered>
      {filter !== null && (
        <RedemptionDrawer
          range={range}
          filter={filter}
          onFilter={setFilter}
          onClose={() => {
            setFilter(null);
            report.again();
          }}
        />
      )}
    </div>
  );
}

interface Shown {
  readonly report: RangeReport;
  readonly range: DayRange;
  readonly onFilter: (filter: RedemptionFilter) => void;
}

function Report(props: Shown) {
  return (
    <>
      <Hero {...props} />
      <States {...props} />
      <div className="two">
        <Trend {...props} />
        <Kinds {...props} />
      </div>
      <div className="two">
        <Breakdown
          by="cashier"
          rows={props.report.byCashier.map(({ cashierId, name, totals }) => ({
            key: cashierId,
            name,
            totals,
          }))}
          onChoose={(cashierId) => props.onFilter({ ...NO_FILTER, cashierId })}
        />
        <Breakdown
          by="counter"
          rows={props.report.byCounter.map(({ counter, totals }) => ({
            key: counter,
            name: counter,
            totals,
          }))}
          onChoose={(counter) => props.onFilter({ ...NO_FILTER, counter })}
        />
      </div>
    </>
  );
}

function Hero({ report, onFilter }: Shown) {
  const text = useText();
  const { count, discountFen, amountFen } = report.total;
  return (
    <section className="hero" data-testid="day-total" data-count={count} data-discount={discountFen}>
      <Big name={text('manager.total.count')} value={grouped(count)} />
      <Big name={text('manager.total.discount')} value={yuan(discountFen)} />
      <Big name={text('manager.total.sales')} value={yuan(amountFen)} />
      <div className="hero-side">
        {count > 0 && (
          <span>
            {text('manager.total.average')} {yuan(Math.round(amountFen / count))}
          </span>
        )}
        {discountFen > 0 && (
          <span>{text('manager.total.perYuan', { times: (amountFen / discountFen).toFixed(1) })}</span>
        )}
        <Button type="primary" data-testid="show-list" onClick={() => onFilter(NO_FILTER)}>
          {text('manager.showList')}
        </Button>
      </div>
    </section>
  );
}

function Big({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <div className="big">
      <span>{name}</span>
      <b>{value}</b>
    </div>
  );
}

function States({ report, onFilter }: Shown) {
  const text = useText();
  return (
    <section className="card">
      <h2>{text('manager.states.title')}</h2>
      <ul className="states">
        {STATES.map((state) => {
          const totals = report.states[state];
          return (
            <li key={state}>
              <button
                type="button"
                className={`state-card state-card-${totals.count === 0 ? 'none' : state}`}
                data-testid={`state-${state}`}
                data-count={totals.count}
                onClick={() => onFilter({ ...NO_FILTER, state })}
              >
                <span>{text(`manager.states.${state}`)}</span>
                <b>{grouped(totals.count)}</b>
                <em>{text('yuan', { amount: yuan(totals.discountFen) })}</em>
                <small>{text(`manager.states.${state}Hint`)}</small>
              </button>
            </li>
          );
        })}
      </ul>
      {report.backToFundFen > 0 && (
        <p>{text('manager.states.backToFund', { yuan: yuan(report.backToFundFen) })}</p>
      )}
    </section>
  );
}

function Trend({ report, range, onFilter }: Shown) {
  const text = useText();
  const oneDay = range.fromDay === range.toDay;
  const title = text(oneDay ? 'manager.by.hour' : 'manager.by.day');
  const bars = useMemo(
    (): readonly Bar[] =>
      oneDay
        ? everyHour(report.byHour)
        : report.byDay.map(({ day, totals }) => ({
            label: day.slice(5),
            valueFen: totals.discountFen,
            count: totals.count,
          })),
    [oneDay, report],
  );
  const rows = oneDay
    ? report.byHour.map(({ hour, totals }) => ({
        key: String(hour),
        name: text('manager.list.hour', { hour }),
        totals,
      }))
    : report.byDay.map(({ day, totals }) => ({ key: day, name: day, totals }));
  const chooseHour = (hour: number): void => onFilter({ ...NO_FILTER, hour });
  return (
    <section className="card">
      <h2>{title}</h2>
      {rows.length > 0 && (
        <BarsChart
          title={title}
          bars={bars}
          onChoose={oneDay ? (index) => chooseHour(Number.parseInt(bars[index]?.label ?? '0', 10)) : null}
        />
      )}
      <TotalsTable
        by={oneDay ? 'hour' : 'day'}
        label={title}
        rows={rows}
        onChoose={oneDay ? (key) => chooseHour(Number(key)) : null}
      />
    </section>
  );
}

/** From the first to the last hour with redemptions, with the empty ones in between. */
function everyHour(hours: RangeReport['byHour']): readonly Bar[] {
  const first = hours[0]?.hour ?? 8;
  const last = hours.at(-1)?.hour ?? 20;
  return Array.from({ length: last - first + 1 }, (_, index) => {
    const found = hours.find(({ hour }) => hour === first + index);
    return {
      label: String(first + index),
      valueFen: found?.totals.discountFen ?? 0,
      count: found?.totals.count ?? 0,
    };
  });
}

function Kinds({ report, onFilter }: Shown) {
  const text = useText();
  const title = text('manager.by.kind');
  const rows = report.byKind.map((kind) => ({
    key: kind.kindId,
    name: kindName(text, kind),
    totals: kind.totals,
  }));
  const choose = (kindId: string): void => onFilter({ ...NO_FILTER, kindId });
  const bars = rows.map(({ name, totals }) => ({
    label: name,
    valueFen: totals.discountFen,
    count: totals.count,
  }));
  return (
    <section className="card">
      <h2>{title}</h2>
      {rows.length > 0 && (
        <BarsChart
          title={title}
          bars={bars}
          onChoose={(index) => {
            const row = rows[index];
            if (row !== undefined) choose(row.key);
          }}
        />
      )}
      <TotalsTable by="kind" label={title} rows={rows} onChoose={choose} />
    </section>
  );
}

interface Row {
  readonly key: string;
  readonly name: string;
  readonly totals: Totals;
}

function Breakdown(props: {
  readonly by: 'cashier' | 'counter';
  readonly rows: readonly Row[];
  readonly onChoose: (key: string) => void;
}) {
  const text = useText();
  const title = text(`manager.by.${props.by}`);
  return (
    <section className="card">
      <h2>{title}</h2>
      <TotalsTable by={props.by} label={title} rows={props.rows} onChoose={props.onChoose} />
    </section>
  );
}

function TotalsTable(props: {
  readonly by: 'hour' | 'day' | 'kind' | 'cashier' | 'counter';
  readonly label: string;
  readonly rows: readonly Row[];
  readonly onChoose: ((key: string) => void) | null;
}) {
  const text = useText();
  const { onChoose } = props;
  if (props.rows.length === 0) return <Nothing title={text('manager.list.empty')} hint={null} />;
  return (
    <Table<Row>
      size="small"
      aria-label={props.label}
      pagination={props.rows.length > 12 ? { pageSize: 12, showSizeChanger: false } : false}
      dataSource={props.rows}
      columns={[
        {
          title: props.label,
          dataIndex: 'name',
          render: (name: string, row) =>
            onChoose === null ? (
              name
            ) : (
              <button
                type="button"
                className="link"
                data-testid={`by-${props.by}-${row.key}`}
                onClick={() => onChoose(row.key)}
              >
                {name}
              </button>
            ),
        },
        {
          title: text('manager.columns.count'),
          align: 'right',
          render: (_, row) => grouped(row.totals.count),
        },
        {
          title: text('manager.columns.discount'),
          align: 'right',
          render: (_, row) => yuan(row.totals.discountFen),
        },
        {
          title: text('manager.columns.sales'),
          align: 'right',
          render: (_, row) => yuan(row.totals.amountFen),
        },
      ]}
    />
  );
}
