import { Dialog } from '../shared/dialog.tsx';
import { useText } from '../shared/i18n/text.ts';
import { useKeyLayer } from '../shared/keyboard.ts';
import { VolumeSetting } from '../shared/volume.tsx';

const LINES = ['amount', 'scan', 'confirm', 'refused', 'unknown', 'reverse', 'offline'] as const;

/** What a newcomer needs, on one page, and the way into training. */
export function HelpDialog(props: { readonly onClose: () => void; readonly onTrain: (() => void) | null }) {
  const { onClose, onTrain } = props;
  const text = useText();
  useKeyLayer({
    onEscape: onClose,
    onEnter: onClose,
    onFunction: (key) => {
      if (key === 'F7') onTrain?.();
    },
  });
  return (
    <Dialog title={text('cashier.help.title')} onClose={onClose} testId="help">
      <ol className="help">
        {LINES.map((line) => (
          <li key={line}>{text(`cashier.help.${line}`)}</li>
        ))}
      </ol>
      <VolumeSetting />
      {onTrain !== null && (
        <p className="help-train">
          <button type="button" className="key-safe quiet" data-testid="training-enter" onClick={onTrain}>
            <kbd>F7</kbd> {text('cashier.help.train')}
          </button>
        </p>
      )}
    </Dialog>
  );
}
