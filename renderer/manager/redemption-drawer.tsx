import { Button, Drawer } from 'antd';
import { useCallback, useEffect, useRef, useState } from 'react';
import { MAX_PAGE_ROWS } from '../../src/contract/terminal/calls-manager.ts';
import type { Fault } from '../../src/contract/terminal/errors.ts';
import type { RedemptionFilter } from '../../src/contract/terminal/reports.ts';
import type { RedemptionView } from '../../src/contract/terminal/state.ts';
import { DrawerFocus } from './drawer-focus.tsx';
import { dayAndTime, grouped, yuan } from '../shared/format.ts';
import { useLanguage, useText, type Text } from '../shared/i18n/text.ts';
import { kindName } from '../shared/kind-name.ts';
import { settlementReason } from '../shared/settlement-reason.ts';
import { askQuietly } from '../shared/store.ts';
import { useRootPx } from '../shared/use-root-px.ts';
import type { DayRange } from './days.ts';
import { Answered, Nothing } from './parts.tsx';
import { RedemptionDetailPanel } from './redemption-detail.tsx';

export const NO_FILTER: RedemptionFilter = {
  kindId: null,
  cashierId: null,
  counter: null,
  hour: null,
  state: null,
};

const ROW_REM = 3.25;
const PAGE = 100;
const BEYOND = 8;

/** Rows by their place; pages are asked for as they scroll into sight. */
function usePages(range: DayRange, filter: RedemptionFilter) {
  const question = JSON.stringify([range, filter]);
  const [total, setTotal] = useState<number | null>(null);
  const [rows, setRows] = useState<ReadonlyMap<number, RedemptionView>>(new Map());
  const [fault, setFault] = useState<Fault | null>(null);
  const asked = useRef(new Set<number>());
  const current = useRef(question);
  const load = useCallback(
    (page: number) => {
      if (asked.current.has(page)) return;
      asked.current.add(page);
      const [days, its] = JSON.parse(question) as [DayRange, RedemptionFilter];
      const offset = page * PAGE;
      void askQuietly('manager.redemptions', {
        ...days,
        filter: its,
        offset,
        limit: Math.min(PAGE, MAX_PAGE_ROWS),
      }).then((answer) => {
        if (current.current !== question) return;
        setFault(answer.fault);
        if (answer.output === null) {
          asked.current.delete(page);
          return;
        }
        const { output } = answer;
        setTotal(output.total);
        setRows((before) => {
          const next = new Map(before);
          output.rows.forEach((row, index) => next.set(offset + index, row));
          return next;
        });
      });
    },
    [question],
  );
  useEffect(() => {
    current.current = question;
    asked.current = new Set();
    setTotal(null);
    setFault(null);
    setRows(new Map());
    load(0);
  }, [question, load]);
  /** What is shown stays until the answer has come. */
  const again = useCallback(() => {
    asked.current = new Set();
    load(0);
  }, [load]);
  return { total, rows, fault, load, again };
}

/** The single redemptions behind a sum; any of them opens to its journal entries. */
export function RedemptionDrawer(props: {
  readonly range: DayRange;
  readonly filter: RedemptionFilter;
  readonly onFilter: (filter: RedemptionFilter) => void;
  readonly onClose: () => void;
}) {
  const text = useText();
  const { total, rows, fault, load, again } = usePages(props.range, props.filter);
  const [chosen, setChosen] = useState<RedemptionView | null>(null);
  const filtered = Object.values(props.filter).some((value) => value !== null);
  return (
    <Drawer
      open
      closable={false}
      focusable={{ trap: false }}
      size="min(64rem, 94vw)"
      onClose={props.onClose}
      title={`${text('manager.list.title')} ${total === null ? '' : text('manager.list.rows', { count: grouped(total) })}`}
      extra={
        <>
          {filtered && (
            <Button data-testid="no-filter" onClick={() => props.onFilter(NO_FILTER)}>
              {text('manager.list.clear')}
            </Button>
          )}{' '}
          <Button data-testid="drawer-close" onClick={props.onClose}>
            {text('close')}
          </Button>
        </>
      }
    >
      <DrawerFocus />
      {chosen !== null ? (
        <RedemptionDetailPanel
          redemption={chosen}
          onBack={() => {
            setChosen(null);
            // A return may have changed it.
            again();
          }}
        />
      ) : (
        <Answered output={total} fault={fault} loading={fault === null} again={again}>
          {(count) =>
            count === 0 ? (
              <Nothing title={text('manager.list.empty')} hint={text('manager.list.emptyHint')} />
            ) : (
              <LongList total={count} rows={rows} load={load} onChoose={setChosen} />
            )
          }
        </Answered>
      )}
    </Drawer>
  );
}

