/** Signs that say the verdict without colour and without words. */
export function Sign({ name }: { readonly name: 'yes' | 'no' | 'wait' | 'ask' | 'type' }) {
  return (
    <svg className="sign" viewBox="0 0 96 96" aria-hidden="true">
      <circle cx="48" cy="48" r="44" className="sign-disc" />
      <path d={PATHS[name]} className="sign-mark" />
      {name === 'ask' && <circle cx="48" cy="72" r="4.5" className="sign-dot" />}
    </svg>
  );
}

const PATHS = {
  yes: 'M28 50l14 14 27-30',
  no: 'M32 32l32 32M64 32L32 64',
  wait: 'M48 26v24l16 10',
  // The Enter key: it is the cashier's turn, nothing is done yet.
  type: 'M66 30v22H32M44 39L31 52l13 13',
  ask: 'M35 38c0-9 6-14 13-14s13 5 13 12c0 10-13 10-13 22',
} as const;

/** A shopping bag: may go, or (barred) stays on the counter. */
export function BagSign({ barred }: { readonly barred: boolean }) {
  return (
    <svg className="bag-sign" viewBox="0 0 48 48" aria-hidden="true">
      <path d="M9 17h30l3 26H6z" />
      <path d="M16 21v-6a8 8 0 0116 0v6" />
      <path d={barred ? 'M16 27l16 12M32 27L16 39' : 'M16 33l6 6 11-12'} />
    </svg>
  );
}

/** A phone that shows a code: what the customer has to do. */
export function PhoneSign() {
  return (
    <svg className="phone-sign" viewBox="0 0 120 120" aria-hidden="true">
      <rect x="34" y="8" width="52" height="104" rx="9" className="phone-body" />
      <rect x="42" y="30" width="36" height="36" rx="2" className="phone-code" />
      <path
        d="M47 35h9v9h-9zM64 35h9v9h-9zM47 52h9v9h-9zM64 52h4v4h-4zM69 57h4v4h-4z"
        className="phone-dots"
      />
      <path d="M22 48h76" className="phone-beam" />
      <path d="M54 103h12" className="phone-line" />
      <path d="M46 80h28M46 88h18" className="phone-line" />
    </svg>
  );
}
