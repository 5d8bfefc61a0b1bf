import { useEffect, useRef, useState } from 'react';
import { businessDay, DAY_MS, dayStartMs } from '../../src/domain/business-day.ts';
import { Dialog } from '../shared/dialog.tsx';
import { useLanguage, useText } from '../shared/i18n/text.ts';
import { useKeyLayer } from '../shared/keyboard.ts';

/** A day so many days later; below 0: earlier. */
export const plusDays = (day: string, days: number): string => businessDay(dayStartMs(day) + days * DAY_MS);

/** The same day of another month, or that month's last day. */
export function plusMonths(day: string, months: number): string {
  const [year = 1970, month = 1, date = 1] = day.split('-').map(Number);
  const last = new Date(Date.UTC(year, month + months, 0)).getUTCDate();
  return new Date(Date.UTC(year, month - 1 + months, Math.min(date, last))).toISOString().slice(0, 10);
}

/** The days of a month's weeks, Monday first; null outside the month. */
export function monthWeeks(day: string): readonly (readonly (string | null)[])[] {
  const [year = 1970, month = 1] = day.split('-').map(Number);
  const before = (new Date(Date.UTC(year, month - 1, 1)).getUTCDay() + 6) % 7;
  const length = new Date(Date.UTC(year, month, 0)).getUTCDate();
  return Array.from({ length: Math.ceil((before + length) / 7) }, (_, week) =>
    Array.from({ length: 7 }, (_day, at) => {
      const date = week * 7 + at - before + 1;
      return date < 1 || date > length ? null : `${day.slice(0, 8)}${String(date).padStart(2, '0')}`;
    }),
  );
}

const STEPS = { left: -1, right: 1, up: -7, down: 7 } as const;

/**
 * Chooses one day by finger (the days themselves) or by keyboard: arrows go by day and week, PageUp and PageDown by
 * month, Enter takes it. No day after `latest`.
 */
export function CalendarDialog(props: {
  readonly title: string;
  readonly day: string;
  readonly latest: string;
  readonly onChoose: (day: string) => void;
  readonly onClose: () => void;
}) {
  const text = useText();
  const language = useLanguage();
  const { latest } = props;
  const [at, setAt] = useState(props.day);
  const grid = useRef<HTMLTableElement>(null);
  const go = (day: string): void => setAt(day > latest ? latest : day);
  useKeyLayer({
    onArrow: (direction) => go(plusDays(at, STEPS[direction])),
    onPage: (direction) => go(plusMonths(at, direction === 'up' ? -1 : 1)),
    onEnter: () => props.onChoose(at),
    onEscape: props.onClose,
  });
  useEffect(() => {
    grid.current?.querySelector<HTMLElement>('[aria-pressed="true"]')?.focus();
  }, [at]);
  const locale = language === 'zh' ? 'zh-CN' : 'en-GB';
  const month = new Intl.DateTimeFormat(locale, { year: 'numeric', month: 'long', timeZone: 'UTC' });
  const weekday = new Intl.DateTimeFormat(locale, { weekday: 'narrow', timeZone: 'UTC' });
  return (
    <Dialog title={props.title} onClose={props.onClose} testId="calendar">
      <div className="calendar-head">
        <button
          type="button"
          className="key-safe quiet"
          aria-label={text('manager.range.earlierMonth')}
          data-testid="month-back"
          onClick={() => go(plusMonths(at, -1))}
        >
          ‹
        </button>
        <b aria-live="polite">{month.format(Date.parse(at))}</b>
        <button
          type="button"
          className="key-safe quiet"
          aria-label={text('manager.range.laterMonth')}
          data-testid="month-on"
          disabled={at.slice(0, 7) >= latest.slice(0, 7)}
          onClick={() => go(plusMonths(at, 1))}
        >
          ›
        </button>
      </div>
      <table className="calendar" ref={grid}>
        <thead>
          <tr>
            {Array.from({ length: 7 }, (_, index) => (
              // 2024-01-01 was a Monday.
              <th key={index} scope="col">
                {weekday.format(Date.UTC(2024, 0, 1 + index))}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {monthWeeks(at).map((week, row) => (
            <tr key={row}>
              {week.map((day, column) => (
                <td key={day ?? `none-${String(column)}`}>
                  {day !== null && (
                    <button
                      type="button"
                      tabIndex={day === at ? 0 : -1}
                      aria-pressed={day === at}
                      aria-label={`${String(Number(day.slice(8)))} · ${day.slice(0, 7)}`}
                      data-testid={`day-${day}`}
                      disabled={day > latest}
                      onClick={() => props.onChoose(day)}
                    >
                      {Number(day.slice(8))}
                    </button>
                  )}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <p className="key-help">{text('manager.range.calendarKeys')}</p>
    </Dialog>
  );
}

/** A day as a button that opens the calendar, with the days before and after beside it. */
export function DayButton(props: {
  readonly label: string;
  /** What the calendar is headed with. */
  readonly title: string;
  readonly day: string;
  readonly testId: string;
  readonly latest: string;
  readonly onDay: (day: string) => void;
  /** The days before and after as buttons of their own. */
  readonly steps?: true;
}) {
  const text = useText();
  const [open, setOpen] = useState(false);
  const { day, latest, onDay, testId } = props;
  return (
    <span className="day-button">
      <span>{props.label}</span>
      {props.steps === true && (
        <button
          type="button"
          className="quiet"
          data-testid={`${testId}-back`}
          aria-label={text('manager.range.dayBefore')}
          onClick={() => onDay(plusDays(day, -1))}
        >
          ‹
        </button>
      )}
      <button type="button" className="quiet" data-testid={testId} onClick={() => setOpen(true)}>
        {day}
      </button>
      {props.steps === true && (
        <button
          type="button"
          className="quiet"
          data-testid={`${testId}-on`}
          aria-label={text('manager.range.dayAfter')}
          disabled={day >= latest}
          onClick={() => onDay(plusDays(day, 1))}
        >
          ›
        </button>
      )}
      {open && (
        <CalendarDialog
          title={props.title}
          day={day}
          latest={latest}
          onClose={() => setOpen(false)}
          onChoose={(chosen) => {
            setOpen(false);
            onDay(chosen);
          }}
        />
      )}
    </span>
  );
}