/** Paints only the rows in sight, so that twenty thousand scroll like twenty. */
function LongList(props: {
  readonly total: number;
  readonly rows: ReadonlyMap<number, RedemptionView>;
  readonly load: (page: number) => void;
  readonly onChoose: (row: RedemptionView) => void;
}) {
  const text = useText();
  const { total, rows, load } = props;
  const rowPx = Math.round(ROW_REM * useRootPx());
  const element = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  const [height, setHeight] = useState(600);
  useEffect(() => {
    const list = element.current;
    if (list === null) return;
    const resize = new ResizeObserver(() => setHeight(list.clientHeight));
    resize.observe(list);
    return () => resize.disconnect();
  }, []);
  const first = Math.max(0, Math.floor(top / rowPx) - BEYOND);
  const last = Math.min(total, Math.ceil((top + height) / rowPx) + BEYOND);
  useEffect(() => {
    for (let page = Math.floor(first / PAGE); page * PAGE < last; page += 1) load(page);
  }, [first, last, load]);
  return (
    <div className="long" role="table" aria-rowcount={total + 1} aria-label={text('manager.list.title')}>
      <div className="long-head" role="row" aria-rowindex={1}>
        {(['time', 'kind', 'amount', 'discount', 'cashier', 'receipt', 'state'] as const).map((column) => (
          <span key={column} role="columnheader">
            {text(`manager.columns.${column}`)}
          </span>
        ))}
      </div>
      <div
        className="long-scroll"
        ref={element}
        role="rowgroup"
        tabIndex={0}
        data-testid="long-list"
        data-total={total}
        onScroll={(event) => setTop(event.currentTarget.scrollTop)}
      >
        <div className="long-space" style={{ height: total * rowPx }}>
          {Array.from({ length: Math.max(0, last - first) }, (_, index) => (
            <LongRow
              key={first + index}
              at={first + index}
              row={rows.get(first + index)}
              text={text}
              rowPx={rowPx}
              onChoose={props.onChoose}
            />
          ))}
        </div>
      </div>
    </div>
  );
}

function LongRow(props: {
  readonly at: number;
  readonly row: RedemptionView | undefined;
  readonly text: Text;
  readonly rowPx: number;
  readonly onChoose: (row: RedemptionView) => void;
}) {
  const language = useLanguage();
  const { at, row, text, rowPx } = props;
  return (
    <div className="long-row" role="row" aria-rowindex={at + 2} style={{ top: at * rowPx, height: rowPx }}>
      {row === undefined ? (
        <span role="cell">{text('manager.list.loadingRow')}</span>
      ) : (
        <>
          <span role="cell">
            <button
              type="button"
              className="link"
              data-testid={`row-${at}`}
              onClick={() => props.onChoose(row)}
            >
              {dayAndTime(row.atMs, language)}
            </button>
          </span>
          <span role="cell">{kindName(text, row)}</span>
          <span role="cell">{yuan(row.amountFen)}</span>
          <span role="cell">{yuan(row.discountFen)}</span>
          <span role="cell">{row.cashierName}</span>
          <span role="cell">{row.receiptNumber}</span>
          <span role="cell">
            <i className={`state state-${row.state}`}>{text(`cashier.state.${row.state}`)}</i>
            {row.reason !== null && (
              <small className="row-reason" title={settlementReason(text, language, row) ?? ''}>
                {settlementReason(text, language, row)}
              </small>
            )}
          </span>
        </>
      )}
    </div>
  );
}
