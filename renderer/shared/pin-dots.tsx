import { useText } from './i18n/text.ts';

/** How many digits were typed, never which. */
export function PinDots({ length }: { readonly length: number }) {
  const text = useText();
  return (
    <div className="pin-dots" role="status" data-testid="pin-length" data-length={length}>
      <span className="visually-hidden">{text('signIn.digits', { count: length })}</span>
      {Array.from({ length: Math.max(4, length) }, (_, at) => (
        <i key={at} className={at < length ? 'pin-dot pin-dot-full' : 'pin-dot'} aria-hidden="true" />
      ))}
    </div>
  );
}
