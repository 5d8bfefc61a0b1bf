import type { Fault } from '../../src/contract/terminal/errors.ts';
import { faultHelp } from '../shared/fault-note.tsx';
import { useText } from '../shared/i18n/text.ts';

/** What needs somebody's attention but keeps nobody from working, such as a back-up that failed. */
export function Notices({ faults }: { readonly faults: readonly Fault[] }) {
  const text = useText();
  return faults.map((fault) => (
    <p key={fault.code} className="offline-note" role="status" data-testid={`notice-${fault.code}`}>
      <b>{text(`faults.${fault.code}.title`)}</b> {faultHelp(text, fault)}
    </p>
  ));
}
