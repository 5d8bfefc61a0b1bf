import { create } from 'qrcode';

/**
 * What the self-test's code says: capitals, small letters, digits and the signs of Base64, so that caps lock, a
 * foreign keyboard layout or a scanner that cuts its codes shows at once. No voucher, no payment code.
 */
export const TEST_CODE = 'SELF-TEST/aBcXyZ+0123456789==';

const QUIET_ZONE = 4;

/** A QR code as plain SVG squares. */
export function TestCode() {
  const { modules } = create(TEST_CODE, { errorCorrectionLevel: 'M' });
  const side = modules.size + 2 * QUIET_ZONE;
  const dark = [...modules.data].flatMap((isDark, index) =>
    isDark === 0
      ? []
      : [`M${(index % modules.size) + QUIET_ZONE} ${Math.floor(index / modules.size) + QUIET_ZONE}h1v1h-1z`],
  );
  return (
    <svg
      className="test-code"
      viewBox={`0 0 ${side} ${side}`}
      role="img"
      aria-label={TEST_CODE}
      data-testid="test-code"
    >
      <rect width={side} height={side} fill="#fff" />
      <path d={dark.join('')} fill="#000" shapeRendering="crispEdges" />
    </svg>
  );
}
