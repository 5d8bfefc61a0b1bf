import { Dialog } from '../shared/dialog.tsx';
import { useText } from '../shared/i18n/text.ts';
import { useKeyLayer } from '../shared/keyboard.ts';
import { VolumeSetting } from '../shared/volume.tsx';

const LINES = ['amount', 'scan', 'confirm', 'refused', 'unknown', 'reverse', 'offline'] as const;

/** What a newcomer needs, on one page. */
export function HelpDialog({ onClose }: { readonly onClose: () => void }) {
  const text = useText();
  useKeyLayer({ onEscape: onClose, onEnter: onClose });
  return (
    <Dialog title={text('cashier.help.title')} onClose={onClose} testId="help">
      <ol className="help">
        {LINES.map((line) => (
          <li key={line}>{text(`cashier.help.${line}`)}</li>
        ))}
      </ol>
      <VolumeSetting />
    </Dialog>
  );
}
