import { useText } from './i18n/text.ts';

const DIGITS = ['7', '8', '9', '4', '5', '6', '1', '2', '3'] as const;

/** Digits for the finger. Always in the same place; the keyboard has its own keys, so Tab passes it by. */
export function NumberPad(props: {
  readonly onDigits: (digits: string) => void;
  readonly onErase: () => void;
  readonly onClear: () => void;
  readonly last: '00' | 'clear';
}) {
  const text = useText();
  const digit = (value: string) => (
    <button
      key={value}
      type="button"
      tabIndex={-1}
      className="key-safe pad-key"
      data-testid={`pin-${value}`}
      onClick={() => props.onDigits(value)}
    >
      {value}
    </button>
  );
  return (
    <div className="pad" role="group" aria-label={text('cashier.keypad')}>
      {DIGITS.map(digit)}
      {props.last === '00' ? (
        digit('00')
      ) : (
        <button
          type="button"
          tabIndex={-1}
          className="key-safe pad-key pad-soft"
          data-testid="pin-clear"
          onClick={props.onClear}
        >
          {text('signIn.clear')}
        </button>
      )}
      {digit('0')}
      <button
        type="button"
        tabIndex={-1}
        className="key-safe pad-key pad-soft"
        data-testid="pin-erase"
        aria-label={text('signIn.erase')}
        onClick={props.onErase}
      >
        <svg viewBox="0 0 32 24" className="erase-sign" aria-hidden="true">
          <path
            d="M10 2h19v20H10L2 12z M15 8l8 8 M23 8l-8 8"
            fill="none"
            stroke="currentColor"
            strokeWidth="2.4"
            strokeLinejoin="round"
            strokeLinecap="round"
          />
        </svg>
      </button>
    </div>
  );
}
