import { Button } from 'antd';
import { MAX_REPORT_DAYS } from '../../src/contract/terminal/reports.ts';
import { businessDay } from '../../src/domain/business-day.ts';
import { useText } from '../shared/i18n/text.ts';
import { DayButton, plusDays } from './calendar.tsx';
import { isRange, namedRange, RANGES, type DayRange } from './days.ts';

/** Which days: a name for the usual ones, a calendar for any. A range is always whole: the other end gives way. */
export function RangeBar(props: { readonly range: DayRange; readonly onRange: (range: DayRange) => void }) {
  const text = useText();
  const { range, onRange } = props;
  const today = businessDay(Date.now());
  const from = (fromDay: string): void => {
    const next = { fromDay, toDay: range.toDay < fromDay ? fromDay : range.toDay };
    onRange(isRange(next) ? next : { fromDay, toDay: plusDays(fromDay, MAX_REPORT_DAYS - 1) });
  };
  const to = (toDay: string): void => {
    const next = { fromDay: range.fromDay > toDay ? toDay : range.fromDay, toDay };
    onRange(isRange(next) ? next : { fromDay: plusDays(toDay, 1 - MAX_REPORT_DAYS), toDay });
  };
  return (
    <div className="range" role="group" aria-label={text('manager.range.label')}>
      {RANGES.map((name) => {
        const its = namedRange(name, Date.now());
        const chosen = its.fromDay === range.fromDay && its.toDay === range.toDay;
        return (
          <Button
            key={name}
            type={chosen ? 'primary' : 'default'}
            aria-pressed={chosen}
            data-testid={`range-${name}`}
            onClick={() => onRange(its)}
          >
            {text(`manager.range.${name}`)}
          </Button>
        );
      })}
      <DayButton
        label={text('manager.range.from')}
        title={text('manager.range.chooseFrom')}
        day={range.fromDay}
        latest={today}
        testId="range-from"
        onDay={from}
      />
      <DayButton
        label={text('manager.range.to')}
        title={text('manager.range.chooseTo')}
        day={range.toDay}
        latest={today}
        testId="range-to"
        onDay={to}
      />
    </div>
  );
}
