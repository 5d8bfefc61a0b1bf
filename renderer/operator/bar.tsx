export type BarPart = 'redeemed' | 'reserved' | 'returning' | 'free';

/** Parts of a whole, side by side; the figures stand beside it in words. */
export function Bar({ of }: { readonly of: readonly (readonly [part: BarPart, size: number])[] }) {
  return (
    <div className="bar" aria-hidden="true">
      {of
        .filter(([, size]) => size > 0)
        .map(([part, size]) => (
          <i key={part} className={`part part-${part}`} style={{ flexGrow: size }} />
        ))}
    </div>
  );
}
