import type { Fault } from '../../src/contract/terminal/errors.ts';
import { faultHelp } from '../shared/fault-note.tsx';
import { useText } from '../shared/i18n/text.ts';

/**
 * What needs somebody's attention but keeps nobody from working, such as a back-up that failed. At the foot of the
 * screen: one that comes while somebody reaches for a tab moves nothing.
 */
export function Notices({ faults }: { readonly faults: readonly Fault[] }) {
  const text = useText();
  if (faults.length === 0) return null;
  return (
    <div className="notices" role="status">
      {faults.map((fault) => (
        <p key={fault.code} data-testid={`notice-${fault.code}`}>
          <b>{text(`faults.${fault.code}.title`)}</b> {faultHelp(text, fault)}
        </p>
      ))}
    </div>
  );
}
