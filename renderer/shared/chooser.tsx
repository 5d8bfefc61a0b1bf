/** One of a few values, each a button: by finger at once, by keyboard with Tab and Space. */
export function Chooser<T extends string | number | null>(props: {
  readonly label: string;
  readonly testId: string;
  readonly options: readonly { readonly value: T; readonly label: string }[];
  readonly chosen: T;
  readonly onChoose: (value: T) => void;
  /** The heading above it says what it is. */
  readonly bare?: true;
}) {
  return (
    <div
      className={props.bare === true ? 'chooser chooser-bare' : 'chooser'}
      role="group"
      aria-label={props.label}
    >
      <span>{props.label}</span>
      <div className="chips">
        {props.options.map(({ value, label }) => (
          <button
            key={String(value)}
            type="button"
            className="chip"
            data-testid={`${props.testId}-${String(value)}`}
            aria-pressed={value === props.chosen}
            onClick={() => props.onChoose(value)}
          >
            {label}
          </button>
        ))}
      </div>
    </div>
  );
}
