import type { ReactNode } from 'react';

const BAUD_RATES = [1200, 2400, 4800, 9600, 19_200, 38_400, 57_600, 115_200];

/** A labelled choice; native, so that it works by keyboard, by touch and with a screen reader. */
export function Choice(props: {
  readonly label: string;
  readonly value: string;
  readonly testId: string;
  readonly onChange: (value: string) => void;
  readonly children: ReactNode;
}) {
  return (
    <label className="setting">
      <span>{props.label}</span>
      <select
        value={props.value}
        data-testid={props.testId}
        onChange={(event) => props.onChange(event.target.value)}
      >
        {props.children}
      </select>
    </label>
  );
}

export function BaudOptions() {
  return BAUD_RATES.map((rate) => (
    <option key={rate} value={rate}>
      {rate}
    </option>
  ));
}

export function TextSetting(props: {
  readonly label: string;
  readonly value: string;
  readonly testId: string;
  readonly onChange: (value: string) => void;
}) {
  return (
    <label className="setting">
      <span>{props.label}</span>
      <input
        value={props.value}
        data-testid={props.testId}
        spellCheck={false}
        onChange={(event) => props.onChange(event.target.value)}
      />
    </label>
  );
}
